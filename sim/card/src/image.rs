//! A grey picture, just enough to show a camera, and a QR as one.

use fast_qr::{ECL, Mode, QRBuilder};

use crate::printed::MAX_MODULE_PX;

/// Modules of white around the code (ISO/IEC 18004, section 9.1).
const QUIET_ZONE: usize = 4;

/// Rows of grey values, top to bottom: 0 is black, 255 white.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GreyImage {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width × height` values.
    pub pixels: Vec<u8>,
}

impl GreyImage {
    /// The value at a column and row; white outside the picture.
    #[must_use]
    pub fn at(&self, column: usize, row: usize) -> u8 {
        if column >= self.width {
            return u8::MAX;
        }
        self.pixels.get(row * self.width + column).copied().unwrap_or(u8::MAX)
    }

    /// The picture as a file of the Portable Greymap format (binary `P5`, maximum 255), which nearly every viewer opens.
    #[must_use]
    pub fn to_pgm(&self) -> Vec<u8> {
        let mut file = format!("P5\n{} {}\n255\n", self.width, self.height).into_bytes();
        file.extend_from_slice(&self.pixels);
        file
    }
}

/// The QR of a text: error correction M, a quiet zone of four modules, `module_px` pixels a module (held within 1 and
/// [`MAX_MODULE_PX`]); none for a text that no QR of this mode holds.
pub(crate) fn qr(text: String, mode: Mode, module_px: usize) -> Option<GreyImage> {
    let code = QRBuilder::new(text).mode(mode).ecl(ECL::M).build().ok()?;
    let module_px = module_px.clamp(1, MAX_MODULE_PX);
    let side = (code.size + 2 * QUIET_ZONE) * module_px;
    let dark = |pixel: usize| (pixel / module_px).checked_sub(QUIET_ZONE).filter(|module| *module < code.size);
    let mut pixels = Vec::with_capacity(side * side);
    for y in 0..side {
        for x in 0..side {
            let is_dark = matches!((dark(y), dark(x)), (Some(row), Some(column)) if code[row][column].value());
            pixels.push(if is_dark { 0 } else { u8::MAX });
        }
    }
    Some(GreyImage { width: side, height: side, pixels })
}

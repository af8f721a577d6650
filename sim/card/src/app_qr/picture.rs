//! The QR as a picture.

use fast_qr::Mode;

use super::AppQrError;
use crate::GreyImage;
use crate::image::qr;

/// The letters that the largest QR of error correction M holds in alphanumeric mode (ISO/IEC 18004, version 40-M).
const MAX_LETTERS: usize = 3391;

/// The picture of a text: alphanumeric mode where its letters allow, as all genuine ones do; error correction M, a quiet
/// zone of four modules, `module_px` pixels a module (held within 1 and [`MAX_MODULE_PX`](crate::printed::MAX_MODULE_PX)).
///
/// # Errors
/// [`AppQrError::TooLong`] for a text that no QR holds.
pub fn image(text: &str, module_px: usize) -> Result<GreyImage, AppQrError> {
    let letters = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || b" $%*+-./:".contains(&byte);
    let (mode, limit) = if text.bytes().all(letters) {
        (Mode::Alphanumeric, MAX_LETTERS)
    } else {
        (Mode::Byte, crate::printed::MAX_TEXT_BYTES)
    };
    let too_long = AppQrError::TooLong { bytes: text.len(), limit };
    if text.len() > limit {
        return Err(too_long);
    }
    qr(text.into(), mode, module_px).ok_or(too_long)
}

//! A grey picture, just enough to show a camera.

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

//! The citizen card (CCCD gắn chip): what a phone can read off it.
//!
//! Today that is the QR printed on its face ([`printed`]), as a text and as an image. The chip has a release of its own;
//! its place among the evidence that an application can show is kept in [`Evidence`].
//!
//! Not here: whether a card is in force (`songsinh_contract::CardFacts`), and what the national system makes of it.

mod error;
mod evidence;
mod image;
pub mod printed;

pub use error::{CardError, Field};
pub use evidence::{ActiveProof, ChipReading, Evidence};
pub use image::GreyImage;

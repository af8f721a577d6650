//! What a citizen shows: the card (CCCD gắn chip) and the app's QR on a screen.
//!
//! The card today is the QR printed on its face ([`printed`]), as a text and as an image. The chip has a release of its
//! own; its place among the evidence that an application can show is kept in [`Evidence`]. The app's QR ([`app_qr`]) is
//! signed by the phone: made, read, checked and forged here.
//!
//! Not here: whether a card or a ticket is in force (`songsinh_contract::CardFacts`, the target), and what the national
//! system makes of either.

pub mod app_qr;
mod error;
mod evidence;
mod image;
pub mod printed;

pub use error::{CardError, Field};
pub use evidence::{ActiveProof, ChipReading, Evidence};
pub use image::GreyImage;

//! The QR that the app shows for 60 seconds: a ticket of the server, signed by the phone that is bound to the account.
//!
//! ```text
//! VNQ1: base45( 18([ << {alg, kid, typ} >>, {}, << {aud, exp, iat, cti} >>, signature ]) )
//! ```
//!
//! The tagged message is a COSE_Sign1 (RFC 9052), its payload CWT claims (RFC 8392), its letters base45 (RFC 9285), so
//! that a QR holds it in alphanumeric mode and any COSE library checks it. `alg` is ES256; `kid` the bytes of the key's
//! RFC 7638 thumbprint; `typ` (RFC 9596) [`TYPE`]; `aud` [`AUDIENCE`]; `cti` the ticket's id as UTF-8; `iat` and `exp`
//! seconds since 1970, a float where they are not whole, exact to the millisecond.
//!
//! No publication describes the QR of the real app: the format is this project's own, after the European DCC and the
//! ticket that the server gives.
//!
//! Invariant: one ticket, key and signature have one text. [`parse`] writes anew what it has read and refuses every text
//! that differs, so that longer integers, other orders, claims that stand twice, further claims and trailing bytes are
//! refused by one comparison.
//!
//! In virtual time phones sign with a MAC (`songsinh_phone::MacSigner`). Such a text names HMAC 512/512 as its `alg`;
//! [`verify`] takes it for a key of kind `oct` alone and never for a public key.
//!
//! Not here: whether the ticket was given, to whom, whether it has expired or was used (the target's business).

mod error;
mod forge;
mod key;
mod message;
mod parse;
mod picture;

pub use error::AppQrError;
pub use forge::forge;
pub use message::{AUDIENCE, PREFIX, TYPE, sign};
pub use parse::{Algorithm, MAX_TEXT_BYTES, ParsedQr, parse, verify, verify_any_name};
pub use picture::image;

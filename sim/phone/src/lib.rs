//! The virtual phone: its device key, the proofs and QR codes made with it, its inbox, and how it understands a text
//! message.
//!
//! Invariant: everything here is cheap to hold (a million phones wait at once) and runs under any runtime and any clock.
//! Not here: the format of the QR (`songsinh_card::app_qr`), what a citizen does with the phone (journeys), how a message travels (`songsinh-sms`), and how a proof is
//! checked (the target's business).

mod classify;
pub mod dpop;
mod error;
mod inbox;
mod key;
mod mac;
mod phone;
mod qr;

pub use classify::Patterns;
pub use error::PhoneError;
pub use inbox::{INBOX_MESSAGES, Inbox, Received};
pub use key::DeviceKey;
pub use mac::MacSigner;
pub use phone::{KeyKind, Keys, Phone};

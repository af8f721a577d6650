//! What the twin keeps of QR codes: the switch, and each ticket.
//!
//! ```text
//!  issued                        expires
//! ---|------------ live -----------|------ expired ----->
//!        replaced: a newer ticket, or the switch turned off
//!        used: found genuine once (rule `qr-replay`)
//! ```

use serde::{Deserialize, Serialize};
use songsinh_contract::{CitizenNumber, DeviceId, Digest};

use super::Handle;

/// An account's QR codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QrDesk {
    /// Whether the switch "Xác minh ứng dụng qua QR code" is on.
    pub on: bool,
    /// The newest ticket.
    pub newest: Option<Handle>,
}

/// What the phone signs into a QR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Whose.
    pub number: CitizenNumber,
    /// The device that asked for it: the one that was bound.
    pub device: DeviceId,
    /// Digest of the thumbprint of the key that was bound, and that is to sign.
    pub key: Digest,
    /// When it was given, Unix milliseconds.
    pub issued_ms: i64,
    /// When its life ends, Unix milliseconds: at exactly this time it is over.
    pub expires_ms: i64,
    /// Voided by a newer one or by the switch.
    pub replaced: bool,
    /// When it was found genuine first, Unix milliseconds.
    pub used_ms: Option<i64>,
}

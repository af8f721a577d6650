//! Journey 7: tickets for QR codes, and scans.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the phone signs: COSE_Sign1 over CWT claims (RFC 9052, RFC 8392), base45, behind `VNQ1:`.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketGiven {
    /// Its id (`cti`).
    pub ticket: String,
    /// When it was given (`iat`), Unix milliseconds.
    pub issued_ms: i64,
    /// When its life ends (`exp`), Unix milliseconds.
    pub expires_ms: i64,
}

/// What an official's camera saw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// The text in the QR.
    #[schema(example = "VNQ1:6BF")]
    pub qr: String,
}

/// What a scan found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScanResult {
    /// Thật: made by the bound device of the account that is shown.
    Genuine,
    /// Giả.
    Fake,
    /// Its life is over.
    Expired,
    /// A newer one replaced it, or the switch was turned off.
    Replaced,
    /// It was scanned before.
    Used,
}

/// The answer to a scan.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scanned {
    /// What it is.
    pub result: ScanResult,
    /// Citizen number, of a genuine one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Full name, of a genuine one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Date of birth, of a genuine one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born: Option<String>,
    /// `male` or `female`, of a genuine one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// Of a genuine one: the first 16 hex digits of the SHA-256 of the register's picture (its text), if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portrait_hash: Option<String>,
}

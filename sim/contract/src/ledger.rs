//! What the emulated services around the system under test saw: the SMS gateway's and the population service's own
//! truth, kept apart from what the target claims.

use serde::{Deserialize, Serialize};

use crate::{CitizenNumber, Code, Moment, PhoneNumber};

/// What a text message is for, as the profile's patterns (or the twin's own words) tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmsPurpose {
    /// A code for registration.
    Register,
    /// A code for activation.
    Activate,
    /// A code for a new password.
    Reset,
    /// The notice that the account can be activated.
    Approved,
    /// The notice that the application was rejected.
    Rejected,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// Still on its way when the ledger was read.
    Pending,
    /// On the phone since then.
    Delivered(Moment),
    /// It never arrives.
    Lost,
    /// On the phone twice.
    Doubled(Moment, Moment),
}

/// One message that the target handed to the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsEvent {
    /// Counted up by the gateway, from 1.
    pub id: u64,
    /// Recipient.
    pub to: PhoneNumber,
    /// Full text.
    pub text: Box<str>,
    /// What it is for; none if no pattern fits.
    pub purpose: Option<SmsPurpose>,
    /// The code in it.
    pub code: Option<Code>,
    /// When the gateway took it.
    pub accepted: Moment,
    /// What became of it.
    pub fate: Fate,
}

/// How the population service was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookupKind {
    /// Do these four fields match?
    Verify,
    /// The record of a number.
    Lookup,
    /// The papers that registers hold of a number.
    Papers,
    /// The bills that billers hold of a number.
    Bills,
}

/// What the population service said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookupResult {
    /// All fields match, or the record exists.
    Match,
    /// A field differs.
    Mismatch,
    /// No such number.
    Unknown,
    /// It failed on purpose (a fault setting).
    Failed,
}

/// One question that the target asked of the population service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookupEvent {
    /// Counted up by the service, from 1.
    pub id: u64,
    /// When it was asked.
    pub asked: Moment,
    /// When it was answered.
    pub answered: Moment,
    /// How.
    pub kind: LookupKind,
    /// About whom; none if the number was malformed.
    pub number: Option<CitizenNumber>,
    /// The answer.
    pub result: LookupResult,
}

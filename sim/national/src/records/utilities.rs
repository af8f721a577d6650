//! What the twin keeps of the utilities: opened sessions, wallets, submissions, money.
//!
//! Invariant: what a phone asked for under a request id of its own stands here with its content, so that a retry finds
//! it; balances change only together with the entries that say why.

use serde::{Deserialize, Serialize};
use songsinh_contract::{CitizenNumber, Paper, PublicService};

use super::Handle;

/// That the passcode opened the utilities for a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// How many locks there had been ([`Passcodes::locks`](super::Passcodes)): the next one closes it.
    pub locks: u32,
}

/// The papers of an account, at most one of a kind, in the order of the kinds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wallet {
    /// As the register held them when they were added.
    pub papers: Vec<Paper>,
}

/// The submissions of an account, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Submissions {
    /// Each with its receipt.
    pub kept: Vec<Submission>,
}

/// A form that was submitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The receipt.
    pub receipt: Handle,
    /// Chosen by the phone.
    pub request: Box<str>,
    /// Which service.
    pub service: PublicService,
    /// What the citizen wrote.
    pub text: Box<str>,
}

/// The money of an account; an account without one has the opening balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purse {
    /// In đồng.
    pub balance_vnd: i64,
    /// What changed it, oldest first.
    pub entries: Vec<Entry>,
}

/// Money that went out or came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The receipt.
    pub receipt: Handle,
    /// In đồng; positive: out of the account; negative: into it.
    pub amount_vnd: i64,
    /// Why.
    pub cause: Cause,
}

/// Why money moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// A bill was paid.
    Bill {
        /// Chosen by the phone.
        request: Box<str>,
        /// Which bill.
        bill: Box<str>,
    },
    /// Sent to somebody.
    Sent {
        /// Chosen by the phone.
        request: Box<str>,
        /// To whom.
        to: CitizenNumber,
    },
    /// Came from somebody.
    Received {
        /// From whom.
        from: CitizenNumber,
    },
}

impl Cause {
    /// The request id of the account's own phone; none for what came in.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        match self {
            Self::Bill { request, .. } | Self::Sent { request, .. } => Some(request),
            Self::Received { .. } => None,
        }
    }
}

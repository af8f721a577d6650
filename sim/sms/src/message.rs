//! A message on its way through the gateway, and what is told about it.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use songsinh_contract::{Carrier, Code, Moment, PhoneNumber};

/// A message handed to the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    /// Sender name (brandname).
    pub from: Arc<str>,
    /// Recipient.
    pub to: PhoneNumber,
    /// Full text.
    pub text: Arc<str>,
    /// The sender's key: the same key with the same message is taken once.
    pub idempotency: Option<Box<str>>,
    /// From acceptance on; a message that would arrive later is dropped.
    pub validity: Option<Duration>,
}

impl Submit {
    /// A message without key and without validity.
    #[must_use]
    pub fn new(from: &str, to: PhoneNumber, text: &str) -> Self {
        Self { from: from.into(), to, text: text.into(), idempotency: None, validity: None }
    }
}

/// The gateway took a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Counted up from 1.
    pub id: u64,
    /// Parts it is sent in.
    pub parts: usize,
    /// The carrier that serves the recipient.
    pub carrier: Carrier,
    /// Whether it was taken before under the same key.
    pub repeated: bool,
}

/// An accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Counted up from 1.
    pub id: u64,
    /// Sender name.
    pub from: Arc<str>,
    /// Recipient.
    pub to: PhoneNumber,
    /// Full text.
    pub text: Arc<str>,
    /// The first group of six digits in it.
    pub code: Option<Code>,
    /// Parts it is sent in.
    pub parts: usize,
    /// The carrier that serves the recipient.
    pub carrier: Carrier,
    /// When the gateway took it.
    pub accepted: Moment,
    /// When it is dropped if it has not arrived.
    pub expires: Moment,
}

/// What happens to a message after it was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// The gateway took it.
    Accepted,
    /// It is on the phone.
    Delivered,
    /// It is on the phone a second time.
    Doubled,
    /// It never arrives.
    Lost,
}

/// Something that happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What.
    pub kind: EventKind,
    /// To which message.
    pub message: Arc<Message>,
}

/// A message on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub id: u64,
    /// Recipient.
    pub to: PhoneNumber,
    /// Full text.
    pub text: Arc<str>,
    /// When it reached the phone.
    pub at: Moment,
}

/// What the gateway counted since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Messages taken.
    pub accepted: u64,
    /// Submissions answered from an idempotency key.
    pub repeated: u64,
    /// Submissions refused.
    pub rejected: u64,
    /// Messages that reached a phone.
    pub delivered: u64,
    /// Messages that reached it twice.
    pub doubled: u64,
    /// Messages that never arrive.
    pub lost: u64,
}

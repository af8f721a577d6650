//! The JSON of the door, for writing it here and reading it in a load engine.
//!
//! Phone numbers stand as `"0912345678"`, codes as `"012345"` (with their leading zeros), moments as nanoseconds of the
//! host's monotonic clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use songsinh_contract::{Carrier, Code, Fate, Moment, PhoneNumber, SmsEvent};

use crate::{Counts, Event, EventKind, Message};

/// `POST /v1/messages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// Sender name, 1 to 20 characters.
    pub from: String,
    /// Recipient: `0912345678`, `84912345678` or `+84912345678`.
    pub to: String,
    /// Full text, at most 10 parts.
    pub text: String,
    /// Seconds after which the message is dropped rather than delivered, 1 to 172800.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity_s: Option<u32>,
}

/// The answer to a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionAnswer {
    /// Counted up from 1.
    pub id: u64,
    /// Parts it is sent in.
    pub parts: usize,
    /// The carrier that serves the recipient.
    pub carrier: Carrier,
}

/// One line of `GET /v1/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLine {
    /// Place among all events, from 1.
    pub seq: u64,
    /// What happened.
    pub kind: EventKind,
    /// The message.
    pub id: u64,
    /// Sender name.
    pub from: Arc<str>,
    /// Recipient.
    #[serde(with = "phone_text")]
    pub to: PhoneNumber,
    /// Full text.
    pub text: Arc<str>,
    /// The first group of six digits in it.
    #[serde(with = "code_text", default)]
    pub code: Option<Code>,
    /// Parts it is sent in.
    pub parts: usize,
    /// The carrier that serves the recipient.
    pub carrier: Carrier,
    /// When the gateway took it.
    pub accepted_ns: u64,
    /// When this happened.
    pub at_ns: u64,
}

impl EventLine {
    pub(super) fn of(seq: u64, event: &Event) -> Self {
        let message = &event.message;
        Self {
            seq,
            kind: event.kind,
            id: message.id,
            from: message.from.clone(),
            to: message.to,
            text: message.text.clone(),
            code: message.code,
            parts: message.parts,
            carrier: message.carrier,
            accepted_ns: message.accepted.0,
            at_ns: event.at.0,
        }
    }
}

/// `GET /v1/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventPage {
    /// What to ask for next, as `after`.
    pub next: u64,
    /// How many events gave way to newer ones: those with `seq` 1 to `dropped`.
    pub dropped: u64,
    /// In order of `seq`.
    pub events: Vec<EventLine>,
}

/// What became of a message, in `GET /v1/ledger`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerFate {
    /// On its way.
    Pending,
    /// On the phone.
    Delivered,
    /// On the phone twice.
    Doubled,
    /// It never arrives.
    Lost,
}

/// One line of `GET /v1/ledger`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Counted up from 1.
    pub id: u64,
    /// Sender name.
    pub from: Arc<str>,
    /// Recipient.
    #[serde(with = "phone_text")]
    pub to: PhoneNumber,
    /// Full text.
    pub text: Arc<str>,
    /// The first group of six digits in it.
    #[serde(with = "code_text", default)]
    pub code: Option<Code>,
    /// Parts it is sent in.
    pub parts: usize,
    /// The carrier that serves the recipient.
    pub carrier: Carrier,
    /// When the gateway took it.
    pub accepted_ns: u64,
    /// What became of it.
    pub fate: LedgerFate,
    /// When it reached the phone.
    pub delivered_ns: Option<u64>,
    /// When it reached the phone a second time.
    pub again_ns: Option<u64>,
}

impl LedgerLine {
    pub(super) fn of((message, fate): (&Message, Fate)) -> Self {
        let (fate, delivered, again) = match fate {
            Fate::Pending => (LedgerFate::Pending, None, None),
            Fate::Delivered(at) => (LedgerFate::Delivered, Some(at.0), None),
            Fate::Doubled(first, second) => (LedgerFate::Doubled, Some(first.0), Some(second.0)),
            Fate::Lost => (LedgerFate::Lost, None, None),
        };
        Self {
            id: message.id,
            from: message.from.clone(),
            to: message.to,
            text: message.text.clone(),
            code: message.code,
            parts: message.parts,
            carrier: message.carrier,
            accepted_ns: message.accepted.0,
            fate,
            delivered_ns: delivered,
            again_ns: again,
        }
    }

    /// The line in the contract's words; the purpose stays open, the phone's patterns tell it.
    #[must_use]
    pub fn event(&self) -> SmsEvent {
        let first = Moment(self.delivered_ns.unwrap_or_default());
        let fate = match self.fate {
            LedgerFate::Pending => Fate::Pending,
            LedgerFate::Delivered => Fate::Delivered(first),
            LedgerFate::Doubled => Fate::Doubled(first, Moment(self.again_ns.unwrap_or_default())),
            LedgerFate::Lost => Fate::Lost,
        };
        SmsEvent {
            id: self.id,
            to: self.to,
            text: (&*self.text).into(),
            purpose: None,
            code: self.code,
            accepted: Moment(self.accepted_ns),
            fate,
        }
    }
}

/// `GET /v1/ledger`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPage {
    /// What to ask for next, as `after`.
    pub next: u64,
    /// How many messages gave way to newer ones: those with the ids 1 to `dropped`.
    pub dropped: u64,
    /// Messages accepted so far.
    pub accepted: u64,
    /// In order of ids.
    pub messages: Vec<LedgerLine>,
}

/// One message of a phone's inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneMessage {
    /// Its place, for `after`.
    pub cursor: u64,
    /// The message.
    pub id: u64,
    /// Sender name.
    pub from: Arc<str>,
    /// Full text.
    pub text: Arc<str>,
    /// The first group of six digits in it.
    #[serde(with = "code_text", default)]
    pub otp: Option<Code>,
    /// When the gateway took it.
    pub accepted_ns: u64,
    /// When it reached the phone.
    pub received_ns: u64,
}

impl PhoneMessage {
    pub(super) fn of(cursor: u64, at: Moment, message: &Message) -> Self {
        Self {
            cursor,
            id: message.id,
            from: message.from.clone(),
            text: message.text.clone(),
            otp: message.code,
            accepted_ns: message.accepted.0,
            received_ns: at.0,
        }
    }
}

/// `GET /v1/phones/{msisdn}/messages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhonePage {
    /// The number.
    #[serde(with = "phone_text")]
    pub phone: PhoneNumber,
    /// What to ask for next, as `after`.
    pub next: u64,
    /// Oldest first.
    pub messages: Vec<PhoneMessage>,
}

/// `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// What was counted since the start.
    pub counts: Counts,
    /// Messages in the queue of every carrier.
    pub queued: BTreeMap<Carrier, usize>,
    /// Arrivals and losses still to come of messages that left their queue.
    pub in_flight: usize,
    /// Phones that got a message.
    pub phones: usize,
    /// Long polls that wait.
    pub waiting: usize,
    /// Messages that the ledger forgot.
    pub ledger_dropped: u64,
    /// Events that no reader can get any more.
    pub events_dropped: u64,
    /// How late a message was put on its phone at worst, in microseconds: the gateway's own lag.
    pub late_max_us: u64,
}

mod phone_text {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use songsinh_contract::PhoneNumber;

    pub(super) fn serialize<S: Serializer>(number: &PhoneNumber, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PhoneNumber, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

mod code_text {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};
    use songsinh_contract::Code;

    pub(super) fn serialize<S: Serializer>(code: &Option<Code>, to: S) -> Result<S::Ok, S::Error> {
        match code {
            Some(code) => to.collect_str(code),
            None => to.serialize_none(),
        }
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Code>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
        let code = crate::first_code(&text).filter(|_| text.len() == 6);
        code.map(Some).ok_or_else(|| D::Error::custom("a code is six digits"))
    }
}

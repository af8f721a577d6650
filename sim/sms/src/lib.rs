//! The SMS gateway around the national system: carriers that queue, delay, lose and double messages, a ledger of the
//! truth, and an HTTP door.
//!
//! [`Network`] is the core, without I/O: messages go in with [`Network::submit`], time passes with
//! [`Network::deliver`], and the same core runs in virtual time and behind the door ([`serve`]).
//!
//! ```text
//! submit ──► carrier by prefix ──► FIFO queue, n parts/s ──► drawn delay ──► phone
//!    │             (2.5 % ported)        │ outage: waits        │ lost, doubled, expired
//!    └─ accepted: id, parts              └ queueing delay emerges from load
//! ```
//!
//! Invariant: what becomes of the n-th message to a number is a function of (seed, number, n), whatever else travels.
//!
//! Not here: what a message is for (the phone's patterns tell), and SMPP, which has a release of its own.

mod alphabet;
mod bucket;
mod carrier;
mod config;
mod door;
mod error;
mod gateway;
mod keys;
mod lane;
mod ledger;
mod message;
mod network;
mod profile;

pub use alphabet::{first_code, parts};
pub use carrier::{range_holder, serving_carrier};
pub use config::{CarrierSetting, Control, LaneState, Limits, NetworkConfig};
pub use door::{
    EventLine, EventPage, Health, LedgerFate, LedgerLine, LedgerPage, PhoneMessage, PhonePage, Submission,
    SubmissionAnswer, serve,
};
pub use error::{Rejected, SmsError};
pub use gateway::Gateway;
pub use ledger::Ledger;
pub use message::{Accepted, Counts, Delivery, Event, EventKind, Message, Submit};
pub use network::{MAX_PARTS, Network};
pub use profile::{Drawn, Profile};

//! Where records are kept. A store runs one decision at a time over the records that it touches and commits what it
//! changed as one.
//!
//! Invariants: decisions see each other's effects in one total order (serialisable); an answer is given only after what
//! it acknowledges, and everything it may have seen, is committed; messages enter the outbox in the same commit.
//! Not here: what is decided (`rules`), and asking the world outside, which happens between two decisions.

mod any;
mod memory;
mod outbox;
mod sqlite;

use songsinh_contract::UnixMillis;

use crate::error::StoreError;
use crate::records::Handle;
use crate::rules::{Answer, OutboxSms, Query, Source, Step};

pub use any::AnyStore;
pub use memory::MemoryStore;
pub use outbox::Outbox;
pub use sqlite::{Fsync, SqliteSettings, SqliteStore};

/// A decision: given the records and the time at which it is its turn, the next step.
pub type Job = Box<dyn FnOnce(&dyn Source, UnixMillis) -> Step + Send>;

/// What became of a decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Settled {
    /// The world outside has to be asked first; nothing was committed.
    Ask(Query),
    /// Committed.
    Committed {
        /// The answer.
        answer: Answer,
        /// Whether messages entered the outbox.
        sent: bool,
        /// Whether an application was put into the clerk's queue.
        filed: bool,
    },
}

/// Applications for the clerk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Due {
    /// Those that are due, oldest first.
    pub now: Vec<Handle>,
    /// When the next one is due, if all that are due were given out.
    pub next_ms: Option<i64>,
}

/// A store.
pub trait Store {
    /// Runs a decision and commits what it changed.
    fn transact(&self, job: Job) -> impl Future<Output = Result<Settled, StoreError>>;
    /// The pending applications that are due, at most `limit`.
    fn due(&self, limit: usize) -> impl Future<Output = Result<Due, StoreError>>;
    /// Hands out messages that were not handed out before (since the store was opened), at most `limit`, codes first.
    fn take_outbox(&self, limit: usize) -> Vec<OutboxSms>;
    /// Forgets messages that need no sending any more.
    fn settle_outbox(&self, ids: Vec<u64>) -> impl Future<Output = Result<(), StoreError>>;
}

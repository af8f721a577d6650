//! The world as the twin reaches it. Real runs implement this over HTTP, argon2 and Tokio; virtual runs over the kernel,
//! with seeded latencies.

use std::time::Duration;

use songsinh_contract::{Bill, BirthDate, CitizenNumber, Clock, Paper, Secret, Sex};

use crate::records::PasswordHash;
use crate::rules::{OutboxSms, RegisterEntry, Verdict};

/// A service outside gave no usable answer. The twin answers 503 and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a service that the twin needs gave no answer")]
pub struct Unreachable;

/// What the gateway said to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitted {
    /// It has it.
    Accepted,
    /// It asks to come more slowly; with the wait that it asks for.
    Throttled(Option<Duration>),
    /// It failed, or nobody knows; the message is tried again under the same id.
    Failed(Option<Duration>),
    /// It will never take this message.
    Never,
}

/// Where a command pauses in virtual time, so that others come in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Before a decision: loading records.
    Load,
    /// After a decision: the commit.
    Commit,
}

/// What the twin needs from the world.
pub trait Surroundings {
    /// The clock's type.
    type Clock: Clock;
    /// The clock.
    fn clock(&self) -> &Self::Clock;
    /// Asks the population database whether these fields match.
    fn verify(
        &self,
        number: CitizenNumber,
        name: &str,
        born: BirthDate,
        sex: Sex,
    ) -> impl Future<Output = Result<Verdict, Unreachable>>;
    /// Asks the population database for the entry of a number.
    fn lookup(&self, number: CitizenNumber) -> impl Future<Output = Result<Option<RegisterEntry>, Unreachable>>;
    /// Asks the population service for the papers that the registers hold of a number; a number that nobody has has none.
    fn papers(&self, number: CitizenNumber) -> impl Future<Output = Result<Vec<Paper>, Unreachable>>;
    /// Asks the population service for the bills of a number, none of them marked as paid.
    fn bills(&self, number: CitizenNumber) -> impl Future<Output = Result<Vec<Bill>, Unreachable>>;
    /// Hands a message to the gateway; `sms.id` is the Idempotency-Key.
    fn submit_sms(&self, sms: &OutboxSms) -> impl Future<Output = Submitted>;
    /// Hashes secrets, in order.
    fn hash(&self, secrets: &[Secret]) -> impl Future<Output = Result<Vec<PasswordHash>, Unreachable>>;
    /// Whether a secret fits a hash. Without a hash it does the same work and says no.
    fn check(&self, secret: &Secret, against: Option<&str>) -> impl Future<Output = Result<bool, Unreachable>>;
    /// Waits as long as the store would in virtual time; in real time the store takes its own time.
    fn pause(&self, at: Pause) -> impl Future<Output = ()>;
}

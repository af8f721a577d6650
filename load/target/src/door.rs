//! The door to an implementation: one call, one answer.

use std::future::Future;

use songsinh_contract::{Call, CitizenNumber, CodeSeen, Digest, Moment, OperationName, Outcome, TraceId};

/// An implementation of the national system, as one worker talks to it.
///
/// It never fails: whatever goes wrong on the way is an [`Outcome`]. It never judges: it translates.
pub trait Target {
    /// Carries one call to the implementation and its answer back. `trace` goes along as a W3C `traceparent`.
    fn call(&self, call: &Call, trace: TraceId) -> impl Future<Output = Answer>;

    /// Whether the implementation has this operation at all. What it lacks is not asked, and not held against it.
    fn covers(&self, _operation: OperationName) -> bool {
        true
    }
}

/// One answer, with what the oracle wants to know of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was answered.
    pub outcome: Outcome,
    /// When the first byte of the request went out, or the attempt began if it never did.
    pub sent: Moment,
    /// When the first byte of the answer came in.
    pub first_byte: Option<Moment>,
    /// When the answer was complete, or given up.
    pub done: Moment,
    /// See [`songsinh_contract::Observation::wording`].
    pub wording: Option<Digest>,
    /// See [`songsinh_contract::Observation::codes_seen`].
    pub codes_seen: Vec<CodeSeen>,
    /// See [`songsinh_contract::Observation::numbers_seen`].
    pub numbers_seen: Vec<CitizenNumber>,
}

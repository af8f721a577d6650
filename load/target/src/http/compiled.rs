//! A target profile made ready: read once, shared by all workers.
//!
//! Invariant: whatever could be wrong with a profile was found when it was compiled; rendering a request and reading an
//! answer cannot fail. Not here: connections (`client`, `goose`) and the reading of files (`songsinh-scenario`).

use std::collections::BTreeMap;

use songsinh_contract::{Call, OperationName, TraceId, UnixMillis};

use super::answers::{CommonAnswers, Reading, Received};
use super::base::Base;
use super::pace::Pace;
use super::plan::{Ask, Common, Plan, Rendered};
use super::proof::Proofs;

/// A target profile made ready.
#[derive(Debug)]
pub struct Compiled {
    pub(crate) name: String,
    pub(crate) bases: Vec<Base>,
    pub(crate) common: Common,
    pub(crate) answers: CommonAnswers,
    pub(crate) plans: BTreeMap<OperationName, Plan>,
    pub(crate) missing: BTreeMap<OperationName, Box<str>>,
    pub(crate) max_requests_per_s: Option<f64>,
}

impl Compiled {
    /// The name of the profile.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the target has an operation.
    ///
    /// # Errors
    /// Why not, in the words of the profile.
    pub fn covers(&self, operation: OperationName) -> Result<(), &str> {
        if self.plans.contains_key(&operation) {
            return Ok(());
        }
        Err(self.missing.get(&operation).map_or("the profile does not name it", |reason| reason))
    }

    /// The base addresses that operations use, each with a pool of connections of its own.
    #[must_use]
    pub fn bases(&self) -> &[Base] {
        &self.bases
    }

    /// One worker's share of `environment.max_requests_per_s`; none if nothing is limited.
    #[must_use]
    pub fn pace(&self, workers: usize) -> Option<Pace> {
        self.max_requests_per_s.map(|max| Pace::share(max, workers))
    }

    /// The operation's plan and base address.
    pub(crate) fn plan(&self, operation: OperationName) -> Option<(&Plan, &Base)> {
        let plan = self.plans.get(&operation)?;
        Some((plan, self.bases.get(plan.base)?))
    }

    /// Writes the request of a call; none if the target has no such operation.
    pub(crate) fn render(&self, ask: &Ask<'_>, proofs: &mut Proofs, out: &mut Rendered) -> Option<(&Plan, &Base)> {
        let (plan, base) = self.plan(ask.call.operation.name())?;
        plan.render(ask, base, &self.common, proofs, out);
        Some((plan, base))
    }

    /// Reads the answer to a call.
    pub(crate) fn read(&self, plan: &Plan, call: &Call, answer: &Received<'_>, now: UnixMillis) -> Reading {
        plan.answers.read(call, answer, &self.answers, now)
    }
}

/// The span id of the `count`-th request of a worker: never zero, and spread so that two workers rarely meet.
pub(crate) fn span(trace: TraceId, count: u64) -> u64 {
    let mut mixed = trace.1 ^ count.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ (mixed >> 31)).max(1)
}

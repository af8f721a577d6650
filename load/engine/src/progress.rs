//! Live figures of a run, shared by all its threads: counters that only go up, and one histogram.
//!
//! Nothing of this is a result. Results come from the record.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hdrhistogram::Histogram;
use songsinh_contract::{Act, Observation, OperationName, Outcome, Rule};
use songsinh_oracle::CellVerdict;
use songsinh_record::SecondStats;

macro_rules! counters {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// The counters of a run under way.
        #[derive(Default)]
        pub struct Progress {
            $($(#[doc = $doc])+ pub $name: AtomicU64,)+
            /// Latencies from the intended time, since the last look, in microseconds.
            recent: Mutex<Option<Histogram<u32>>>,
            /// Why journeys did not come to their end, and how often.
            unfinished: Mutex<BTreeMap<String, u64>>,
            /// Answers judged until a rule was first found broken.
            found: Mutex<BTreeMap<Rule, u64>>,
            stopped: AtomicBool,
            interrupted: AtomicBool,
        }
        /// The counters at one moment.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct Counts { $($(#[doc = $doc])+ pub $name: u64,)+ }
        impl Progress {
            /// The counters now.
            pub fn counts(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::Relaxed),)+ }
            }
        }
    };
}

counters! {
    /// Journeys that were due.
    offered,
    /// Journeys that started.
    started,
    /// Citizens who could not start.
    abandoned,
    /// Journeys that came to their end.
    completed,
    /// Journeys whose citizen gave up.
    gave_up,
    /// Journeys under way when the run ended.
    left,
    /// Journeys that could not go on.
    failed,
    /// People whom the target knew already.
    dirty,
    /// Answers complete.
    requests,
    /// Requests for a code that were accepted.
    codes_requested,
    /// Messages with a code that reached the gateway.
    codes_seen,
    /// Messages that the gateway took.
    sms_accepted,
    /// Messages on a phone.
    sms_delivered,
    /// Messages that will never arrive.
    sms_lost,
    /// Violations found so far.
    violations,
    /// Answers that the profile does not explain.
    unmapped,
    /// Answers by somebody else.
    foreign,
    /// Answers that were lost.
    lost_answers,
    /// Answers of closed cells; of every act in the figures of the load.
    judged,
}

impl Counts {
    /// Journeys that ended, in whatever way.
    fn ended(&self) -> u64 {
        self.completed + self.gave_up + self.failed + self.left
    }
    /// The figures of the second that ends with these counters and began with `last`.
    pub(crate) fn second_since(&self, last: &Self, second: u64) -> SecondStats {
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        SecondStats {
            second: small(second),
            offered: small(self.offered - last.offered),
            started: small(self.started - last.started),
            ended: small(self.ended() - last.ended()),
            requests: small(self.requests - last.requests),
            in_flight: small(self.started.saturating_sub(self.ended())),
            sms_in_flight: small(self.sms_accepted.saturating_sub(self.sms_delivered + self.sms_lost)),
            violations: small(self.violations),
        }
    }
}

/// The live figures of a run: those of the load, and apart from them those of what came before it.
#[derive(Default, Clone)]
pub(crate) struct Figures {
    /// Of the load. Whether the run is stopped or interrupted stands here.
    pub(crate) load: Arc<Progress>,
    /// Of the warm-up.
    pub(crate) warm_up: Arc<Progress>,
    /// Of the preparation.
    pub(crate) prepare: Arc<Progress>,
}

impl Figures {
    /// Fresh figures of what comes before the load.
    pub(crate) fn around(load: &Arc<Progress>) -> Self {
        Self { load: Arc::clone(load), ..Self::default() }
    }
    /// The figures of an act.
    pub(crate) fn of(&self, act: Act) -> &Progress {
        match act {
            Act::Load => &self.load,
            Act::WarmUp => &self.warm_up,
            Act::Prepare => &self.prepare,
        }
    }
    /// Counts what the oracle found in a closed cell of an act.
    pub(crate) fn judged(&self, act: Act, verdict: &CellVerdict) {
        self.of(act).violations.fetch_add(verdict.violations(), Ordering::Relaxed);
        self.load.found_in(verdict);
    }
}

/// Latencies as shown live, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Recent {
    /// Median.
    pub p50_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
}

impl Progress {
    /// Adds one to a counter.
    pub fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
    /// Counts an answer.
    pub fn answered(&self, observation: &Observation) {
        Self::add(&self.requests);
        let latency_us = u64::try_from(observation.done.since(observation.intended).as_micros()).unwrap_or(u64::MAX);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.is_none() {
            *recent = Histogram::new_with_bounds(1, 3_600_000_000, 2).ok();
        }
        if let Some(histogram) = recent.as_mut() {
            histogram.saturating_record(latency_us.max(1));
        }
        drop(recent);
        match &observation.outcome {
            Outcome::Done(_) if asks_for_code(observation.call.operation.name()) => Self::add(&self.codes_requested),
            Outcome::Unmapped { .. } => Self::add(&self.unmapped),
            Outcome::Foreign { .. } => Self::add(&self.foreign),
            Outcome::Indeterminate(_) => Self::add(&self.lost_answers),
            _ => {}
        }
    }
    /// Notes when rules were first found broken.
    fn found_in(&self, verdict: &CellVerdict) {
        let judged = self.judged.fetch_add(verdict.answers, Ordering::Relaxed) + verdict.answers;
        if !verdict.findings.is_empty() {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            for finding in &verdict.findings {
                found.entry(finding.rule).or_insert(judged);
            }
        }
    }
    /// The rules that were found broken so far, each with the answers judged until then, those of its cell included. Rules
    /// that only a whole run can break are not among them.
    pub fn found(&self) -> BTreeMap<Rule, u64> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// The latencies since the last call of this.
    pub fn take_recent(&self) -> Recent {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(histogram) = recent.as_mut() else { return Recent::default() };
        let at = |q| histogram.value_at_quantile(q) as f64 / 1_000.0;
        let seen = if histogram.is_empty() { Recent::default() } else { Recent { p50_ms: at(0.5), p99_ms: at(0.99) } };
        histogram.reset();
        seen
    }
    /// Counts a journey that did not come to its end.
    pub fn unfinished(&self, journey: &str, why: &str) {
        let mut unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        *unfinished.entry(format!("{journey}: {why}")).or_default() += 1;
    }
    /// Why journeys did not come to their end, the most frequent reason first; of many the last line says how many more.
    pub fn reasons(&self) -> Vec<String> {
        let unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reasons: Vec<(&String, &u64)> = unfinished.iter().collect();
        reasons.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
        let rest: u64 = reasons.iter().skip(MOST_REASONS).map(|(_, count)| **count).sum();
        let kinds = reasons.len().saturating_sub(MOST_REASONS);
        let more = (kinds > 0).then(|| format!("… and {kinds} more reasons, of {rest} journeys"));
        let shown = reasons.into_iter().take(MOST_REASONS);
        shown.map(|(why, count)| format!("{count} × {why}")).chain(more).collect()
    }
    /// Asks the workers to offer nothing more.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
    /// Asks the workers to end at once: what is in flight is left.
    pub fn interrupt(&self) {
        self.stop();
        self.interrupted.store(true, Ordering::Relaxed);
    }
    /// Whether the run was interrupted.
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
    /// Whether the offering was stopped.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// Reasons shown.
const MOST_REASONS: usize = 12;

/// Whether a done call of this kind opens a challenge, so that a message must follow.
fn asks_for_code(operation: OperationName) -> bool {
    matches!(
        operation,
        OperationName::AccountRegister
            | OperationName::AccountResend
            | OperationName::ActivationRequest
            | OperationName::ActivationResend
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_beyond_the_shown_ones_are_counted() {
        let progress = Progress::default();
        for nth in 0..MOST_REASONS {
            progress.unfinished("register", &format!("reason {nth:02}"));
            progress.unfinished("register", &format!("reason {nth:02}"));
        }
        assert_eq!(progress.reasons().len(), MOST_REASONS);
        for why in ["one", "another", "another"] {
            progress.unfinished("rare", why);
        }
        let reasons = progress.reasons();
        assert_eq!(reasons.len(), MOST_REASONS + 1);
        assert_eq!(reasons[0], "2 × rare: another");
        assert_eq!(reasons[MOST_REASONS], "… and 2 more reasons, of 3 journeys");
    }
}

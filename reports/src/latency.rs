//! Latency per operation, over the whole run and over time.
//!
//! Invariant: every call counts, the lost ones with the time after which they were given up; the time runs from the
//! moment when the call was due (`intended`), and beside it from the moment when it went out (`sent`). Calls due in a
//! phase that is not timed (a warm-up) are counted but in no histogram.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use songsinh_contract::{Moment, Observation, OperationName, Outcome};
use songsinh_record::{Phase, RunHeader};

/// Longest latency told apart: a day, in microseconds.
const LONGEST_US: u64 = 86_400_000_000;
/// Intervals kept; beyond that, two become one.
const MOST_INTERVALS: u64 = 512;

/// A histogram of microseconds (or of nanoseconds, for lag) with three significant digits.
#[derive(Debug, Clone)]
pub struct Spread {
    // None only if the library refused its own constants.
    inner: Option<Histogram<u64>>,
}

impl Default for Spread {
    fn default() -> Self {
        Self { inner: Histogram::new(3).ok() }
    }
}

impl Spread {
    /// Adds one value.
    pub fn record(&mut self, value: u64) {
        self.record_n(value, 1);
    }
    /// Adds one value so many times.
    pub fn record_n(&mut self, value: u64, times: u64) {
        if let Some(inner) = &mut self.inner {
            // The histogram grows by itself; a value of at most a day always fits.
            inner.record_n(value.min(LONGEST_US * 1_000), times).ok();
        }
    }
    /// Adds a whole histogram; false if it is too large.
    pub fn merge(&mut self, other: &Histogram<u64>) -> bool {
        self.inner.as_mut().is_some_and(|inner| inner.add(other).is_ok())
    }
    /// Values in it.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.inner.as_ref().map_or(0, Histogram::len)
    }
    /// The value below which the share `quantile` of all values lies; none if it is empty.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Option<u64> {
        self.inner.as_ref().filter(|inner| !inner.is_empty()).map(|inner| inner.value_at_quantile(quantile))
    }
    /// The largest value; none if it is empty.
    #[must_use]
    pub fn max(&self) -> Option<u64> {
        self.inner.as_ref().filter(|inner| !inner.is_empty()).map(Histogram::max)
    }
    /// Values at or below `value`.
    #[must_use]
    pub fn count_within(&self, value: u64) -> u64 {
        self.inner.as_ref().map_or(0, |inner| inner.count_between(0, value))
    }
    /// The histogram of the library.
    #[must_use]
    pub fn histogram(&self) -> Option<&Histogram<u64>> {
        self.inner.as_ref()
    }
}

/// What one operation took and got.
#[derive(Debug, Clone, Default)]
pub struct OperationStats {
    /// Calls, timed or not.
    pub count: u64,
    /// Calls by kind of answer ([`Outcome::kind`]).
    pub answers: BTreeMap<&'static str, u64>,
    /// Microseconds from the intended moment to the whole answer.
    pub intended: Spread,
    /// Microseconds from sending to the whole answer.
    pub sent: Spread,
    /// Of `intended`, the calls that were answered with done or refused.
    pub shown: Spread,
}

impl OperationStats {
    fn add(&mut self, seen: &Observation, timed: bool) {
        self.count += 1;
        *self.answers.entry(seen.outcome.kind()).or_default() += 1;
        if timed {
            let intended = us(seen.intended, seen.done);
            self.intended.record(intended);
            self.sent.record(us(seen.sent, seen.done));
            if matches!(seen.outcome, Outcome::Done(_) | Outcome::Refused(_)) {
                self.shown.record(intended);
            }
        }
    }
}

fn us(from: Moment, to: Moment) -> u64 {
    u64::try_from(to.since(from).as_micros()).unwrap_or(LONGEST_US).min(LONGEST_US)
}

/// Latency of a whole run.
#[derive(Debug)]
pub struct Latency {
    origin: Moment,
    untimed: Vec<Phase>,
    /// Per operation.
    pub operations: BTreeMap<OperationName, OperationStats>,
    /// Over all operations.
    pub all: OperationStats,
    /// Over time.
    pub intervals: Intervals,
    /// Nanoseconds from intended to sent, of every call: the lag where the record has no histogram of its own.
    pub seen_lag_ns: Spread,
}

impl Latency {
    pub(crate) fn new(header: &RunHeader) -> Self {
        Self {
            origin: header.origin,
            untimed: header.phases.iter().filter(|phase| !phase.timed).cloned().collect(),
            operations: BTreeMap::new(),
            all: OperationStats::default(),
            intervals: Intervals::default(),
            seen_lag_ns: Spread::default(),
        }
    }
    pub(crate) fn add(&mut self, seen: &Observation) {
        // Who went first, before the load: judged, but no part of its latencies.
        if seen.intended < self.origin {
            return;
        }
        let due_ms = u64::try_from(seen.intended.since(self.origin).as_millis()).unwrap_or(u64::MAX);
        let timed = !self.untimed.iter().any(|phase| (phase.from_ms..phase.until_ms).contains(&due_ms));
        let name = seen.call.operation.name();
        self.operations.entry(name).or_default().add(seen, timed);
        self.all.add(seen, timed);
        let lag = u64::try_from(seen.sent.since(seen.intended).as_nanos()).unwrap_or(u64::MAX);
        self.seen_lag_ns.record(lag);
        let done_s = seen.done.since(self.origin).as_secs();
        self.intervals.add(done_s, name, us(seen.intended, seen.done));
    }
}

/// Latency over time: per interval and operation, the values and how often they came. Intervals are one second long;
/// a long run doubles them until at most [`MOST_INTERVALS`] remain.
#[derive(Debug, Clone)]
pub struct Intervals {
    /// Length of one interval in seconds: a power of two.
    pub length_s: u64,
    cells: BTreeMap<u64, BTreeMap<OperationName, BTreeMap<u32, u64>>>,
}

impl Default for Intervals {
    fn default() -> Self {
        Self { length_s: 1, cells: BTreeMap::new() }
    }
}

impl Intervals {
    fn add(&mut self, done_s: u64, operation: OperationName, us: u64) {
        while done_s / self.length_s >= MOST_INTERVALS {
            self.double();
        }
        let values = self.cells.entry(done_s / self.length_s).or_default().entry(operation).or_default();
        *values.entry(round(us)).or_default() += 1;
    }
    fn double(&mut self) {
        self.length_s *= 2;
        for (at, operations) in std::mem::take(&mut self.cells) {
            let into = self.cells.entry(at / 2).or_default();
            for (operation, values) in operations {
                let into = into.entry(operation).or_default();
                for (value, times) in values {
                    *into.entry(value).or_default() += times;
                }
            }
        }
    }
    /// Every interval with answers: its start in seconds from the run's origin, and the latency of each operation.
    pub fn iter(&self) -> impl Iterator<Item = (u64, BTreeMap<OperationName, Spread>)> {
        self.cells.iter().map(|(at, operations)| {
            let spreads = operations.iter().map(|(name, values)| (*name, spread(values.iter())));
            (at * self.length_s, spreads.collect())
        })
    }
    /// Every interval with answers: its start in seconds, and the latency over all operations.
    pub fn over_all(&self) -> impl Iterator<Item = (u64, Spread)> {
        self.cells
            .iter()
            .map(|(at, operations)| (at * self.length_s, spread(operations.values().flat_map(BTreeMap::iter))))
    }
}

fn spread<'a>(values: impl Iterator<Item = (&'a u32, &'a u64)>) -> Spread {
    let mut spread = Spread::default();
    for (value, times) in values {
        spread.record_n(u64::from(*value), *times);
    }
    spread
}

/// Keeps eleven bits: one part in a thousand, as the histogram does, so that an interval holds few different values.
fn round(us: u64) -> u32 {
    let us = u32::try_from(us).unwrap_or(u32::MAX);
    let surplus = (32 - us.leading_zeros()).saturating_sub(11);
    us >> surplus << surplus
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rounding_loses_less_than_a_thousandth(us in 0..u64::from(u32::MAX)) {
            let rounded = u64::from(round(us));
            prop_assert!(rounded <= us && (us - rounded) * 1_000 <= us);
        }

        #[test]
        fn doubling_loses_no_answer(seconds in proptest::collection::vec(0..100_000_u64, 1..200)) {
            let mut intervals = Intervals::default();
            for second in &seconds {
                intervals.add(*second, OperationName::AccountShow, 1_000);
            }
            let spreads: Vec<_> = intervals.over_all().collect();
            prop_assert_eq!(spreads.iter().map(|(_, spread)| spread.count()).sum::<u64>(), seconds.len() as u64);
            prop_assert!(spreads.iter().all(|(at, _)| at / intervals.length_s < MOST_INTERVALS));
            let first = seconds.iter().min().unwrap();
            prop_assert_eq!(spreads[0].0, first / intervals.length_s * intervals.length_s);
        }
    }

    #[test]
    fn quantiles_are_those_of_the_values() {
        let mut spread = Spread::default();
        assert_eq!((spread.quantile(0.5), spread.max()), (None, None));
        (1..=1_000).for_each(|value| spread.record(value));
        assert_eq!((spread.quantile(0.5), spread.quantile(0.99), spread.max()), (Some(500), Some(990), Some(1_000)));
        assert_eq!(spread.count_within(250), 250);
    }
}

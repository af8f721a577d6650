//! Latency per operation, over the whole run and over time.
//!
//! Invariant: every call counts, the lost ones with the time after which they were given up; the time runs from the
//! moment when the call was due (`intended`), and beside it from the moment when it went out (`sent`). Calls due in a
//! phase that is not timed (a warm-up) are counted but in no histogram.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use rustc_hash::FxHashMap;
use songsinh_contract::{Moment, Observation, OperationName, Outcome};
use songsinh_record::{Phase, RunHeader};

/// Longest latency told apart: a day, in microseconds.
const LONGEST_US: u64 = 86_400_000_000;
/// Intervals kept; beyond that, two become one.
const MOST_INTERVALS: u64 = 512;
/// Different values kept over all intervals; beyond that, two intervals become one.
const MOST_VALUES: usize = 1_000_000;

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

impl OperationStats {
    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for (kind, count) in &other.answers {
            *self.answers.entry(kind).or_default() += count;
        }
        let pairs =
            [(&mut self.intended, &other.intended), (&mut self.sent, &other.sent), (&mut self.shown, &other.shown)];
        for (mine, theirs) in pairs {
            if let Some(theirs) = theirs.histogram() {
                mine.merge(theirs);
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
    /// Per operation, by its place in the list of all: while the record is read.
    gathering: Vec<OperationStats>,
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
            gathering: OperationName::ALL.iter().map(|_| OperationStats::default()).collect(),
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
        if let Some(stats) = self.gathering.get_mut(name as usize) {
            stats.add(seen, timed);
        }
        let lag = u64::try_from(seen.sent.since(seen.intended).as_nanos()).unwrap_or(u64::MAX);
        self.seen_lag_ns.record(lag);
        let done_s = seen.done.since(self.origin).as_secs();
        self.intervals.add(done_s, name, us(seen.intended, seen.done));
    }
    /// Closes the sums once every call was added.
    pub(crate) fn finish(&mut self) {
        for (name, stats) in OperationName::ALL.iter().zip(std::mem::take(&mut self.gathering)) {
            if stats.count > 0 {
                self.all.merge(&stats);
                self.operations.insert(*name, stats);
            }
        }
        self.intervals.finish();
    }
}

/// Latency over time: per interval and operation, the values and how often they came. Intervals are one second long;
/// a long run doubles them until at most [`MOST_INTERVALS`] and [`MOST_VALUES`] remain.
#[derive(Debug, Clone)]
pub struct Intervals {
    /// Length of one interval in seconds: a power of two.
    pub length_s: u64,
    /// While the record is read: interval, operation and value in one key.
    gathering: FxHashMap<u64, u32>,
    /// In the order of the keys.
    values: Vec<(u64, u32)>,
}

impl Default for Intervals {
    fn default() -> Self {
        Self { length_s: 1, gathering: FxHashMap::default(), values: Vec::new() }
    }
}

/// Bits of a value and of an operation in a key.
const VALUE_BITS: u32 = 32;
const OPERATION_BITS: u32 = 8;

fn interval_of(key: u64) -> u64 {
    key >> (VALUE_BITS + OPERATION_BITS)
}

fn operation_of(key: u64) -> Option<OperationName> {
    OperationName::ALL.get(((key >> VALUE_BITS) & 0xff) as usize).copied()
}

impl Intervals {
    fn add(&mut self, done_s: u64, operation: OperationName, us: u64) {
        while done_s / self.length_s >= MOST_INTERVALS || self.gathering.len() >= MOST_VALUES {
            self.double();
        }
        let at = done_s / self.length_s;
        let key = (((at << OPERATION_BITS) | operation as u64) << VALUE_BITS) | u64::from(round(us));
        *self.gathering.entry(key).or_default() += 1;
    }
    fn double(&mut self) {
        self.length_s *= 2;
        let rest = (1 << (VALUE_BITS + OPERATION_BITS)) - 1;
        for (key, times) in std::mem::take(&mut self.gathering) {
            let key = ((interval_of(key) / 2) << (VALUE_BITS + OPERATION_BITS)) | (key & rest);
            let slot = self.gathering.entry(key).or_default();
            *slot = slot.saturating_add(times);
        }
    }
    fn finish(&mut self) {
        self.values = std::mem::take(&mut self.gathering).into_iter().collect();
        self.values.sort_unstable();
    }
    /// Every interval with answers: its start in seconds from the run's origin, and the latency of each operation.
    pub fn iter(&self) -> impl Iterator<Item = (u64, BTreeMap<OperationName, Spread>)> {
        self.chunks().map(|(at, values)| {
            let operations = values.chunk_by(|one, other| one.0 >> VALUE_BITS == other.0 >> VALUE_BITS);
            let spreads = operations.filter_map(|values| Some((operation_of(values.first()?.0)?, spread(values))));
            (at, spreads.collect())
        })
    }
    /// Every interval with answers: its start in seconds, and the latency over all operations.
    pub fn over_all(&self) -> impl Iterator<Item = (u64, Spread)> {
        self.chunks().map(|(at, values)| (at, spread(values)))
    }
    /// Every interval with answers: its start in seconds, and the values in microseconds with how often they came.
    pub(crate) fn values(&self) -> impl Iterator<Item = (u64, impl Iterator<Item = (u32, u32)>)> {
        self.chunks().map(|(at, values)| (at, values.iter().map(|(key, times)| (*key as u32, *times))))
    }
    fn chunks(&self) -> impl Iterator<Item = (u64, &[(u64, u32)])> {
        let chunks = self.values.chunk_by(|one, other| interval_of(one.0) == interval_of(other.0));
        chunks.map(|values| (values.first().map_or(0, |first| interval_of(first.0)) * self.length_s, values))
    }
}

fn spread(values: &[(u64, u32)]) -> Spread {
    let mut spread = Spread::default();
    for (key, times) in values {
        spread.record_n(u64::from(*key as u32), u64::from(*times));
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
            intervals.finish();
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

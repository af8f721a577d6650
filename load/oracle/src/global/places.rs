//! `otp-never-in-answer`: the right code stands at the same place of an answer more often than by chance.
//!
//! ```text
//!   pairs of a number seen at the place and a code of the cell   1 000 000    4
//!   expected to meet by chance, codes being uniform                      1    0.000 004
//!   met                                                                  2    2
//!   chance of that many or more                                       0.26    8 · 10⁻¹²
//! ```
//!
//! A violation has at least two meetings, and a chance below α = 10⁻⁹, split over the places of the run. The sum is the
//! same in whatever order its parts are merged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use songsinh_contract::{Digest, Rule};

use super::GlobalVerdict;
use super::chance::ALPHA;
use crate::{CodeInAnswer, Finding, FindingKind, Statistics};

/// At most so many places are kept, those with the least digests; meetings at others are undecided.
const PLACES: usize = 4_096;
/// Numbers of six digits.
pub(super) const NUMBERS: f64 = 1e6;

/// What was seen at a place.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Place {
    pairs: u64,
    hits: u64,
    first: Option<CodeInAnswer>,
}

impl Place {
    fn merge(&mut self, other: Self) {
        self.pairs += other.pairs;
        self.hits += other.hits;
        let order = |hit: &CodeInAnswer| (hit.when, hit.cell, hit.seq);
        self.first = [self.first, other.first].into_iter().flatten().min_by_key(order);
    }
}

/// The sums of all places.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Places {
    searched: u64,
    /// Of all places, those that are not kept too.
    hits: u64,
    places: BTreeMap<Digest, Place>,
}

impl Places {
    fn add(&mut self, at: Digest, place: Place) {
        self.places.entry(at).or_default().merge(place);
        if self.places.len() > PLACES {
            self.places.pop_last();
        }
    }
    pub(super) fn absorb(&mut self, statistics: &Statistics) {
        self.searched += statistics.answers_searched;
        for seen in &statistics.digits_in_answers {
            self.add(seen.place, Place { pairs: seen.pairs, ..Place::default() });
        }
        for &hit in &statistics.codes_in_answers {
            self.hits += 1;
            self.add(hit.place, Place { hits: 1, first: Some(hit), ..Place::default() });
        }
    }
    pub(super) fn merge(&mut self, other: Self) {
        self.searched += other.searched;
        self.hits += other.hits;
        for (at, place) in other.places {
            self.add(at, place);
        }
    }
    pub(super) fn finish(self, verdict: &mut GlobalVerdict) {
        let alpha = ALPHA / self.places.len() as f64;
        let slot = verdict.counts.slot(Rule::OtpNeverInAnswer);
        slot.allowed += self.searched.saturating_sub(self.hits);
        slot.undecided += self.hits;
        for (at, place) in self.places {
            let Some(hit) = place.first else { continue };
            if place.hits < 2 || at_least(place.hits, place.pairs as f64 / NUMBERS) >= alpha {
                continue;
            }
            slot.undecided = slot.undecided.saturating_sub(place.hits);
            slot.violation += place.hits;
            verdict.findings.push(Finding {
                rule: Rule::OtpNeverInAnswer,
                cell: hit.cell,
                seq: hit.seq,
                what: FindingKind::CodeInAnswer(at),
                story: vec![hit.seq],
                when: hit.when,
                trace: hit.trace,
            });
        }
    }
}

/// The chance of at least `count` rare events of which `expected` are expected (Poisson's upper tail, summed upwards so
/// that small values stay exact). One where no fewer are expected.
pub(super) fn at_least(count: u64, expected: f64) -> f64 {
    if count as f64 <= expected || count == 0 {
        return 1.0;
    }
    let mut at = count as f64;
    let logs: f64 = (1..=count).map(|n| (expected / n as f64).ln()).sum();
    let (mut term, mut sum) = ((logs - expected).exp(), 0.0);
    while term > sum * 1e-17 {
        sum += term;
        at += 1.0;
        term *= expected / at;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use songsinh_contract::{CellId, Moment, TraceId};

    use crate::DigitsInAnswer;

    #[test]
    fn the_tail_meets_known_values() {
        // 1 - e⁻¹ (1 + 1), 1 - e⁻¹, and λ²/2 for a small λ.
        for (count, expected, p) in
            [(2, 1.0, 0.264_241_117_657_115_3), (1, 0.5, 0.393_469_340_287_366_6), (2, 2e-6, 2e-12)]
        {
            assert!((at_least(count, expected) / p - 1.0).abs() < 1e-5, "{count} {expected}");
        }
        assert_eq!((at_least(3, 4.0), at_least(1, 0.0)), (1.0, 0.0));
        assert_eq!(at_least(100_000, 0.1), 0.0);
    }

    fn at(place: u64, pairs: u64, hits: u64) -> Statistics {
        let hit =
            |n| CodeInAnswer { place: Digest(place), cell: CellId(n), seq: 0, when: Moment(n), trace: TraceId(0, n) };
        Statistics {
            digits_in_answers: vec![DigitsInAnswer { place: Digest(place), pairs }],
            codes_in_answers: (0..hits).map(hit).collect(),
            answers_searched: pairs,
            ..Statistics::default()
        }
    }

    /// Violations and undecided.
    fn judged(all: &[Statistics]) -> (u64, u64) {
        let mut sums = Places::default();
        all.iter().for_each(|one| sums.absorb(one));
        let mut verdict =
            GlobalVerdict { counts: crate::Counts::default(), findings: Vec::new(), suspicions: Vec::new() };
        sums.finish(&mut verdict);
        let count = verdict.counts.of(Rule::OtpNeverInAnswer);
        (verdict.findings.len() as u64, count.undecided)
    }

    #[test]
    fn meetings_count_against_how_many_numbers_were_seen() {
        assert_eq!(judged(&[at(1, 2, 2)]), (1, 0));
        assert_eq!(judged(&[at(1, 2, 1)]), (0, 1));
        // In a large run two meet by chance, and so do twenty in one ten times as large.
        assert_eq!(judged(&[at(1, 1_000_000, 2)]), (0, 2));
        assert_eq!(judged(&[at(1, 10_000_000, 20)]), (0, 20));
        assert_eq!(judged(&[at(1, 1_000_000, 20)]), (1, 0));
        // One at each of two places.
        assert_eq!(judged(&[at(1, 2, 1), at(2, 2, 1)]), (0, 2));
        assert_eq!(judged(&[at(1, 1_000_000, 2), at(2, 2, 2)]), (1, 2));
    }

    #[test]
    fn the_level_is_split_over_the_places() {
        // The chance of two meetings is 8 · 10⁻¹⁰ here: below the level of one place, above that of two.
        assert_eq!(judged(&[at(1, 40, 2)]), (1, 0));
        assert_eq!(judged(&[at(1, 40, 2), at(2, 1, 0)]), (0, 2));
    }

    #[test]
    fn a_single_meeting_condemns_nobody_even_where_no_number_was_counted() {
        assert_eq!(judged(&[at(1, 0, 1)]), (0, 1));
        assert_eq!(judged(&[at(1, 0, 2)]), (1, 0));
    }

    #[test]
    fn so_many_places_are_kept_and_no_more() {
        let kept = PLACES as u64;
        let mut all: Vec<Statistics> = (1..kept).map(|place| at(place, 1, 0)).collect();
        all.push(at(kept, 1, 3));
        assert_eq!(judged(&all), (1, 0));
        // One more before it, and the last is not kept.
        all.push(at(0, 1, 0));
        assert_eq!(judged(&all), (0, 3));
    }

    proptest! {
        #[test]
        fn the_sum_is_the_same_in_any_order(
            parts in proptest::collection::vec((0_u64..6_000, 1_u64..9, 0_u64..3), 0..40),
            split in 0_usize..40,
            many in any::<bool>(),
        ) {
            let all: Vec<Statistics> = parts.iter().map(|&(place, pairs, hits)| at(place, pairs, hits)).collect();
            let (mut straight, mut one, mut two) = (Places::default(), Places::default(), Places::default());
            // More places than are kept.
            for place in (0..if many { 5_000 } else { 0 }).rev() {
                straight.absorb(&at(place, 1, 0));
                two.absorb(&at(place, 1, 0));
            }
            all.iter().for_each(|part| straight.absorb(part));
            all.iter().enumerate().for_each(|(n, part)| if n < split { one.absorb(part) } else { two.absorb(part) });
            one.merge(two);
            prop_assert_eq!(one, straight);
        }
    }
}

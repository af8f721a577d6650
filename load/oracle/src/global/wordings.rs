//! `no-enumeration`: a refused login has the same words whether the account exists or not, and so has a reset.
//!
//! Compared at the same stage (the same number of wrong passwords before, or locked; a reset accepted, its code sent
//! again, a first wrong code), since an answer may name the tries that are left. A stage is decided when both kinds of account were met in it.
//!
//! Invariant: a kind is told by its words only if its words come again. Words that are new in every answer (a time, a
//! number of the request) condemn nobody. The sum is the same in whatever order its parts are merged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use songsinh_contract::{Digest, Rule};

use super::GlobalVerdict;
use crate::{Finding, FindingKind, Wording};

/// At most so many different wordings are kept for a stage and kind, those with the least digests: what is among the
/// least of all is among the least of every part, so its count is exact in any order of merging.
const WORDINGS: usize = 32;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Kind {
    seen: u64,
    words: BTreeMap<Digest, (u64, Wording)>,
    /// There were more wordings than are kept.
    more: bool,
}

fn order(witness: &Wording) -> (songsinh_contract::Moment, songsinh_contract::CellId, u32) {
    (witness.when, witness.cell, witness.seq)
}

impl Kind {
    fn add(&mut self, count: u64, witness: Wording) {
        let slot = self.words.entry(witness.words).or_insert((0, witness));
        slot.0 += count;
        if order(&witness) < order(&slot.1) {
            slot.1 = witness;
        }
        if self.words.len() > WORDINGS {
            self.words.pop_last();
            self.more = true;
        }
    }
    fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        self.more |= other.more;
        for (count, witness) in other.words.into_values() {
            self.add(count, witness);
        }
    }
    /// Whether its wordings come again.
    fn repeats(&self) -> bool {
        self.words.values().any(|(count, _)| *count > 1)
    }
}

/// Stage → accounts that do not exist, accounts that do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Wordings(BTreeMap<u8, [Kind; 2]>);

impl Wordings {
    pub(super) fn absorb(&mut self, wordings: &[Wording]) {
        for wording in wordings {
            let kind = &mut self.0.entry(wording.stage).or_default()[usize::from(wording.exists)];
            kind.seen += 1;
            kind.add(1, *wording);
        }
    }
    pub(super) fn merge(&mut self, other: Self) {
        for (stage, kinds) in other.0 {
            let mine = self.0.entry(stage).or_default();
            for (mine, theirs) in mine.iter_mut().zip(kinds) {
                mine.merge(theirs);
            }
        }
    }
    pub(super) fn finish(self, verdict: &mut GlobalVerdict) {
        let slot = verdict.counts.slot(Rule::NoEnumeration);
        for [absent, present] in self.0.into_values() {
            let all = absent.seen + present.seen;
            if absent.more || present.more {
                slot.undecided += all;
                continue;
            }
            let shared = absent.words.keys().filter(|words| present.words.contains_key(*words)).count();
            if shared == absent.words.len() && shared == present.words.len() {
                slot.allowed += all;
            } else if shared > 0 || !absent.repeats() || !present.repeats() {
                slot.undecided += all;
            } else {
                slot.violation += 1;
                let repeated = absent.words.into_values().filter(|(count, _)| *count > 1);
                if let Some(w) = repeated.map(|(_, w)| w).min_by_key(order) {
                    verdict.findings.push(Finding {
                        rule: Rule::NoEnumeration,
                        cell: w.cell,
                        seq: w.seq,
                        what: FindingKind::WordsDiffer,
                        story: vec![w.seq],
                        when: w.when,
                        trace: w.trace,
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use songsinh_contract::{CellId, Moment, TraceId};

    fn wording(at: u64, exists: bool, words: u64) -> Wording {
        let (cell, when) = (CellId(at), Moment(at % 7));
        Wording { exists, stage: 0, words: Digest(words), cell, seq: 0, when, trace: TraceId(0, at) }
    }

    fn summed(words: &[(bool, u64)]) -> Wordings {
        let mut sums = Wordings::default();
        let all: Vec<Wording> = (0..).zip(words).map(|(at, &(exists, words))| wording(at, exists, words)).collect();
        sums.absorb(&all);
        sums
    }

    fn finished(sums: Wordings) -> GlobalVerdict {
        let mut verdict =
            GlobalVerdict { counts: crate::Counts::default(), findings: Vec::new(), suspicions: Vec::new() };
        sums.finish(&mut verdict);
        verdict
    }

    /// Allowed, violation, undecided.
    fn counted(sums: Wordings) -> (u64, u64, u64) {
        let verdict = finished(sums);
        let count = verdict.counts.of(Rule::NoEnumeration);
        assert_eq!(verdict.findings.len() as u64, count.violation);
        (count.allowed, count.violation, count.undecided)
    }

    fn judged(words: &[(bool, u64)]) -> (u64, u64, u64) {
        counted(summed(words))
    }

    #[test]
    fn only_words_that_come_again_tell_the_kinds_apart() {
        assert_eq!(judged(&[(true, 1), (false, 1)]), (2, 0, 0));
        assert_eq!(judged(&[(true, 1), (true, 1), (false, 2), (false, 2)]), (0, 1, 0));
        // Met once, or new in every answer.
        assert_eq!(judged(&[(true, 1), (false, 2)]), (0, 0, 2));
        assert_eq!(judged(&[(true, 1), (true, 1), (false, 2), (false, 3)]), (0, 0, 4));
        let unique: Vec<(bool, u64)> = (0..200).map(|n| (n % 2 == 0, n)).collect();
        assert_eq!(judged(&unique), (0, 0, 200));
        // Some words are shared.
        assert_eq!(judged(&[(true, 1), (true, 1), (false, 2), (false, 2), (false, 1)]), (0, 0, 5));
        // One kind alone.
        assert_eq!(judged(&[(true, 1), (true, 1)]), (0, 0, 2));
        assert_eq!(judged(&[(false, 1), (false, 1)]), (0, 0, 2));
        // It is enough that some come again.
        assert_eq!(judged(&[(true, 1), (true, 1), (true, 3), (false, 2), (false, 2), (false, 4)]), (0, 1, 0));
    }

    /// So many wordings of a kind, each met twice.
    fn many(exists: bool, wordings: u64) -> Vec<(bool, u64)> {
        (0..wordings).flat_map(|n| [(exists, 1_000 + n); 2]).collect()
    }

    #[test]
    fn a_stage_with_more_wordings_than_are_kept_is_undecided() {
        let most = WORDINGS as u64;
        for exists in [false, true] {
            let other = [(!exists, 1), (!exists, 1)];
            let all = |count| [many(exists, count), other.to_vec()].concat();
            assert_eq!(judged(&all(most)), (0, 1, 0), "{exists}");
            assert_eq!(judged(&all(most + 1)), (0, 0, 2 * most + 4), "{exists}");
            // The part that had too many is merged into one that had none.
            let mut sum = summed(&other);
            sum.merge(summed(&many(exists, most + 1)));
            assert_eq!(counted(sum), (0, 0, 2 * most + 4), "{exists}");
            // Those that are kept are the same for both kinds.
            let kept = [many(exists, most + 1), many(!exists, most)].concat();
            assert_eq!(judged(&kept), (0, 0, 4 * most + 2), "{exists}");
        }
        let sum = summed(&many(true, most + 1));
        assert_eq!(sum.0[&0][1].words.len(), WORDINGS);
    }

    #[test]
    fn the_witness_is_the_first_answer_in_words_that_come_again() {
        // Moments are 0, 1, 2 … here. The words 9 came first, and once.
        let words = [(false, 9), (false, 2), (false, 2), (false, 3), (false, 3), (true, 1), (true, 1)];
        let all: Vec<Wording> = (0..).zip(words).map(|(at, (exists, words))| wording(at, exists, words)).collect();
        for turned in [false, true] {
            let mut sums = Wordings::default();
            let mut all = all.clone();
            if turned {
                all.reverse();
            }
            sums.absorb(&all);
            let witnesses: Vec<CellId> = finished(sums).findings.iter().map(|f| f.cell).collect();
            assert_eq!(witnesses, [CellId(1)], "{turned}");
        }
    }

    proptest! {
        #[test]
        fn the_sum_is_the_same_in_any_order(
            words in proptest::collection::vec((any::<bool>(), 0_u64..50), 0..200),
            parts in proptest::collection::vec(0_usize..4, 200),
        ) {
            let all: Vec<Wording> = (0..).zip(&words).map(|(at, &(exists, w))| wording(at, exists, w)).collect();
            let mut straight = Wordings::default();
            straight.absorb(&all);
            let mut shards = vec![Wordings::default(); 4];
            for (one, part) in all.iter().zip(&parts) {
                shards[*part].absorb(&[*one]);
            }
            for order in [[0, 1, 2, 3], [3, 1, 0, 2]] {
                let mut sum = Wordings::default();
                order.iter().for_each(|&at| sum.merge(shards[at].clone()));
                prop_assert_eq!(&sum, &straight);
            }
        }
    }
}

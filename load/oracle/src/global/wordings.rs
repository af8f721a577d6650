//! `no-enumeration`: a refused login has the same words whether the account exists or not.
//!
//! Compared at the same stage (the same number of wrong passwords before, or locked), since an answer may name the
//! tries that are left. A stage is decided when both kinds of account were met in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use songsinh_contract::{Digest, Rule};

use super::GlobalVerdict;
use crate::{Finding, FindingKind, Wording};

/// At most so many different wordings are kept for a stage and kind; more are not distinguished.
const WORDINGS: usize = 32;

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Kind {
    seen: u64,
    words: BTreeMap<Digest, (u64, Option<Wording>)>,
}

impl Kind {
    fn add(&mut self, words: Digest, count: u64, witness: Option<Wording>) {
        self.seen += count;
        if self.words.len() >= WORDINGS && !self.words.contains_key(&words) {
            return;
        }
        let slot = self.words.entry(words).or_default();
        slot.0 += count;
        let order = |w: &Wording| (w.when, w.cell, w.seq);
        if let Some(new) = witness
            && slot.1.as_ref().is_none_or(|old| order(&new) < order(old))
        {
            slot.1 = Some(new);
        }
    }
}

/// Stage → accounts that do not exist, accounts that do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Wordings(BTreeMap<u8, [Kind; 2]>);

impl Wordings {
    pub(super) fn absorb(&mut self, wordings: &[Wording]) {
        for wording in wordings {
            let kinds = self.0.entry(wording.stage).or_default();
            kinds[usize::from(wording.exists)].add(wording.words, 1, Some(*wording));
        }
    }
    pub(super) fn merge(&mut self, other: Self) {
        for (stage, kinds) in other.0 {
            let mine = self.0.entry(stage).or_default();
            for (mine, theirs) in mine.iter_mut().zip(kinds) {
                for (words, (count, witness)) in theirs.words {
                    mine.add(words, count, witness);
                }
            }
        }
    }
    pub(super) fn finish(self, verdict: &mut GlobalVerdict) {
        let slot = verdict.counts.slot(Rule::NoEnumeration);
        for [absent, present] in self.0.into_values() {
            if absent.seen == 0 || present.seen == 0 {
                slot.undecided += absent.seen + present.seen;
                continue;
            }
            let shared = absent.words.keys().filter(|words| present.words.contains_key(*words)).count();
            if shared == absent.words.len() && shared == present.words.len() {
                slot.allowed += absent.seen + present.seen;
            } else if shared > 0 {
                slot.undecided += absent.seen + present.seen;
            } else {
                slot.violation += 1;
                let witness =
                    |kind: &Kind| kind.words.values().filter_map(|(_, w)| *w).min_by_key(|w| (w.when, w.cell));
                if let Some(w) = witness(&absent).or_else(|| witness(&present)) {
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

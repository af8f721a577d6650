//! `otp-never-in-answer`: the right code stands at the same place of an answer more than once.
//!
//! Six digits meet by chance once in a million, so one meeting is undecided; two at one place are a violation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use songsinh_contract::{Digest, Rule};

use super::GlobalVerdict;
use crate::{CodeInAnswer, Finding, FindingKind, Statistics};

/// At most so many places are kept.
const PLACES: usize = 1_024;

/// Place → meetings and the first of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Places {
    searched: u64,
    hits: BTreeMap<Digest, (u64, CodeInAnswer)>,
}

impl Places {
    fn add(&mut self, count: u64, hit: CodeInAnswer) {
        if self.hits.len() >= PLACES && !self.hits.contains_key(&hit.place) {
            return;
        }
        let slot = self.hits.entry(hit.place).or_insert((0, hit));
        slot.0 += count;
        if (hit.when, hit.cell, hit.seq) < (slot.1.when, slot.1.cell, slot.1.seq) {
            slot.1 = hit;
        }
    }
    pub(super) fn absorb(&mut self, statistics: &Statistics) {
        self.searched += statistics.answers_searched;
        for &hit in &statistics.codes_in_answers {
            self.add(1, hit);
        }
    }
    pub(super) fn merge(&mut self, other: Self) {
        self.searched += other.searched;
        for (count, hit) in other.hits.into_values() {
            self.add(count, hit);
        }
    }
    pub(super) fn finish(self, verdict: &mut GlobalVerdict) {
        let mut hits = 0;
        for (count, hit) in self.hits.into_values() {
            hits += count;
            let slot = verdict.counts.slot(Rule::OtpNeverInAnswer);
            if count < 2 {
                slot.undecided += count;
                continue;
            }
            slot.violation += 1;
            verdict.findings.push(Finding {
                rule: Rule::OtpNeverInAnswer,
                cell: hit.cell,
                seq: hit.seq,
                what: FindingKind::CodeInAnswer(hit.place),
                story: vec![hit.seq],
                when: hit.when,
                trace: hit.trace,
            });
        }
        verdict.counts.slot(Rule::OtpNeverInAnswer).allowed += self.searched.saturating_sub(hits);
    }
}

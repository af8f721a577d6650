//! The running sum over cells: mergeable in any order with the same result, so shards need no locks.
//!
//! Invariant: memory is bounded by the number of rules, bounds, places and wordings, never by the number of cells.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use songsinh_contract::Rule;

use crate::global::Global;
use crate::judgement::{ApprovalTimes, BoundCount, Bracket, FindingGroup, Judgement, RuleCount};
use crate::{Bound, CellVerdict, Counts, Edge, Finding, hints};

/// How many findings of a rule are kept as witnesses.
pub const WITNESSES: usize = 8;

/// What was seen around one bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Around {
    limit_ns: u64,
    nearest_accepted: Option<u64>,
    nearest_refused: Option<u64>,
    furthest_accepted: Option<u64>,
    furthest_refused: Option<u64>,
    accepted: u64,
    refused: u64,
}

fn widest(slot: &mut Option<u64>, value: Option<u64>, greatest: bool) {
    let Some(value) = value else { return };
    *slot = Some(slot.map_or(value, |old| if greatest { old.max(value) } else { old.min(value) }));
}

impl Around {
    fn see(&mut self, edge: &Edge) {
        self.limit_ns = edge.limit_ns;
        let opens = edge.bound.opens();
        // For a life acceptances lie below the bound and the nearest is the oldest; for a wait it is the reverse.
        let below = edge.accepted != opens;
        let (near, sure) = if below { (edge.age.max_ns, edge.age.min_ns) } else { (edge.age.min_ns, edge.age.max_ns) };
        let near = edge.allowed.then_some(near);
        if edge.allowed {
            *(if edge.accepted { &mut self.accepted } else { &mut self.refused }) += 1;
        }
        let (nearest, furthest) = if edge.accepted {
            (&mut self.nearest_accepted, &mut self.furthest_accepted)
        } else {
            (&mut self.nearest_refused, &mut self.furthest_refused)
        };
        widest(nearest, near, below);
        widest(furthest, Some(sure), below);
    }
    fn merge(&mut self, other: &Self, bound: Bound) {
        self.limit_ns = self.limit_ns.max(other.limit_ns);
        self.accepted += other.accepted;
        self.refused += other.refused;
        widest(&mut self.nearest_accepted, other.nearest_accepted, !bound.opens());
        widest(&mut self.furthest_accepted, other.furthest_accepted, !bound.opens());
        widest(&mut self.nearest_refused, other.nearest_refused, bound.opens());
        widest(&mut self.furthest_refused, other.furthest_refused, bound.opens());
    }
    fn count(&self, bound: Bound) -> BoundCount {
        let ms = |ns: u64| ns as f64 / 1e6;
        let limit_ms = ms(self.limit_ns);
        let bracket = Bracket {
            latest_accepted_ms: self.furthest_accepted.map(ms),
            earliest_refused_ms: self.furthest_refused.map(ms),
        };
        let hint = if bound.opens() {
            None
        } else {
            hints::for_life(limit_ms, bracket.latest_accepted_ms, bracket.earliest_refused_ms)
        };
        BoundCount {
            bound,
            limit_ms,
            accepted: self.accepted,
            refused: self.refused,
            nearest_accepted_ms: self.nearest_accepted.map(ms),
            nearest_refused_ms: self.nearest_refused.map(ms),
            bracket,
            hint: hint.map(Into::into),
        }
    }
}

/// The findings of a rule, bounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Bucket {
    count: u64,
    shortest: Finding,
    first: Vec<Finding>,
}

impl Bucket {
    fn of(finding: Finding) -> Self {
        Self { count: 1, shortest: finding.clone(), first: vec![finding] }
    }
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        let length = |f: &Finding| (f.story.len(), f.when, f.cell, f.seq);
        if length(&other.shortest) < length(&self.shortest) {
            self.shortest = other.shortest;
        }
        self.first.extend(other.first);
        self.first.sort_by_key(|f| (f.when, f.cell, f.seq));
        self.first.truncate(WITNESSES);
    }
}

/// The running sum.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tally {
    counts: Counts,
    around: BTreeMap<(Rule, Bound), Around>,
    findings: BTreeMap<Rule, Bucket>,
    global: Global,
    /// Level → how many, the longest in nanoseconds.
    approvals: BTreeMap<songsinh_contract::Level, (u64, u64)>,
    cells: u64,
    answers: u64,
    decided: u64,
    dirty: u64,
    overflowed: u64,
}

impl Tally {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds the verdict on a cell.
    pub fn absorb(&mut self, verdict: CellVerdict) {
        self.counts.absorb(&verdict.counts);
        for edge in &verdict.edges {
            self.around.entry((edge.rule, edge.bound)).or_default().see(edge);
        }
        for finding in verdict.findings {
            self.keep(finding.rule, Bucket::of(finding));
        }
        self.global.absorb(&verdict.statistics);
        for took in &verdict.statistics.approvals {
            self.waited(took.level, 1, took.after_ns);
        }
        self.cells += 1;
        self.answers += verdict.answers;
        self.decided += verdict.decided;
        self.dirty += u64::try_from(verdict.dirty.len()).unwrap_or(u64::MAX);
        self.overflowed += u64::from(verdict.overflowed);
    }
    /// Adds another sum.
    pub fn merge(&mut self, other: Self) {
        self.counts.absorb(&other.counts);
        for ((rule, bound), around) in other.around {
            self.around.entry((rule, bound)).or_default().merge(&around, bound);
        }
        for (rule, bucket) in other.findings {
            self.keep(rule, bucket);
        }
        self.global.merge(other.global);
        for (level, (count, longest_ns)) in other.approvals {
            self.waited(level, count, longest_ns);
        }
        self.cells += other.cells;
        self.answers += other.answers;
        self.decided += other.decided;
        self.dirty += other.dirty;
        self.overflowed += other.overflowed;
    }
    fn waited(&mut self, level: songsinh_contract::Level, count: u64, longest_ns: u64) {
        let slot = self.approvals.entry(level).or_default();
        *slot = (slot.0 + count, slot.1.max(longest_ns));
    }
    fn keep(&mut self, rule: Rule, bucket: Bucket) {
        match self.findings.entry(rule) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(bucket);
            }
            std::collections::btree_map::Entry::Occupied(mut slot) => slot.get_mut().merge(bucket),
        }
    }
    /// Violations so far, run-wide rules not counted: for a live display.
    #[must_use]
    pub fn violations(&self) -> u64 {
        self.findings.values().map(|bucket| bucket.count).sum()
    }
    /// Judges the run-wide rules and closes the sum.
    #[must_use]
    pub fn finish(mut self) -> Judgement {
        let global = std::mem::take(&mut self.global).finish();
        self.counts.absorb(&global.counts);
        for finding in global.findings {
            self.keep(finding.rule, Bucket::of(finding));
        }
        // A finding of the whole run stands for all the answers that it counts.
        for (rule, bucket) in &mut self.findings {
            bucket.count = bucket.count.max(self.counts.of(*rule).violation);
        }
        let mut rules: BTreeMap<Rule, RuleCount> = BTreeMap::new();
        for (rule, count) in self.counts.met() {
            let bounds: Vec<BoundCount> = self
                .around
                .range((rule, Bound::CodeLife)..)
                .take_while(|((of, _), _)| *of == rule)
                .map(|(&(_, bound), around)| around.count(bound))
                .collect();
            let first = bounds.first();
            rules.insert(
                rule,
                RuleCount {
                    allowed: count.allowed,
                    violation: count.violation,
                    undecided: count.undecided,
                    nearest_accepted_ms: first.and_then(|b| b.nearest_accepted_ms),
                    nearest_refused_ms: first.and_then(|b| b.nearest_refused_ms),
                    bracket: first.map(|b| b.bracket),
                    bounds,
                },
            );
        }
        let decided = |rule: &Rule| self.counts.of(*rule).is_decided();
        Judgement {
            not_covered: Rule::ALL.iter().copied().filter(|rule| !decided(rule)).collect(),
            rules,
            findings: self
                .findings
                .into_iter()
                .map(|(rule, b)| FindingGroup { rule, count: b.count, shortest: b.shortest, first: b.first })
                .collect(),
            approvals: self
                .approvals
                .into_iter()
                .map(|(level, (count, ns))| (level, ApprovalTimes { count, longest_ms: ns as f64 / 1e6 }))
                .collect(),
            suspicions: global.suspicions,
            cells: self.cells,
            answers: self.answers,
            decided: self.decided,
            dirty: self.dirty,
            overflowed: self.overflowed,
        }
    }
}

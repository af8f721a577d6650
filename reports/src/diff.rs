//! Two runs of a scenario side by side: what is new, what is gone, what moved.
//!
//! Works on summaries, so that runs of other machines and of older programs can be compared. A latency counts as moved
//! only when it lies outside of [`NOISE`]: two runs of the same system differ by that on an ordinary machine.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::summary::{FindingSummary, InvalidSummary, Summary};

/// Ratios of a quantile between `1 / (1 + NOISE)` and `1 + NOISE` are no difference.
pub const NOISE: f64 = 0.25;
/// A quantile of fewer timed calls is not compared.
const FEWEST_TIMED: u64 = 100;

/// What differs between two runs, the older one first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// Why the two runs may not be compared without care: another scenario, target, mode, rulebook, day.
    pub apart: Vec<Apart>,
    /// Rules that are broken now and were not before.
    pub new: Vec<Broken>,
    /// Rules that were broken before and were kept now, with answers decided.
    pub gone: Vec<Broken>,
    /// Rules broken in both.
    pub still: Vec<Broken>,
    /// Rules that were broken before and are not decided now: nothing is known of them.
    pub lost_sight: Vec<String>,
    /// Rules decided before and not now.
    pub uncovered: Vec<String>,
    /// Rules decided now and not before.
    pub covered: Vec<String>,
    /// Limits whose outcome changed: as written, whether it holds now.
    pub limits: Vec<LimitMoved>,
    /// Known issues that no longer excuse: their rule fails now and did not before.
    pub expired: Vec<String>,
    /// Quantiles that moved.
    pub latency: Vec<Moved>,
    /// Reasons for which the older run is invalid.
    pub invalid_before: Vec<InvalidSummary>,
    /// Reasons for which the newer run is invalid.
    pub invalid_now: Vec<InvalidSummary>,
}

/// Something in which two runs must be alike to be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Apart {
    /// What it is.
    pub what: String,
    /// How it was before.
    pub before: String,
    /// How it is now.
    pub now: String,
}

/// A broken rule in both runs' counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Broken {
    /// Slug of the rule.
    pub rule: String,
    /// Answers that broke it before.
    pub before: u64,
    /// Answers that break it now.
    pub now: u64,
    /// What is wrong, as the run says in which it is.
    pub wrong: String,
    /// The same in Vietnamese; empty if the run does not say.
    pub wrong_vi: String,
}

/// A limit whose outcome changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LimitMoved {
    /// As written.
    pub limit: String,
    /// Whether it holds now.
    pub holds: bool,
    /// What was measured before.
    pub before: String,
    /// What is measured now.
    pub now: String,
}

/// A quantile that moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// The operation.
    pub operation: String,
    /// Which quantile: `p50`, `p99`.
    pub quantile: String,
    /// Milliseconds before.
    pub before_ms: f64,
    /// Milliseconds now.
    pub now_ms: f64,
}

impl Moved {
    /// Now divided by before.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.now_ms / self.before_ms
    }
}

impl Diff {
    /// What differs.
    #[must_use]
    pub fn between(before: &Summary, now: &Summary) -> Self {
        let (old, new) = (broken(before), broken(now));
        let mut diff = Self { apart: apart(before, now), ..Self::default() };
        for (&rule, finding) in &new {
            let before_count = old.get(rule).map_or(0, |finding| finding.count);
            let one = Broken {
                rule: rule.to_owned(),
                before: before_count,
                now: finding.count,
                wrong: finding.wrong.clone(),
                wrong_vi: finding.wrong_vi.clone(),
            };
            if let Some(was) = old.get(rule) {
                if finding.fails && !was.fails {
                    diff.expired.push(rule.to_owned());
                }
                diff.still.push(one);
            } else {
                diff.new.push(one);
            }
        }
        let decided_now = decided(now);
        let decided_before = decided(before);
        for (&rule, finding) in old.iter().filter(|(rule, _)| !new.contains_key(*rule)) {
            if decided_now.contains(rule) {
                let (wrong, wrong_vi) = (finding.wrong.clone(), finding.wrong_vi.clone());
                diff.gone.push(Broken { rule: rule.to_owned(), before: finding.count, now: 0, wrong, wrong_vi });
            } else {
                diff.lost_sight.push(rule.to_owned());
            }
        }
        let owned = |rules: BTreeSet<&str>| rules.into_iter().map(str::to_owned).collect();
        diff.uncovered = owned(decided_before.difference(&decided_now).copied().collect());
        diff.covered = owned(decided_now.difference(&decided_before).copied().collect());
        diff.limits = limits(before, now);
        diff.latency = latency(before, now);
        diff.invalid_before.clone_from(&before.invalid);
        diff.invalid_now.clone_from(&now.invalid);
        diff
    }
    /// Whether nothing got worse: no new broken rule, no excuse that ended, no limit newly crossed, no sight lost, and the
    /// run is no less valid.
    #[must_use]
    pub fn is_no_worse(&self) -> bool {
        self.new.is_empty()
            && self.expired.is_empty()
            && self.lost_sight.is_empty()
            && (self.invalid_now.is_empty() || !self.invalid_before.is_empty())
            && self.limits.iter().all(|limit| limit.holds)
    }
}

fn broken(run: &Summary) -> BTreeMap<&str, &FindingSummary> {
    run.findings.iter().map(|finding| (finding.rule.as_str(), finding)).collect()
}

fn decided(run: &Summary) -> BTreeSet<&str> {
    let rules = run.rules.iter().filter(|(_, counts)| counts.allowed + counts.violation > 0);
    rules.map(|(rule, _)| rule.as_str()).collect()
}

fn apart(before: &Summary, now: &Summary) -> Vec<Apart> {
    let pairs = [
        ("scenario", &before.scenario, &now.scenario),
        ("target profile", &before.profile, &now.profile),
        ("target version", &before.target.version, &now.target.version),
        ("mode", &before.mode, &now.mode),
        ("rulebook", &before.rulebook, &now.rulebook),
        ("day", &before.day, &now.day),
    ];
    let differ = pairs.into_iter().filter(|(_, one, other)| one != other);
    differ
        .map(|(what, before, now)| Apart { what: what.to_owned(), before: before.clone(), now: now.clone() })
        .collect()
}

fn limits(before: &Summary, now: &Summary) -> Vec<LimitMoved> {
    let old: BTreeMap<&str, _> = before.limits.iter().map(|limit| (limit.limit.as_str(), limit)).collect();
    let moved = now.limits.iter().filter_map(|limit| {
        let was = old.get(limit.limit.as_str())?;
        (was.holds != limit.holds).then(|| LimitMoved {
            limit: limit.limit.clone(),
            holds: limit.holds,
            before: was.measured.clone(),
            now: limit.measured.clone(),
        })
    });
    moved.collect()
}

fn latency(before: &Summary, now: &Summary) -> Vec<Moved> {
    let mut moved = Vec::new();
    for (name, new) in &now.operations {
        let Some(old) = before.operations.get(name) else { continue };
        if old.timed.min(new.timed) < FEWEST_TIMED {
            continue;
        }
        for (quantile, old, new) in [("p50", old.p50_ms, new.p50_ms), ("p99", old.p99_ms, new.p99_ms)] {
            let (Some(before_ms), Some(now_ms)) = (old, new) else { continue };
            let ratio = now_ms / before_ms.max(f64::MIN_POSITIVE);
            if !(1.0 / (1.0 + NOISE)..=1.0 + NOISE).contains(&ratio) {
                moved.push(Moved { operation: name.clone(), quantile: quantile.into(), before_ms, now_ms });
            }
        }
    }
    moved
}

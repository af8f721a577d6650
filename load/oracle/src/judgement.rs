//! The judgement of a run: what a report shows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use songsinh_contract::Rule;

use crate::{Bound, Finding};

/// What was measured of a lifetime, whatever the rulebook says of it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Bracket {
    /// The greatest age that was surely reached and still accepted (the least, for a wait), in milliseconds.
    pub latest_accepted_ms: Option<f64>,
    /// The least age that was surely not exceeded and was refused on this account (the greatest, for a wait).
    pub earliest_refused_ms: Option<f64>,
}

/// A time bound of a rule and what was seen around it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoundCount {
    /// Which bound.
    pub bound: Bound,
    /// The rulebook's value.
    pub limit_ms: f64,
    /// Decided, allowed answers that accepted.
    pub accepted: u64,
    /// Decided, allowed answers that refused for this bound.
    pub refused: u64,
    /// Age of the decided, allowed acceptance that lay nearest to the bound.
    pub nearest_accepted_ms: Option<f64>,
    /// Age of the decided, allowed refusal that lay nearest to the bound.
    pub nearest_refused_ms: Option<f64>,
    /// The measured lifetime.
    pub bracket: Bracket,
    /// A well-known default that would explain a measured lifetime which is not the rulebook's.
    pub hint: Option<Box<str>>,
}

/// The count of a rule over a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RuleCount {
    /// Answers that keep the rule.
    pub allowed: u64,
    /// Answers that break it.
    pub violation: u64,
    /// Answers that the observations do not decide.
    pub undecided: u64,
    /// Of the rule's first bound: see [`BoundCount::nearest_accepted_ms`].
    pub nearest_accepted_ms: Option<f64>,
    /// Of the rule's first bound: see [`BoundCount::nearest_refused_ms`].
    pub nearest_refused_ms: Option<f64>,
    /// Of the rule's first bound.
    pub bracket: Option<Bracket>,
    /// Every bound of the rule that was met.
    pub bounds: Vec<BoundCount>,
}

impl RuleCount {
    /// Of the answers that met the rule, the share of which it could be told whether they keep it: from 0 to 1.
    #[must_use]
    pub fn decided_share(&self) -> f64 {
        let decided = self.allowed + self.violation;
        decided as f64 / (decided + self.undecided).max(1) as f64
    }
}

/// All findings of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingGroup {
    /// The rule.
    pub rule: Rule,
    /// How many.
    pub count: u64,
    /// The one with the fewest observations in its story.
    pub shortest: Finding,
    /// The first ones by time, bounded.
    pub first: Vec<Finding>,
}

/// What a test over the whole run finds unlikely. Never a violation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suspicion {
    /// The rule.
    pub rule: Rule,
    /// Which test.
    pub test: Box<str>,
    /// How likely a result as extreme is under chance.
    pub p: f64,
    /// How many values were tested.
    pub samples: u64,
}

/// How long applications of a level waited for their decision (`approval-in-time`: reported, not judged).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ApprovalTimes {
    /// Decisions that were seen.
    pub count: u64,
    /// The longest wait, in milliseconds.
    pub longest_ms: f64,
}

/// The judgement of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Judgement {
    /// Every rule that was met.
    pub rules: BTreeMap<Rule, RuleCount>,
    /// What is wrong, by rule.
    pub findings: Vec<FindingGroup>,
    /// What is unlikely.
    pub suspicions: Vec<Suspicion>,
    /// How long applications waited, by level.
    #[serde(default)]
    pub approvals: BTreeMap<songsinh_contract::Level, ApprovalTimes>,
    /// Rules that were never decided: not a pass.
    pub not_covered: Vec<Rule>,
    /// Cells judged.
    pub cells: u64,
    /// Observations seen.
    pub answers: u64,
    /// Observations of which at least one rule was decided.
    pub decided: u64,
    /// People whom the target knew before.
    pub dirty: u64,
    /// Cells whose possible histories were too many to follow.
    pub overflowed: u64,
}

impl Judgement {
    /// All violations.
    #[must_use]
    pub fn violations(&self) -> u64 {
        self.rules.values().map(|count| count.violation).sum()
    }
    /// Rules that were decided at least once.
    #[must_use]
    pub fn decided_rules(&self) -> Vec<Rule> {
        self.rules.iter().filter(|(_, c)| c.allowed + c.violation > 0).map(|(&rule, _)| rule).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_violations_of_a_run_are_those_of_all_its_rules() {
        let count = |violation| RuleCount { allowed: 5, violation, undecided: 7, ..RuleCount::default() };
        let rules = [(Rule::OtpExpires, count(2)), (Rule::LoginLockout, count(0)), (Rule::QrExpires, count(1))];
        let judgement = Judgement { rules: rules.into_iter().collect(), ..Judgement::default() };
        assert_eq!(judgement.violations(), 3);
    }

    #[test]
    fn the_decided_share_is_that_of_all_answers_that_met_the_rule() {
        let share = |allowed, violation, undecided| {
            RuleCount { allowed, violation, undecided, ..RuleCount::default() }.decided_share()
        };
        assert_eq!([share(3, 1, 4), share(1, 0, 0), share(0, 1, 3)], [0.5, 1.0, 0.25]);
        assert_eq!([share(0, 0, 0), share(0, 0, 5)], [0.0; 2], "nothing was decided");
    }

    #[test]
    fn a_rule_is_decided_by_a_single_answer_that_keeps_or_breaks_it() {
        let count = |allowed, violation, undecided| RuleCount { allowed, violation, undecided, ..RuleCount::default() };
        let rules = [
            (Rule::OtpExpires, count(1, 0, 0)),
            (Rule::LoginLockout, count(0, 1, 9)),
            (Rule::QrExpires, count(0, 0, 9)),
            (Rule::ActivateOnce, count(2, 2, 0)),
        ];
        let judgement = Judgement { rules: rules.into_iter().collect(), ..Judgement::default() };
        let mut wanted = vec![Rule::OtpExpires, Rule::LoginLockout, Rule::ActivateOnce];
        wanted.sort_unstable();
        assert_eq!(judgement.decided_rules(), wanted);
    }
}

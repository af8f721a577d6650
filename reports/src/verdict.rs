//! The verdict of a run and the exit code that goes with it.
//!
//! Of the conditions that hold, the first in this order decides: violations 10, invalid 12, limits crossed 11,
//! interrupted 130, pass 0. (2, 13 and 14 are the program's, before there is a record.) So a violation counts even in
//! an invalid run, and a limit does not count in one. What a run that was stopped did not come to (lag, limits, rules
//! that must be decided) is not held against it; what it saw is.

use serde::{Deserialize, Serialize};
use songsinh_contract::{Certainty, Rule};

/// The verdict of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was decided was right, the limits hold, the run is valid.
    Pass,
    /// At least one answer broke a rule.
    Violations,
    /// At least one limit of the scenario does not hold.
    LimitsCrossed,
    /// The run says nothing about the target.
    Invalid,
    /// Somebody stopped the run; what was done until then was right.
    Interrupted,
}

/// What the verdict is drawn from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Rules whose violations fail the run.
    pub failing_rules: usize,
    /// Reasons for which the run is invalid.
    pub invalid: usize,
    /// Limits that do not hold.
    pub crossed: usize,
    /// Whether somebody stopped the run.
    pub interrupted: bool,
}

impl Verdict {
    /// The verdict under some conditions.
    #[must_use]
    pub fn of(conditions: Conditions) -> Self {
        match conditions {
            Conditions { failing_rules: 1.., .. } => Self::Violations,
            Conditions { invalid: 1.., .. } => Self::Invalid,
            Conditions { crossed: 1.., .. } => Self::LimitsCrossed,
            Conditions { interrupted: true, .. } => Self::Interrupted,
            _ => Self::Pass,
        }
    }
    /// The program's exit code.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Violations => 10,
            Self::LimitsCrossed => 11,
            Self::Invalid => 12,
            Self::Interrupted => 130,
        }
    }
    /// The word at the top of a page.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Violations | Self::LimitsCrossed => "FAIL",
            Self::Invalid => "INVALID",
            Self::Interrupted => "STOPPED",
        }
    }
}

/// Whether a violated rule fails the run: stated and inferred rules always, good practice only at the built-in twin.
/// (At a stranger it warns.)
#[must_use]
pub fn fails(rule: Rule, built_in: bool) -> bool {
    built_in || rule.certainty() != Certainty::Practice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_condition_that_applies_decides() {
        let mut held = Conditions { failing_rules: 1, invalid: 1, crossed: 1, interrupted: true };
        assert_eq!(Verdict::of(held).exit_code(), 10);
        held.failing_rules = 0;
        assert_eq!(Verdict::of(held).exit_code(), 12);
        held.invalid = 0;
        assert_eq!(Verdict::of(held).exit_code(), 11);
        held.crossed = 0;
        assert_eq!(Verdict::of(held).exit_code(), 130);
        held.interrupted = false;
        assert_eq!(Verdict::of(held).exit_code(), 0);
    }

    #[test]
    fn good_practice_only_warns_at_a_stranger() {
        for rule in Rule::ALL {
            assert!(fails(*rule, true));
            assert_eq!(fails(*rule, false), rule.certainty() != Certainty::Practice);
        }
    }
}

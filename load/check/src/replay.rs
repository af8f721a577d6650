//! What came of saved counterexamples: each still breaks rules, holds, or was not put to the test.
//!
//! Invariant: one holds only if its run says something about the target and decided the rule that its file is named after;
//! whatever else does not break a rule is not covered, which is not a pass.

use std::path::{Path, PathBuf};
use std::time::Duration;

use songsinh_contract::Rule;

use crate::check::counts;
use crate::generation::Played;
use crate::not_covered::NotCovered;

/// What came of the saved scenarios.
#[derive(Debug, Default)]
pub struct Replays {
    /// Those that were put to the test, with the rules that they broke.
    pub played: Vec<(PathBuf, Vec<Rule>)>,
    /// Those that were not, and why.
    pub not_covered: Vec<NotCovered>,
    /// How long it took on the host's clock.
    pub took: Duration,
}

impl Replays {
    /// Whether none broke a rule.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.played.iter().all(|(_, rules)| rules.is_empty())
    }
    /// Whether all were put to the test.
    #[must_use]
    pub fn are_covered(&self) -> bool {
        self.not_covered.is_empty()
    }
    /// What a terminal shows.
    #[must_use]
    pub fn page(&self) -> String {
        let mut text = String::new();
        for (path, rules) in &self.played {
            let rules: Vec<&str> = rules.iter().map(|rule| rule.slug()).collect();
            let what = if rules.is_empty() { "holds".to_owned() } else { format!("FAIL {}", rules.join(", ")) };
            text.push_str(&format!("replay {}: {what}\n", path.display()));
        }
        for one in &self.not_covered {
            text.push_str(&format!("NOT COVERED  {one}\n"));
        }
        text
    }
    /// Takes what was played.
    pub(crate) fn take(&mut self, path: PathBuf, played: &Played) {
        let findings = played.report.findings.iter();
        let broken: Vec<Rule> = findings.filter(|view| view.fails).map(|view| view.rule).collect();
        match says_nothing(&path, played).filter(|_| broken.is_empty()) {
            Some(why) => self.leave_out(path, why),
            None => self.played.push((path, broken)),
        }
    }
    /// Takes one that was not put to the test.
    pub(crate) fn leave_out(&mut self, path: PathBuf, why: String) {
        self.not_covered.push(NotCovered::Saved { path, why });
    }
}

/// Why a replay that broke nothing says nothing, if so.
fn says_nothing(path: &Path, played: &Played) -> Option<String> {
    let invalid: Vec<String> =
        played.report.invalid.iter().filter(|why| counts(why)).map(ToString::to_string).collect();
    if !invalid.is_empty() {
        return Some(format!("its run is invalid: {}", invalid.join("; ")));
    }
    let rules = &played.report.judgement.rules;
    let decided = |rule: &Rule| rules.get(rule).is_some_and(|count| count.allowed + count.violation > 0);
    match rule_of(path).filter(|rule| rule.is_decidable()) {
        Some(rule) if !decided(&rule) => Some(format!("{rule}, after which it is named, was not decided")),
        None if !rules.keys().any(decided) => Some("no rule was decided".to_owned()),
        _ => None,
    }
}

/// The rule that a saved scenario is named after: `otp-expires-2.yaml`.
fn rule_of(path: &Path) -> Option<Rule> {
    let stem = path.file_stem()?.to_str()?;
    Rule::named(stem).or_else(|| {
        let (slug, number) = stem.rsplit_once('-')?;
        number.parse::<u32>().ok()?;
        Rule::named(slug)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_rule_with_or_without_a_number() {
        for name in ["saved/otp-expires-12.yaml", "otp-expires.yaml"] {
            assert_eq!(rule_of(Path::new(name)), Some(Rule::OtpExpires), "{name}");
        }
        assert_eq!(rule_of(Path::new("saved/my-story-1.yaml")), None);
    }
}

//! What came of a check, and the page that tells it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use songsinh_contract::Rule;
use songsinh_oracle::RuleCount;
use songsinh_reports::{FindingView, Lang};
use songsinh_scenario::Script;

use crate::not_covered::NotCovered;
use crate::property::Property;
use crate::replay::Replays;

/// A script that breaks a rule, and none smaller was found.
#[derive(Debug)]
pub struct Counterexample {
    /// The rule.
    pub rule: Rule,
    /// The script with which it was found.
    pub found: Script,
    /// The smallest one.
    pub script: Script,
    /// What its people have at the start.
    pub have: &'static str,
    /// The finding, with its story.
    pub finding: FindingView,
    /// The seed with which it was found, and is found again.
    pub seed: u64,
    /// The command that finds it again.
    pub again: String,
    /// How far it was shrunk.
    pub shrunk: Shrunk,
    /// The record of its story, played alone if it breaks the rule alone.
    pub record: Vec<u8>,
    /// Where it was saved.
    pub saved: Option<PathBuf>,
}

/// How far a script was shrunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shrunk {
    /// Nothing smaller breaks the rule.
    ToTheEnd,
    /// Until the time was up.
    UntilTimeWasUp,
    /// Not at all: alone it does not break the rule again, so that chance or other stories have a part in it.
    NotAlone,
}

/// What came of a check.
#[derive(Debug)]
pub struct CheckReport {
    /// What was checked.
    pub property: Property,
    /// Scripts played, shrinking and replays aside.
    pub cases: usize,
    /// Answers judged in them.
    pub operations: u64,
    /// What came of the saved scenarios; nothing where another check has replayed them.
    pub replays: Replays,
    /// One for every rule that was broken.
    pub counterexamples: Vec<Counterexample>,
    /// Rules that were broken outside of any one story: while its people were prepared, or over the run as a whole.
    pub beside: BTreeSet<Rule>,
    /// Rules of good practice that were broken by a target to which they do not apply: a warning, as in every run.
    pub warned: BTreeSet<Rule>,
    /// How often each rule was decided.
    pub rules: BTreeMap<Rule, RuleCount>,
    /// What was not put to the test, and why.
    pub not_covered: Vec<NotCovered>,
    /// Why the whole says nothing about the target, if it does not: as in every run.
    pub invalid: BTreeSet<String>,
}

impl Counterexample {
    /// Its story: the steps as a scenario writes them, then what was asked and answered.
    #[must_use]
    pub fn story(&self, lang: Lang) -> String {
        let mut text = format!(
            "FAIL  {}: {}\n      people have {}; {} operations (shrunk from {})\n{}",
            self.rule.slug(),
            self.rule.text(),
            self.have,
            self.script.requests(),
            self.found.requests(),
            self.script.yaml("        "),
        );
        if let Some(story) = &self.finding.story {
            for step in &story.steps {
                let (who, asked, answered) = (step.who.say(lang), step.asked.say(lang), step.answered.say(lang));
                text.push_str(&format!("      {:>9.3} s  {who}: {asked} → {answered}  {}\n", step.at_s, step.trace));
            }
        }
        text.push_str(&format!("      ✗ {}\n", self.finding.wrong.say(lang)));
        text.push_str(match self.shrunk {
            Shrunk::ToTheEnd => "",
            Shrunk::UntilTimeWasUp => "      the time was up before it was shrunk to the end\n",
            Shrunk::NotAlone => {
                "      played alone it does not break the rule again: chance or other stories have a part in it\n"
            }
        });
        text.push_str(&format!("      again: {}\n", self.again));
        if let Some(path) = &self.saved {
            text.push_str(&format!("      as scenario: {}  (commit it; it is replayed first)\n", path.display()));
        }
        text
    }
}

impl CheckReport {
    /// Nothing was played yet.
    pub(crate) fn new(property: Property) -> Self {
        Self {
            property,
            cases: 0,
            operations: 0,
            replays: Replays::default(),
            counterexamples: Vec::new(),
            beside: BTreeSet::new(),
            warned: BTreeSet::new(),
            rules: BTreeMap::new(),
            not_covered: Vec::new(),
            invalid: BTreeSet::new(),
        }
    }
    /// Takes the counts of a further generation.
    pub(crate) fn count(&mut self, rules: &BTreeMap<Rule, RuleCount>) {
        for (rule, count) in rules {
            add(self.rules.entry(*rule).or_default(), count);
        }
    }
    /// Whether no rule was broken, by new stories or saved ones.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.counterexamples.is_empty() && self.beside.is_empty() && self.replays.holds()
    }
    /// Whether anything was decided at all.
    #[must_use]
    pub fn decided(&self) -> u64 {
        self.rules.values().map(|count| count.allowed + count.violation).sum()
    }
    /// What a terminal shows.
    #[must_use]
    pub fn page(&self, lang: Lang) -> String {
        let mut text =
            format!("check  {}  {} cases, {} operations\n", self.property.as_str(), self.cases, self.operations);
        text.push_str(&self.replays.page());
        for one in &self.counterexamples {
            text.push_str(&one.story(lang));
        }
        for rule in &self.beside {
            text.push_str(&format!("FAIL  {rule}: broken while people were prepared, or over the run as a whole\n"));
        }
        for rule in &self.warned {
            text.push_str(&format!("WARN  {rule}: {} (good practice)\n", rule.text()));
        }
        let mut broken: BTreeSet<Rule> = self.counterexamples.iter().map(|one| one.rule).collect();
        broken.extend(&self.beside);
        broken.extend(&self.warned);
        for (rule, count) in self.rules.iter().filter(|(rule, _)| !broken.contains(rule)) {
            let decided = count.allowed + count.violation;
            if decided == 0 {
                continue;
            }
            text.push_str(&format!("PASS  {rule}  {decided} decided"));
            for bound in &count.bounds {
                let near = |ms: Option<f64>| ms.map_or("none".to_owned(), |ms| format!("{:.3} s", ms / 1_000.0));
                let (accepted, refused) = (near(bound.nearest_accepted_ms), near(bound.nearest_refused_ms));
                text.push_str(&format!(
                    "  (nearest to {} s: accepted {accepted}, refused {refused})",
                    bound.limit_ms / 1_000.0
                ));
            }
            text.push('\n');
        }
        for one in &self.not_covered {
            text.push_str(&format!("NOT COVERED  {one}\n"));
        }
        for why in &self.invalid {
            text.push_str(&format!("INVALID  {why}\n"));
        }
        text
    }
    /// For a test: nothing if the property holds.
    ///
    /// # Panics
    /// With the whole page, if a rule was broken, nothing was decided, the whole is invalid, or a saved scenario was not put
    /// to the test.
    #[expect(clippy::panic, reason = "this is what an assertion of a test does")]
    pub fn assert_holds(&self) {
        let says_something = self.decided() > 0 && self.invalid.is_empty() && self.replays.are_covered();
        if !self.holds() || !says_something {
            panic!("{}", self.page(Lang::En));
        }
    }
}

/// Adds the count of a further generation.
fn add(sum: &mut RuleCount, more: &RuleCount) {
    sum.allowed += more.allowed;
    sum.violation += more.violation;
    sum.undecided += more.undecided;
    for bound in &more.bounds {
        let Some(own) = sum.bounds.iter_mut().find(|own| own.bound == bound.bound) else {
            sum.bounds.push(bound.clone());
            continue;
        };
        let nearer = |own: Option<f64>, other: Option<f64>| {
            let off = |ms: &f64| (ms - bound.limit_ms).abs();
            own.into_iter().chain(other).min_by(|one, two| off(one).total_cmp(&off(two)))
        };
        own.accepted += bound.accepted;
        own.refused += bound.refused;
        own.nearest_accepted_ms = nearer(own.nearest_accepted_ms, bound.nearest_accepted_ms);
        own.nearest_refused_ms = nearer(own.nearest_refused_ms, bound.nearest_refused_ms);
    }
}

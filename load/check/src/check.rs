//! A check from its first script to its shrunk counterexamples.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use songsinh_contract::Rule;
use songsinh_oracle::RuleCount;
use songsinh_reports::{FindingView, Lang};
use songsinh_scenario::Script;

use crate::error::CheckError;
use crate::generation::{Terms, scenario_text};
use crate::property::Property;
use crate::saved;
use crate::shrink::{candidates, size};

/// Scripts of one generation: the lines that a mix may have, with room.
const MOST_CASES: usize = 300;
/// Generations of shrinking for a rule.
const MOST_SHRINKS: usize = 60;

/// A check, before it is made.
#[derive(Debug, Clone)]
pub struct Check {
    property: Property,
    cases: usize,
    terms: Terms,
    saved: Option<PathBuf>,
}

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
    /// Where it was saved.
    pub saved: Option<PathBuf>,
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
    /// Saved scenarios that were replayed, with the rules that they broke.
    pub replayed: Vec<(PathBuf, Vec<Rule>)>,
    /// One for every rule that was broken.
    pub counterexamples: Vec<Counterexample>,
    /// Rules that were broken outside of any one story: while its people were prepared, or over the run as a whole.
    pub beside: BTreeSet<Rule>,
    /// How often each rule was decided.
    pub rules: BTreeMap<Rule, RuleCount>,
}

impl Check {
    /// A check of a property: 100 cases, seed 1, no saved scenarios.
    #[must_use]
    pub fn of(property: Property) -> Self {
        let terms = Terms { seed: 1, misbehaviours: Vec::new(), people: 2_000_000 };
        Self { property, cases: 100, terms, saved: None }
    }
    /// How many scripts.
    #[must_use]
    pub fn cases(mut self, cases: usize) -> Self {
        self.cases = cases.max(1);
        self
    }
    /// From which seed scripts, people and mistakes come.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.terms.seed = seed;
        self
    }
    /// What the twin shall do wrong: a name, or name:probability.
    #[must_use]
    pub fn misbehave(mut self, name: &str) -> Self {
        self.terms.misbehaviours.push(name.to_owned());
        self
    }
    /// The folder of saved counterexamples: they are replayed first, and new ones are put there.
    #[must_use]
    pub fn saved_in(mut self, folder: &Path) -> Self {
        self.saved = Some(folder.to_owned());
        self
    }
    /// Makes the check in virtual time.
    ///
    /// # Errors
    /// When it could not be made; that a rule was broken is no error but a result.
    pub fn run(&self) -> Result<CheckReport, CheckError> {
        let mut report = CheckReport {
            property: self.property,
            cases: 0,
            operations: 0,
            replayed: Vec::new(),
            counterexamples: Vec::new(),
            beside: BTreeSet::new(),
            rules: BTreeMap::new(),
        };
        self.replay(&mut report)?;
        let scripts = self.draw()?;
        for (nth, scripts) in scripts.chunks(MOST_CASES).enumerate() {
            let terms = Terms { seed: self.terms.seed + nth as u64, ..self.terms.clone() };
            self.generation(&terms, scripts, &mut report)?;
            if !report.counterexamples.is_empty() || !report.beside.is_empty() {
                break;
            }
        }
        Ok(report)
    }

    fn replay(&self, report: &mut CheckReport) -> Result<(), CheckError> {
        for path in self.saved.iter().flat_map(|folder| saved::files(folder)) {
            let io = |error| CheckError::Io { path: path.clone(), error };
            let text = std::fs::read_to_string(&path).map_err(io)?;
            let played = in_a_folder(|out| self.terms.play(&path.display().to_string(), &text, out))?;
            let broken = played.report.findings.iter().map(|view| view.rule).collect();
            report.replayed.push((path, broken));
        }
        Ok(())
    }

    fn draw(&self) -> Result<Vec<Script>, CheckError> {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&self.terms.seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = self.property.scripts();
        let one = |_| strategy.new_tree(&mut runner).map(|tree| tree.current());
        (0..self.cases).map(one).collect::<Result<_, _>>().map_err(|why| CheckError::Draw(why.to_string()))
    }

    fn generation(&self, terms: &Terms, scripts: &[Script], report: &mut CheckReport) -> Result<(), CheckError> {
        let played = self.play(terms, scripts)?;
        report.cases += scripts.len();
        report.operations += played.report.judgement.answers;
        for (rule, count) in &played.report.judgement.rules {
            add(report.rules.entry(*rule).or_default(), count);
        }
        let told = played.broken.values().flatten();
        let beside =
            played.report.findings.iter().map(|view| view.rule).filter(|rule| !told.clone().any(|one| one == rule));
        report.beside.extend(beside);
        let rules: BTreeSet<Rule> = played.broken.values().flatten().copied().collect();
        for rule in rules {
            let broke = played.broken.iter().filter(|(_, rules)| rules.contains(&rule));
            let Some(script) = broke.filter_map(|(&at, _)| scripts.get(at)).min_by_key(|script| size(script)) else {
                continue;
            };
            report.counterexamples.push(self.shrink(terms, rule, script)?);
        }
        Ok(())
    }

    /// Plays all that is a little smaller, again and again, until nothing smaller breaks the rule.
    fn shrink(&self, terms: &Terms, rule: Rule, found: &Script) -> Result<Counterexample, CheckError> {
        let mut script = found.clone();
        for _ in 0..MOST_SHRINKS {
            let mut smaller = candidates(&script);
            smaller.truncate(MOST_CASES);
            if smaller.is_empty() {
                break;
            }
            let played = self.play(terms, &smaller)?;
            let failing = played.broken.iter().filter(|(_, rules)| rules.contains(&rule));
            match failing.filter_map(|(&at, _)| smaller.get(at)).min_by_key(|one| size(one)) {
                Some(next) => script = next.clone(),
                None => break,
            }
        }
        // Alone, it must still break the rule; where chance decided, the one that was found is kept.
        let alone = self.play(terms, std::slice::from_ref(&script))?;
        let (script, alone) = if alone.report.findings.iter().any(|view| view.rule == rule) {
            (script, alone)
        } else {
            (found.clone(), self.play(terms, std::slice::from_ref(found))?)
        };
        let finding = alone.report.findings.into_iter().find(|view| view.rule == rule);
        let finding = finding.ok_or_else(|| {
            CheckError::NotPlayed(format!("{rule} was broken among other stories, and not by the same story alone"))
        })?;
        let have = self.property.have();
        let about = format!("a counterexample of {rule}");
        let text = scenario_text(&format!("{rule}-counterexample"), &about, have, std::slice::from_ref(&script));
        let saved = self.saved.as_ref().map(|folder| saved::write(folder, rule.slug(), &text)).transpose()?;
        Ok(Counterexample { rule, found: found.clone(), script, have, finding, saved })
    }

    fn play(&self, terms: &Terms, scripts: &[Script]) -> Result<crate::generation::Played, CheckError> {
        let text = scenario_text("check", "random stories side by side", self.property.have(), scripts);
        in_a_folder(|out| terms.play("check.yaml", &text, out))
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

fn in_a_folder<T>(then: impl FnOnce(&Path) -> Result<T, CheckError>) -> Result<T, CheckError> {
    let io = |error| CheckError::Io { path: std::env::temp_dir(), error };
    let folder = tempfile::tempdir().map_err(io)?;
    then(folder.path())
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
        if let Some(path) = &self.saved {
            text.push_str(&format!("      as scenario: {}  (commit it; it is replayed first)\n", path.display()));
        }
        text
    }
}

impl CheckReport {
    /// Whether no rule was broken, by new stories or saved ones.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.counterexamples.is_empty()
            && self.beside.is_empty()
            && self.replayed.iter().all(|(_, rules)| rules.is_empty())
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
        for (path, rules) in &self.replayed {
            let rules: Vec<&str> = rules.iter().map(|rule| rule.slug()).collect();
            let what = if rules.is_empty() { "holds".to_owned() } else { format!("FAIL {}", rules.join(", ")) };
            text.push_str(&format!("replay {}: {what}\n", path.display()));
        }
        for one in &self.counterexamples {
            text.push_str(&one.story(lang));
        }
        for rule in &self.beside {
            text.push_str(&format!("FAIL  {rule}: broken while people were prepared, or over the run as a whole\n"));
        }
        let broken: BTreeSet<Rule> = self.counterexamples.iter().map(|one| one.rule).collect();
        for (rule, count) in self.rules.iter().filter(|(rule, _)| !broken.contains(rule)) {
            let decided = count.allowed + count.violation;
            if decided == 0 {
                text.push_str(&format!("NOT DECIDED  {rule}\n"));
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
        text
    }
    /// For a test: nothing if the property holds.
    ///
    /// # Panics
    /// With the whole page, if a rule was broken or nothing was decided.
    #[expect(clippy::panic, reason = "this is what an assertion of a test does")]
    pub fn assert_holds(&self) {
        if !self.holds() || self.decided() == 0 {
            panic!("{}", self.page(Lang::En));
        }
    }
}

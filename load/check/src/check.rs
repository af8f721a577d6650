//! A check from its first script to its shrunk counterexamples.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use songsinh_contract::{Clock, Moment, OperationName, Rule, Rulebook};
use songsinh_engine::world::WorldInfo;
use songsinh_kernel::{RealClock, test_time};
use songsinh_record::InvalidReason;
use songsinh_scenario::Script;

use crate::error::CheckError;
use crate::generation::{Played, Terms, scenario_text};
use crate::not_covered::{NotCovered, count_lacks, no_beginning, waits_too_long};
use crate::place::{Place, Wanted, WantedWorld};
use crate::property::Property;
use crate::replay::Replays;
use crate::report::{CheckReport, Counterexample, Shrunk};
use crate::saved;
use crate::shrink::{candidates, size};

/// Scripts of one generation: the lines that a mix may have, with room.
const MOST_CASES: usize = 300;
/// Generations of shrinking for a rule.
const MOST_SHRINKS: usize = 60;
/// What a generation takes beside the waits of its scripts, where it waits for real: canary, preparation, late messages.
const BESIDE: Duration = Duration::from_secs(10);
/// How long a check goes on that waits for real and was not told how long.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// A check, before it is made.
#[derive(Debug, Clone)]
pub struct Check {
    property: Property,
    cases: usize,
    seed: u64,
    misbehaviours: Vec<String>,
    people: u64,
    saved: Option<PathBuf>,
    replays: bool,
    length: Option<Duration>,
    wanted: Wanted,
}

/// What a check tells while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It begins, at that place.
    Begins(String),
    /// A saved scenario is played.
    Replays(PathBuf),
    /// So many new stories are played.
    Plays(usize),
    /// So many smaller stories are played, to shrink one that breaks a rule.
    Shrinks(Rule, usize),
}

/// A check that is being made.
struct Making<'a> {
    check: &'a Check,
    terms: Terms,
    book: Rulebook,
    /// When it is to end.
    until: Option<Moment>,
    report: CheckReport,
    lacks: BTreeMap<OperationName, (String, usize)>,
    /// Scripts left out, and how long the longest of them waits.
    left_out: (usize, Duration),
    tell: &'a mut dyn FnMut(Step),
}

impl Check {
    /// A check of a property in virtual time: 100 cases, seed 1, no saved scenarios.
    #[must_use]
    pub fn of(property: Property) -> Self {
        Self {
            property,
            cases: 100,
            seed: 1,
            misbehaviours: Vec::new(),
            people: 2_000_000,
            saved: None,
            replays: true,
            length: None,
            wanted: Wanted::default(),
        }
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
        self.seed = seed;
        self
    }
    /// What the twin shall do wrong in virtual time: a name, or name:probability. Over HTTP it must have been started so.
    #[must_use]
    pub fn misbehave(mut self, name: &str) -> Self {
        self.misbehaviours.push(name.to_owned());
        self
    }
    /// The folder of saved counterexamples: they are replayed first, and new ones are put there.
    #[must_use]
    pub fn saved_in(mut self, folder: &Path) -> Self {
        self.saved = Some(folder.to_owned());
        self
    }
    /// Leaves out the replay of saved counterexamples: another check has made it.
    #[must_use]
    pub fn without_replays(mut self) -> Self {
        self.replays = false;
        self
    }
    /// Goes on with new seeds until so much of the host's time is over.
    #[must_use]
    pub fn length(mut self, length: Duration) -> Self {
        self.length = Some(length);
        self
    }
    /// Plays over HTTP in the world of `songsinh up` at this address, at its twin if no target is named. `rosters` is the
    /// folder that remembers who was used at which target.
    #[must_use]
    pub fn in_world(mut self, url: &str, rosters: &Path) -> Self {
        self.wanted.world = Some(WantedWorld::At(url.to_owned()));
        self.wanted.rosters = rosters.to_owned();
        self
    }
    /// Plays over HTTP at the twin of a world that was made for checks alone, which use the same rosters.
    #[must_use]
    pub fn in_own_world(mut self, info: &WorldInfo, rosters: &Path) -> Self {
        self.wanted.world = Some(WantedWorld::Made(Box::new(info.clone())));
        self.wanted.rosters = rosters.to_owned();
        self
    }
    /// Plays at the target of that profile, over HTTP. Where the profile says `clock.advance`, waits are jumped over,
    /// else they are waited for.
    #[must_use]
    pub fn target(mut self, profile: &Path) -> Self {
        self.wanted.target = Some(profile.to_owned());
        self
    }
    /// Makes the check.
    ///
    /// # Errors
    /// When it could not be made; that a rule was broken is no error but a result.
    pub fn run(&self) -> Result<CheckReport, CheckError> {
        let io = |error| CheckError::Io { path: "the runtime of the check".into(), error };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(io)?;
        runtime.block_on(self.make(&mut |_| {}))
    }
    /// The same within a Tokio runtime; `tell` hears how it goes.
    ///
    /// # Errors
    /// As [`Check::run`].
    pub async fn make(&self, tell: &mut dyn FnMut(Step)) -> Result<CheckReport, CheckError> {
        let saved = self.saved_files()?;
        let mut making = self.begin(tell).await?;
        making.replay(saved).await?;
        making.make().await?;
        Ok(making.end())
    }
    /// Replays the saved counterexamples alone: once, before checks of several properties that leave it out. `length` and
    /// place are those of the check.
    ///
    /// # Errors
    /// As [`Check::run`].
    pub async fn replay(&self, tell: &mut dyn FnMut(Step)) -> Result<Replays, CheckError> {
        let saved = self.saved_files()?;
        if saved.is_empty() {
            return Ok(Replays::default());
        }
        let mut making = self.begin(tell).await?;
        making.replay(saved).await?;
        Ok(making.report.replays)
    }

    fn saved_files(&self) -> Result<Vec<PathBuf>, CheckError> {
        let folder = self.saved.as_ref().filter(|_| self.replays);
        folder.map_or(Ok(Vec::new()), |folder| saved::files(folder))
    }

    async fn begin<'a>(&'a self, tell: &'a mut dyn FnMut(Step)) -> Result<Making<'a>, CheckError> {
        let place = self.wanted.find().await?;
        tell(Step::Begins(place.words()));
        let length = self.length.or(place.waits().then_some(PATIENCE));
        let again = self.again(&place, self.seed);
        let terms = Terms { place, misbehaviours: self.misbehaviours.clone(), people: self.people, again };
        Ok(Making {
            check: self,
            book: terms.rulebook()?,
            terms,
            until: length.map(|length| host_now() + length),
            report: CheckReport::new(self.property),
            lacks: BTreeMap::new(),
            left_out: (0, Duration::ZERO),
            tell,
        })
    }

    /// The command that plays the stories of that seed again, without those of other seeds.
    fn again(&self, place: &Place, seed: u64) -> String {
        let misbehaviours = self.misbehaviours.iter().map(|name| format!(" --misbehave {name}"));
        let options = place.options() + &misbehaviours.collect::<String>();
        format!("songsinh check {} --cases {} --seed {seed}{options}", self.property.as_str(), self.cases)
    }

    fn draw(&self, seed: u64) -> Result<Vec<Script>, CheckError> {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = self.property.scripts();
        let one = |_| strategy.new_tree(&mut runner).map(|tree| tree.current());
        (0..self.cases).map(one).collect::<Result<_, _>>().map_err(|why| CheckError::Draw(why.to_string()))
    }
}

/// The host's time, whatever a test has moved.
fn host_now() -> Moment {
    RealClock::new().now() - test_time::ahead()
}

impl Making<'_> {
    async fn make(&mut self) -> Result<(), CheckError> {
        let mut seed = self.check.seed;
        let mut scripts = self.check.draw(seed)?;
        if let Some(why) = no_beginning(&self.terms.place, self.check.property, &scripts) {
            self.report.not_covered.push(why);
            return Ok(());
        }
        let mut is_first = true;
        loop {
            let before = self.report.cases;
            for scripts in scripts.chunks(MOST_CASES) {
                let scripts = self.in_time(scripts, is_first);
                if !scripts.is_empty() {
                    self.generation(seed, &scripts).await?;
                }
                seed = seed.wrapping_add(1);
                if self.is_settled() || self.is_over() {
                    return Ok(());
                }
            }
            // Where all of it waits too long, more of it would too.
            if self.check.length.is_none() || self.report.cases == before {
                return Ok(());
            }
            scripts = self.check.draw(seed)?;
            self.terms.again = self.check.again(&self.terms.place, seed);
            is_first = false;
        }
    }

    /// The scripts for which there is time. The others are not covered, unless they are more of what was played before.
    fn in_time(&mut self, scripts: &[Script], is_first: bool) -> Vec<Script> {
        let (scripts, late): (Vec<Script>, Vec<Script>) =
            scripts.iter().cloned().partition(|script| self.has_time_for(script.longest_wait(&self.book)));
        if is_first {
            let longest = late.iter().map(|script| script.longest_wait(&self.book)).max().unwrap_or_default();
            self.left_out = (self.left_out.0 + late.len(), self.left_out.1.max(longest));
        }
        scripts
    }

    /// Whether there is nothing more to find out.
    fn is_settled(&self) -> bool {
        let report = &self.report;
        !report.counterexamples.is_empty() || !report.beside.is_empty() || !report.invalid.is_empty()
    }
    fn left(&self) -> Option<Duration> {
        self.until.map(|until| until.since(host_now()))
    }
    fn is_over(&self) -> bool {
        self.left().is_some_and(|left| left.is_zero())
    }
    /// Whether there is time enough for a script that waits so long.
    fn has_time_for(&self, longest: Duration) -> bool {
        let waits = self.left().filter(|_| self.terms.place.waits());
        waits.is_none_or(|left| longest + BESIDE <= left)
    }

    async fn replay(&mut self, saved: Vec<PathBuf>) -> Result<(), CheckError> {
        let begin = host_now();
        for path in saved {
            let io = |error| CheckError::Io { path: path.clone(), error };
            let text = std::fs::read_to_string(&path).map_err(io)?;
            let seed = saved::seed(&text).unwrap_or(self.check.seed);
            let name = path.display().to_string();
            let longest = self.terms.longest_wait(&name, &text, &self.book)?;
            if !self.has_time_for(longest) {
                self.report.replays.leave_out(path, waits_too_long(longest));
                continue;
            }
            (self.tell)(Step::Replays(path.clone()));
            let played = match self.terms.play(seed, &name, &text).await {
                Err(CheckError::NotPlayed(why)) => {
                    self.report.replays.leave_out(path, why);
                    continue;
                }
                played => played?,
            };
            self.report.replays.take(path, &played);
        }
        self.report.replays.took = host_now().since(begin);
        Ok(())
    }

    async fn generation(&mut self, seed: u64, scripts: &[Script]) -> Result<(), CheckError> {
        count_lacks(&self.terms.place, scripts, &mut self.lacks);
        (self.tell)(Step::Plays(scripts.len()));
        let played = self.play(seed, scripts).await?;
        self.report.cases += scripts.len();
        self.report.operations += played.report.judgement.answers;
        self.report.count(&played.report.judgement.rules);
        self.report.invalid.extend(played.report.invalid.iter().filter(|why| counts(why)).map(ToString::to_string));
        let findings = played.report.findings.iter();
        let (fails, warns): (BTreeSet<Rule>, BTreeSet<Rule>) = findings
            .map(|view| view.rule)
            .partition(|&rule| played.report.findings.iter().any(|view| view.rule == rule && view.fails));
        self.report.warned.extend(warns);
        let mut told: BTreeSet<Rule> = played.broken.values().flatten().copied().collect();
        self.report.beside.extend(fails.difference(&told));
        told.retain(|rule| fails.contains(rule));
        for rule in told {
            let broke = played.broken.iter().filter(|(_, rules)| rules.contains(&rule));
            let Some(script) = broke.filter_map(|(&at, _)| scripts.get(at)).min_by_key(|script| size(script)) else {
                continue;
            };
            let found = self.shrink(seed, rule, script, &played).await?;
            self.report.counterexamples.push(found);
        }
        Ok(())
    }

    /// Plays all that is a little smaller, again and again, until nothing smaller breaks the rule, or the time is up.
    async fn shrink(
        &mut self,
        seed: u64,
        rule: Rule,
        found: &Script,
        among: &Played,
    ) -> Result<Counterexample, CheckError> {
        let (mut smallest, mut cut_short) = (vec![found.clone()], false);
        while let Some(script) = smallest.last().filter(|_| smallest.len() <= MOST_SHRINKS) {
            let mut smaller = candidates(script);
            let all = smaller.len();
            smaller.retain(|one| self.has_time_for(one.longest_wait(&self.book)));
            smaller.truncate(MOST_CASES);
            cut_short = all > 0 && (smaller.is_empty() || self.is_over());
            if smaller.is_empty() || cut_short {
                break;
            }
            (self.tell)(Step::Shrinks(rule, smaller.len()));
            let played = self.play(seed, &smaller).await?;
            let failing = played.broken.iter().filter(|(_, rules)| rules.contains(&rule));
            match failing.filter_map(|(&at, _)| smaller.get(at)).min_by_key(|one| size(one)) {
                Some(next) => smallest.push(next.clone()),
                None => break,
            }
        }
        let (script, alone) = self.alone(seed, rule, smallest).await?;
        let finding = |played: &Played| played.report.findings.iter().find(|view| view.rule == rule).cloned();
        let (finding, record, shrunk) = match finding(&alone) {
            Some(finding) if cut_short => (finding, alone.record, Shrunk::UntilTimeWasUp),
            Some(finding) => (finding, alone.record, Shrunk::ToTheEnd),
            None => {
                let text = || CheckError::NotPlayed(format!("{rule} was broken, and its finding is gone"));
                (finding(among).ok_or_else(text)?, among.record.clone(), Shrunk::NotAlone)
            }
        };
        let have = self.check.property.have();
        let about = format!("a counterexample of {rule}");
        let text = scenario_text(&format!("{rule}-counterexample"), &about, have, std::slice::from_ref(&script));
        let folder = self.check.saved.as_ref();
        // What was just seen not to break the rule alone would hold for ever when it is replayed.
        let folder = folder.filter(|_| shrunk != Shrunk::NotAlone);
        let saved = folder.map(|folder| saved::write(folder, rule.slug(), seed, &text)).transpose()?;
        let again = self.terms.again.clone();
        Ok(Counterexample { rule, found: found.clone(), script, have, finding, seed, again, shrunk, record, saved })
    }

    /// The last of these scripts that breaks the rule alone, too; where chance decides, that may be an earlier one.
    async fn alone(&self, seed: u64, rule: Rule, mut scripts: Vec<Script>) -> Result<(Script, Played), CheckError> {
        let mut script = scripts.pop().unwrap_or_default();
        loop {
            let played = self.play(seed, std::slice::from_ref(&script)).await?;
            let is_broken = played.report.findings.iter().any(|view| view.rule == rule);
            match scripts.pop().filter(|_| !is_broken) {
                Some(earlier) => script = earlier,
                None => return Ok((script, played)),
            }
        }
    }

    async fn play(&self, seed: u64, scripts: &[Script]) -> Result<Played, CheckError> {
        let text = scenario_text("check", "random stories side by side", self.check.property.have(), scripts);
        self.terms.play(seed, "check.yaml", &text).await
    }

    /// The report, with what was not covered.
    fn end(self) -> CheckReport {
        let mut report = self.report;
        let lacks = self.lacks.into_iter();
        report.not_covered.extend(lacks.map(|(operation, (why, cases))| NotCovered::Lacks { operation, why, cases }));
        if let (cases @ 1.., longest) = self.left_out {
            report.not_covered.push(NotCovered::WaitsTooLong { cases, longest });
        }
        let undecided =
            report.rules.iter().filter(|(rule, count)| rule.is_decidable() && count.allowed + count.violation == 0);
        let undecided: Vec<NotCovered> =
            undecided.map(|(&rule, count)| NotCovered::NeverDecided { rule, undecided: count.undecided }).collect();
        report.not_covered.extend(undecided);
        report
    }
}

/// Whether it makes a generation invalid. Random stories end where they end, and nothing is demanded of their number.
pub(crate) fn counts(why: &InvalidReason) -> bool {
    !matches!(
        why,
        InvalidReason::FewCompleted { .. } | InvalidReason::LeftUnderWay { .. } | InvalidReason::ExcessLag { .. }
    )
}

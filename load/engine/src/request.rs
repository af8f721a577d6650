//! What a run is asked to do, and the header of its record.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{Moment, OperationName, Prior, Rulebook, UnixMillis};
use songsinh_national::{Variant, Variants};
use songsinh_oracle::{Judge, Settings};
use songsinh_record::{
    Bounds, KnownIssue, MissingOperation, Mode, MustDecide, Phase, PlannedEvent, RunHeader, Source, TargetLabel, Terms,
};
use songsinh_scenario::{Edges, EnvironmentKind, Officer, Plan, Profile, Scenario, Script, Secrets, Shape};

use crate::error::RunError;
use crate::officers::officers_of;
use crate::variants::vary;
use crate::worker::ScanAfter;

/// The main job, asked for.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The scenario.
    pub scenario: Scenario,
    /// Its file and text, for the record.
    pub scenario_source: Source,
    /// The target's profile.
    pub profile: Profile,
    /// Its file and text, for the record.
    pub profile_source: Source,
    /// Whether the target is the built-in twin.
    pub built_in: bool,
    /// The run's seed.
    pub seed: u64,
    /// Threads that make the load.
    pub workers: usize,
    /// Where the record goes.
    pub out: PathBuf,
    /// Where rosters lie.
    pub rosters: PathBuf,
    /// Size and seed of the population of an own world.
    pub people: u64,
    /// Seed of the population of an own world.
    pub population_seed: u64,
    /// What the built-in twin shall do wrong.
    pub misbehaviours: Vec<String>,
    /// In which other ways than usual the built-in twin shall be right.
    pub variants: Vec<String>,
    /// Whether the time in which nothing happens is jumped over, by the target's test clock.
    pub jump: bool,
    /// The world to attach to, if not an own one.
    pub world: Option<String>,
    /// The command that repeats this run.
    pub again: String,
    /// Whether start lag makes the run invalid, or is only reported.
    pub judge_lag: bool,
}

/// The name of the warm-up among the phases.
const WARM_UP: &str = "warm-up";
/// How long cells stay open behind their journey in real time.
pub(crate) const LINGER: Duration = Duration::from_secs(4);

impl RunRequest {
    /// The rulebook under which answers are judged.
    #[must_use]
    pub fn rulebook(&self) -> Rulebook {
        self.chosen_variants().chosen(self.scenario.rulebook(&self.profile))
    }
    /// The variants among the names given; a name that is none counts for nothing, as whoever takes names from people
    /// checks them.
    #[must_use]
    pub fn chosen_variants(&self) -> Variants {
        self.variants.iter().filter_map(|name| Variant::named(name)).fold(Variants::none(), Variants::with)
    }
    /// The same request in the world that its variants make. Doing it again changes nothing more.
    #[must_use]
    pub fn varied(mut self) -> Self {
        vary(&self.chosen_variants(), &mut self.scenario);
        self
    }
    /// What may be taken for certain at this target.
    #[must_use]
    pub fn terms(&self) -> Terms {
        // A system «on this machine, for oneself» is used by nobody else; who was there before is the prior's matter.
        let exclusive = self.built_in || self.profile.environment.kind == EnvironmentKind::Local;
        Terms { message_texts: self.built_in, exclusive, ..Terms::default() }
    }
    /// Misbehaviours and variants, for the record.
    fn differences(&self) -> String {
        let variants = self.variants.iter().map(|name| format!("variant {name}"));
        self.misbehaviours.iter().cloned().chain(variants).collect::<Vec<_>>().join(", ")
    }
    /// The judge for the live display; the verdict is made from the record, by the same rules.
    #[must_use]
    pub fn judge(&self, origin: Moment) -> Arc<Judge> {
        let terms = self.terms();
        let settings = Settings {
            exclusive: terms.exclusive,
            gateway_reaches: terms.gateway_reaches,
            message_texts: terms.message_texts,
            notice_within: Duration::from_millis(terms.notice_within_ms),
            ..Settings::on_day(self.scenario.day, origin)
        };
        Arc::new(Judge::new(self.rulebook(), settings))
    }
    /// The operations that the target lacks, with the reasons that the profile gives.
    fn missing(&self) -> Vec<MissingOperation> {
        let lacks = |&name: &OperationName| match self.profile.shape(name) {
            Shape::Missing(why) => Some(MissingOperation { operation: name.as_str().to_owned(), why: why.to_owned() }),
            Shape::Request(_) => None,
        };
        OperationName::ALL.iter().filter_map(lacks).collect()
    }
    /// The stretches of the run: the warm-up, if there is one, and the scenario's phases.
    fn phases(&self, plan: &Plan) -> Vec<Phase> {
        let mut from = plan.begins;
        let name = WARM_UP.to_owned();
        let warm_up = Phase { name, from_ms: 0, until_ms: millis(from), timed: false, at: None };
        let mut phases = if from.is_zero() { Vec::new() } else { vec![warm_up] };
        for phase in &self.scenario.phases {
            let begin = from;
            from += phase.length;
            let (name, at) = (phase.name.to_string(), phase.at.map(|at| at.to_string()));
            phases.push(Phase { name, from_ms: millis(begin), until_ms: millis(from), timed: true, at });
        }
        phases
    }
    /// What is to happen to the world.
    fn events(&self, plan: &Plan) -> Vec<PlannedEvent> {
        let events = self.scenario.events.iter();
        events
            .map(|event| PlannedEvent {
                at_ms: millis(plan.begins + event.at),
                length_ms: event.length.map(millis),
                what: event.text(),
            })
            .collect()
    }
    /// The violations that are excused.
    fn known(&self) -> Vec<KnownIssue> {
        let known = self.scenario.known.iter();
        known
            .map(|known| KnownIssue {
                rule: known.rule.slug().to_owned(),
                issue: known.issue.to_string(),
                until: known.until,
            })
            .collect()
    }
    /// The officers that the target knows: of the built-in twin `count` that follow from its world's seed, of a stranger
    /// those that its profile names.
    ///
    /// # Errors
    /// When the profile's file cannot be used.
    pub(crate) fn officers(&self, world_seed: u64, count: usize) -> Result<Vec<Officer>, RunError> {
        if self.built_in {
            let wanted = usize::try_from(self.scenario.people.officers.count.get()).unwrap_or(usize::MAX);
            return Ok(officers_of(world_seed, wanted.min(count)));
        }
        Ok(self.profile.officers(&Secrets::beside(Path::new(&self.profile_source.path)))?)
    }
    /// How long after it was made a QR is scanned, by the lines of the mix.
    pub(crate) fn scan_after(&self) -> Arc<Vec<ScanAfter>> {
        let ranges =
            |entry: &songsinh_scenario::Entry| entry.scan_after.0.iter().map(|one| one.from..=one.to).collect();
        Arc::new(self.scenario.mix.iter().map(ranges).collect())
    }
    /// How stories aim at edges, by the lines of the mix.
    pub(crate) fn edges(&self) -> Arc<Vec<Edges>> {
        let of = |entry: &songsinh_scenario::Entry| entry.edges.as_ref().unwrap_or(&self.scenario.edges).clone();
        Arc::new(self.scenario.mix.iter().map(of).collect())
    }
    /// The stories that the lines of the mix tell step by step.
    pub(crate) fn scripts(&self) -> Arc<Vec<Option<Arc<Script>>>> {
        Arc::new(self.scenario.mix.iter().map(|entry| entry.script.clone().map(Arc::new)).collect())
    }
    /// Whether what happens to the world can happen to this one.
    ///
    /// # Errors
    /// When the twin is to be killed and is not this run's own, or would forget all.
    pub(crate) fn events_are_possible(&self, is_own: bool, is_durable: bool) -> Result<(), RunError> {
        if !self.scenario.events.iter().any(|event| event.twin.is_some()) {
            return Ok(());
        }
        let wrong = |why: &str| Err(RunError::Host(format!("an event restarts the twin, {why}")));
        if !is_own {
            return wrong("and this world is not the run's own; leave --world out");
        }
        if !is_durable {
            return wrong("which keeps its records in memory and would forget everybody; say `twin: {store: sqlite}`");
        }
        Ok(())
    }
    /// The record's header.
    #[must_use]
    pub fn header(&self, plan: &Plan, mode: Mode, address: String, start: Start) -> RunHeader {
        let must_decide = self.scenario.must_decide.iter();
        RunHeader {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: self.scenario_source.clone(),
            profile: self.profile_source.clone(),
            mode,
            seed: self.seed,
            world_seed: start.population_seed,
            people: start.people,
            day: self.scenario.day,
            workers: u32::try_from(self.workers).unwrap_or(u32::MAX),
            rulebook: self.rulebook(),
            started: start.unix,
            origin: start.origin,
            target: TargetLabel {
                address,
                built_in: self.built_in,
                version: start.version,
                misbehaviours: self.differences(),
            },
            prior: start.prior,
            planned: plan.load().count() as u64,
            phases: self.phases(plan),
            limits: self.scenario.limits.iter().map(ToString::to_string).collect(),
            must_decide: must_decide
                .map(|(rule, &at_least)| MustDecide { rule: rule.slug().to_owned(), at_least })
                .collect(),
            events: self.events(plan),
            known: self.known(),
            missing: self.missing(),
            bounds: Bounds {
                lag_p99_us: if self.judge_lag { Bounds::default().lag_p99_us } else { None },
                ..Bounds::default()
            },
            terms: self.terms(),
            again: self.again.clone(),
        }
    }
}

/// What is known of a run when it starts.
#[derive(Debug, Clone)]
pub struct Start {
    /// The run's clock.
    pub origin: Moment,
    /// The wall clock.
    pub unix: UnixMillis,
    /// Seed of the population.
    pub population_seed: u64,
    /// Size of the population.
    pub people: u64,
    /// What is known of people's accounts.
    pub prior: Prior,
    /// Version of the target, as it tells itself.
    pub version: String,
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

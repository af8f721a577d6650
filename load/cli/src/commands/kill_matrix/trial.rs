//! One run in virtual time for the matrix, and what was found in it.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use songsinh_contract::Rule;
use songsinh_engine::{Progress, RunRequest, run_virtual};
use songsinh_reports::{FindingView, Report, Verdict};
use songsinh_scenario::{Plan, Twist};

use crate::commands::files::Loaded;
use crate::failure::Failure;

/// The world's population, as `songsinh run` has it by default.
const POPULATION_SEED: u64 = 2022;

/// A run to be made.
pub struct Trial<'t> {
    /// What is played.
    pub loaded: &'t Loaded,
    /// Its seed.
    pub seed: u64,
    /// What the twin does wrong, as on the command line.
    pub misbehaviours: Vec<String>,
    /// In which other ways it is right.
    pub variants: Vec<String>,
}

/// What came of it.
#[derive(Default)]
pub struct Outcome {
    /// Answers judged.
    pub answers: u64,
    /// Rules found broken while it went on, with the answers judged until then.
    pub live: BTreeMap<Rule, u64>,
    /// Rules found broken by the record, with the calls of the shortest story.
    pub broken: BTreeMap<Rule, usize>,
    /// Of those rules, the twist that the person of the shortest story plays.
    pub twists: BTreeMap<Rule, Twist>,
    /// Rules under suspicion.
    pub suspected: BTreeSet<Rule>,
    /// Whether the run says nothing, and why: words of the reasons.
    pub invalid: Vec<&'static str>,
}

impl Trial<'_> {
    fn request(&self, out: &std::path::Path) -> RunRequest {
        let loaded = self.loaded;
        RunRequest {
            scenario: loaded.scenario.clone(),
            scenario_source: loaded.scenario_source.clone(),
            profile: loaded.profile.clone(),
            profile_source: loaded.profile_source.clone(),
            built_in: true,
            seed: self.seed,
            workers: 1,
            out: out.to_owned(),
            rosters: out.join("rosters"),
            people: songsinh_population::VIET_NAM_2022,
            population_seed: POPULATION_SEED,
            misbehaviours: self.misbehaviours.clone(),
            jump: false,
            variants: self.variants.clone(),
            world: None,
            again: String::new(),
            judge_lag: false,
        }
        .varied()
    }
    /// Makes the run and judges its record. `judge` may say that the record need not be judged, from the rules found so
    /// far: then nothing is known but these.
    pub fn run(&self, judge: impl Fn(&BTreeMap<Rule, u64>) -> bool) -> Result<Outcome, Failure> {
        let place = tempfile::tempdir().map_err(Failure::io(std::env::temp_dir()))?;
        let request = self.request(place.path());
        let plan = Arc::new(songsinh_scenario::plan(&request.scenario, self.seed));
        let progress = Arc::new(Progress::default());
        let finished = run_virtual(&request, &plan, &progress, &mut |_| {})?;
        let (live, answers) = (progress.found(), progress.counts().judged);
        let mut outcome = Outcome { answers, live, ..Outcome::default() };
        if judge(&outcome.live) {
            let report = Report::from_record_on(&finished.record, NonZeroUsize::MIN);
            let report = report.map_err(Failure::record(&finished.record))?;
            let judgement = &report.judgement;
            outcome.broken = judgement.findings.iter().map(|one| (one.rule, one.shortest.story.len().max(1))).collect();
            outcome.twists = report.findings.iter().filter_map(|one| Some((one.rule, twist(one, &plan)?))).collect();
            outcome.suspected = judgement.suspicions.iter().map(|one| one.rule).collect();
            if report.verdict == Verdict::Invalid {
                outcome.invalid = report.invalid.iter().map(songsinh_record::InvalidReason::kind).collect();
            }
        }
        Ok(outcome)
    }
}

/// What the person of a finding's shortest story plays.
fn twist(finding: &FindingView, plan: &Plan) -> Option<Twist> {
    let arrival = usize::try_from(finding.story.as_ref()?.arrival).ok()?;
    plan.arrivals.get(arrival)?.twist
}

//! One generation: scripts side by side, played and judged by cell.
//!
//! Invariant: it is an ordinary run of an ordinary scenario, one line of the mix for a script, so that what is found can
//! be found again by `songsinh run`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{Act, Rule, Rulebook};
use songsinh_engine::{Finished, Progress, RunRequest, World, run_real, run_virtual};
use songsinh_record::{Reader, Source};
use songsinh_reports::Report;
use songsinh_scenario::{Plan, Scenario, Script};

use crate::error::CheckError;
use crate::place::{Place, Site, built_in_profile, built_in_source};

/// The population of the world in virtual time.
const VIRTUAL_SEED: u64 = 2022;
/// How much longer than its longest script a generation may take.
const BEYOND: Duration = Duration::from_secs(4 * 3_600);

/// What all generations of a check have in common.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) place: Place,
    pub(crate) misbehaviours: Vec<String>,
    /// People of the population in virtual time.
    pub(crate) people: u64,
    /// The command that makes the check again.
    pub(crate) again: String,
}

/// What came of a generation.
#[derive(Debug)]
pub(crate) struct Played {
    /// The whole judgement.
    pub(crate) report: Report,
    /// The rules that each script broke, by its place; those that broke none are left out.
    pub(crate) broken: BTreeMap<usize, BTreeSet<Rule>>,
    /// The record.
    pub(crate) record: Vec<u8>,
}

/// The scenario that plays these scripts, each once, by people who have `have`.
pub(crate) fn scenario_text(name: &str, about: &str, have: &str, scripts: &[Script]) -> String {
    let length_ms = scripts.len() * 100;
    let mut text = format!(
        "# Played by `songsinh run`, and first of all by `songsinh check`.\n\
         scenario: {name}\nabout: {about}\ntarget: built-in\nday: 2022-08-27\n\
         people: {{from: [Tuyên Quang, Hà Nội], citizens: {{have: {have}}}, officials: {{count: 4}}, officers: {{count: 4}}}}\n\
         rulebook:\n  base: decree-59-2022\n  session-expires: {{idle: 2m, absolute: 5m}}\n  \
         activation-window: {{window: 20m}}\n\
         sms: {{profile: instant, parts_per_s: 1000}}\npopulation: {{delay: 1ms..3ms, failures: 0%}}\n\
         twin: {{store: memory, argon2: light, approval: 200ms..500ms, reject: 0%}}\n\
         phases:\n  - {{name: cases, for: {length_ms}ms, start: 10/s}}\narrivals: even\ndrain: 4h\nmix:\n"
    );
    for script in scripts {
        text.push_str("  - share: 1\n    script:\n");
        text.push_str(&script.yaml("      "));
    }
    text
}

/// The scenario of a check without its scripts: day, people, rulebook, network and twin of a world for checks.
///
/// # Errors
/// Never in practice: when it cannot be read.
pub fn everyday() -> Result<Scenario, CheckError> {
    let script = Script(vec![songsinh_scenario::ScriptStep::Wait(Duration::from_millis(1))]);
    let text = scenario_text("check", "random stories side by side", "{account: none}", &[script]);
    parse("check.yaml", &text)
}

fn parse(path: &str, text: &str) -> Result<Scenario, CheckError> {
    Scenario::parse(path, text.as_bytes()).map_err(|errors| CheckError::File(errors.to_string()))
}

impl Terms {
    /// The rulebook by which everything is judged here.
    pub(crate) fn rulebook(&self) -> Result<Rulebook, CheckError> {
        let mut scenario = everyday()?;
        self.place.fit(&mut scenario);
        Ok(match &self.place {
            Place::Virtual => scenario.rulebook(&built_in_profile()?),
            Place::Http(site) => scenario.rulebook(&site.profile),
        })
    }
    /// How long the scripts of a scenario wait at most.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn longest_wait(&self, path: &str, text: &str, book: &Rulebook) -> Result<Duration, CheckError> {
        let scenario = parse(path, text)?;
        let scripts = scenario.mix.iter().filter_map(|entry| entry.script.as_ref());
        Ok(scripts.map(|script| script.longest_wait(book)).max().unwrap_or_default())
    }
    /// Plays a scenario and judges it.
    pub(crate) async fn play(&self, seed: u64, path: &str, text: &str) -> Result<Played, CheckError> {
        let io = |error| CheckError::Io { path: std::env::temp_dir(), error };
        let folder = tempfile::tempdir().map_err(io)?;
        let mut scenario = parse(path, text)?;
        self.place.fit(&mut scenario);
        let plan = Arc::new(songsinh_scenario::plan(&scenario, seed));
        let mut request = self.request(scenario, seed, (path, text), folder.path())?;
        let book = request.rulebook();
        let scripts = request.scenario.mix.iter().filter_map(|entry| entry.script.as_ref());
        request.scenario.drain = scripts.map(|script| script.longest_wait(&book)).max().unwrap_or_default() + BEYOND;
        let finished = self.make(&request, &plan).await?;
        let io = |error| CheckError::Io { path: finished.record.clone(), error };
        judged(&request, &plan, std::fs::read(&finished.record).map_err(io)?)
    }

    async fn make(&self, request: &RunRequest, plan: &Arc<Plan>) -> Result<Finished, CheckError> {
        let progress = Arc::new(Progress::default());
        Ok(match &self.place {
            Place::Virtual => run_virtual(request, plan, &progress, &mut |_| {})?,
            Place::Http(site) => {
                // Even a world made for this check has seen earlier generations: it is attached to.
                let mut world = World::Attached(Box::new(site.info.clone()));
                run_real(request, &mut world, Arc::clone(plan), progress, &mut |_| {}).await?
            }
        })
    }

    fn request(
        &self,
        scenario: Scenario,
        seed: u64,
        (path, text): (&str, &str),
        out: &Path,
    ) -> Result<RunRequest, CheckError> {
        let name = scenario.scenario.to_string();
        let request = RunRequest {
            scenario,
            scenario_source: Source { name, path: path.to_owned(), text: text.to_owned() },
            profile_source: built_in_source(),
            profile: built_in_profile()?,
            built_in: true,
            seed,
            workers: 1,
            out: out.to_owned(),
            rosters: out.join("rosters"),
            people: self.people,
            population_seed: VIRTUAL_SEED,
            jump: false,
            variants: Vec::new(),
            misbehaviours: self.misbehaviours.clone(),
            world: None,
            again: self.again.clone(),
            judge_lag: false,
        };
        Ok(match &self.place {
            Place::Virtual => request,
            Place::Http(site) => at_site(request, site),
        })
    }
}

fn at_site(request: RunRequest, site: &Site) -> RunRequest {
    RunRequest {
        profile: site.profile.clone(),
        profile_source: site.source.clone(),
        built_in: site.built_in,
        rosters: site.rosters.clone(),
        people: site.info.people,
        population_seed: site.info.population_seed,
        jump: site.profile.clock.is_some(),
        misbehaviours: site.info.misbehaviours.clone(),
        world: site.url.clone(),
        ..request
    }
}

/// Judges a record, and tells which scripts broke which rules.
fn judged(request: &RunRequest, plan: &Plan, record: Vec<u8>) -> Result<Played, CheckError> {
    let origin = Reader::new(record.as_slice()).map_err(songsinh_reports::ReportError::from)?.header().origin;
    let judge = request.judge(origin);
    let mut broken: BTreeMap<usize, BTreeSet<Rule>> = BTreeMap::new();
    let report = Report::judged_by(&record, |facts, seen, messages| {
        let verdict = judge.cell(facts, seen, messages);
        let place = usize::try_from(facts.arrival.0).ok().and_then(|at| plan.arrivals.get(at));
        if let Some(planned) = place.filter(|_| facts.act == Act::Load) {
            for finding in &verdict.findings {
                broken.entry(usize::from(planned.entry)).or_default().insert(finding.rule);
            }
        }
        verdict
    })?;
    if report.journeys.started == 0 {
        let reasons: Vec<String> = report.invalid.iter().map(ToString::to_string).collect();
        return Err(CheckError::NotPlayed(match plan.arrivals.as_slice() {
            [] => "no journey was planned: the phases are too short, or too slow, for one".to_owned(),
            _ if reasons.is_empty() => "no journey was started".to_owned(),
            _ => reasons.join("; "),
        }));
    }
    Ok(Played { report, broken, record })
}

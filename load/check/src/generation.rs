//! One generation: scripts side by side, played in virtual time and judged by cell.
//!
//! Invariant: it is an ordinary run of an ordinary scenario, one line of the mix for a script, so that what is found can
//! be found again by `songsinh run`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use songsinh_contract::{Act, Rule};
use songsinh_engine::{Progress, RunRequest, run_virtual};
use songsinh_record::{Reader, Source};
use songsinh_reports::Report;
use songsinh_scenario::{Profile, Scenario, Script};

use crate::error::CheckError;

/// What all generations of a check have in common.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) seed: u64,
    pub(crate) misbehaviours: Vec<String>,
    /// People of the population.
    pub(crate) people: u64,
}

/// What came of a generation.
#[derive(Debug)]
pub(crate) struct Played {
    /// The whole judgement.
    pub(crate) report: Report,
    /// The rules that each script broke, by its place; those that broke none are left out.
    pub(crate) broken: BTreeMap<usize, BTreeSet<Rule>>,
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

impl Terms {
    /// Plays a scenario in virtual time and judges it.
    pub(crate) fn play(&self, path: &str, text: &str, out: &Path) -> Result<Played, CheckError> {
        let scenario = Scenario::parse(path, text.as_bytes()).map_err(|errors| CheckError::File(errors.to_string()))?;
        let plan = Arc::new(songsinh_scenario::plan(&scenario, self.seed));
        let request = self.request(scenario, path, text, out)?;
        let finished = run_virtual(&request, &plan, &Arc::new(Progress::default()), &mut |_| {})?;
        let io = |error| CheckError::Io { path: finished.record.clone(), error };
        let bytes = std::fs::read(&finished.record).map_err(io)?;
        let origin = Reader::new(bytes.as_slice()).map_err(songsinh_reports::ReportError::from)?.header().origin;
        let judge = request.judge(origin);
        let mut broken: BTreeMap<usize, BTreeSet<Rule>> = BTreeMap::new();
        let report = Report::judged_by(&bytes, |facts, seen, messages| {
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
            return Err(CheckError::NotPlayed(format!("{:?}", report.invalid)));
        }
        Ok(Played { report, broken })
    }

    fn request(&self, scenario: Scenario, path: &str, text: &str, out: &Path) -> Result<RunRequest, CheckError> {
        let profile = Profile::built_in().map_err(|errors| CheckError::File(errors.to_string()))?;
        let name = scenario.scenario.to_string();
        Ok(RunRequest {
            scenario,
            scenario_source: Source { name, path: path.to_owned(), text: text.to_owned() },
            profile_source: Source { name: "built-in".into(), path: "built-in".into(), text: String::new() },
            profile,
            built_in: true,
            seed: self.seed,
            workers: 1,
            out: out.to_owned(),
            rosters: out.join("rosters"),
            people: self.people,
            population_seed: 2022,
            jump: false,
            variants: Vec::new(),
            misbehaviours: self.misbehaviours.clone(),
            world: None,
            again: format!("songsinh run {path} --virtual --seed {}", self.seed),
            judge_lag: false,
        })
    }
}

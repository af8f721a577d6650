//! The closed population: the journeys of every other run, played by Goose users at a real twin.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use goose::metrics::GooseMetrics;
use songsinh_contract::Rule;
use songsinh_engine::closed::GOOSE_REPORT;
use songsinh_engine::{ClosedRun, Progress, RunRequest, World, run_closed};
use songsinh_record::Source;
use songsinh_reports::Report;
use songsinh_scenario::{Profile, Scenario, plan};

use crate::world;

/// Codes live six seconds, so people are thirty times as fast as in life.
fn scenario(mix: &str) -> Scenario {
    let text = format!(
        "scenario: closed
day: 2022-08-27
people: {{from: [Tuyên Quang]}}
rulebook:
  base: decree-59-2022
  otp-expires: {{lifetime: 6s}}
  otp-resend-limited: {{gap: 2s, per_window: 5, window: 1h}}
sms: {{profile: instant}}
twin: {{store: memory, argon2: light, approval: 100ms..300ms}}
phases:
  - {{name: all, for: 60s, start: 1/s}}
arrivals: even
mix: {mix}
drain: 20s
"
    );
    Scenario::parse("closed.yaml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn request(scenario: Scenario, folder: &Path) -> RunRequest {
    let profile = Profile { fresh: true, ..Profile::built_in().unwrap() };
    let source = |name: &str| Source { name: name.to_owned(), path: String::new(), text: String::new() };
    RunRequest {
        scenario,
        scenario_source: source("closed"),
        profile,
        profile_source: source("built-in"),
        built_in: true,
        seed: 7,
        workers: 1,
        out: folder.to_owned(),
        rosters: folder.to_owned(),
        people: 0,
        population_seed: 0,
        misbehaviours: Vec::new(),
        variants: Vec::new(),
        jump: false,
        world: None,
        again: "cargo test -p songsinh-engine closed".to_owned(),
        judge_lag: true,
    }
}

/// Makes a run and judges its record.
async fn run(mix: &str, closed: &ClosedRun, misbehaviours: &[&str]) -> (Report, Box<GooseMetrics>) {
    let folder = tempfile::tempdir().unwrap();
    let request = request(scenario(mix), folder.path());
    let info = world::start(&request.scenario, request.rulebook(), misbehaviours).await;
    let plan = plan(&request.scenario, request.seed);
    let progress = Arc::new(Progress::default());
    let mut world = World::Attached(Box::new(info));
    let finished = run_closed(&request, closed, &mut world, &plan, Arc::clone(&progress), &mut |_| {}).await.unwrap();
    assert!(!finished.run.interrupted);
    assert!(folder.path().join(GOOSE_REPORT).is_file(), "Goose leaves a report of its own");
    let report = Report::from_record(&finished.run.record).unwrap();
    assert_eq!(progress.counts().violations, report.judgement.violations(), "live and judged again");
    (report, finished.goose.unwrap())
}

fn allowed(report: &Report, rule: Rule) -> u64 {
    report.judgement.rules.get(&rule).map_or(0, |count| count.allowed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_users_register_three_citizens_each_and_every_answer_is_judged() {
    let closed = ClosedRun { users: 4, iterations: 3, run_time: Duration::from_secs(120) };
    let (report, goose) = run("[{share: 1, journey: register}]", &closed, &[]).await;

    let journeys = report.journeys;
    let ends = (journeys.planned, journeys.started, journeys.completed, journeys.failed, journeys.gave_up);
    assert_eq!(ends, (12, 12, 12, 0, 0), "{:?}", report.notes);
    assert_eq!(report.judgement.violations(), 0, "{:?}", report.findings);
    assert!(report.invalid.is_empty(), "{:?}", report.invalid);
    for rule in [Rule::OtpExpires, Rule::LoginNeedsPassword, Rule::OtpSingleUse] {
        assert!(allowed(&report, rule) > 0, "{rule:?} was never met");
    }
    // The canary's cell is in the record as well.
    assert_eq!((report.judgement.cells, report.unclosed), (13, 0));
    assert!(report.sms.delivered >= 12, "{:?}", report.sms);
    assert!(report.lookups >= 12, "{}", report.lookups);
    assert!(report.notes.iter().any(|note| note.starts_with("closed population: 4 users")), "{:?}", report.notes);

    let played = &goose.transactions[0][1];
    assert_eq!((goose.total_users, played.success_count, played.fail_count), (4, 12, 0));
    let logins = goose.requests.values().find(|request| request.path == "session.login").unwrap();
    assert_eq!((logins.success_count, logins.fail_count), (12, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_users_activate_a_citizen_each() {
    let closed = ClosedRun { users: 4, iterations: 1, run_time: Duration::from_secs(120) };
    let (report, goose) = run("[{share: 1, journey: activate}]", &closed, &[]).await;

    assert_eq!((report.journeys.completed, report.journeys.failed), (4, 0), "{:?}", report.notes);
    assert_eq!(report.judgement.violations(), 0, "{:?}", report.findings);
    assert!(allowed(&report, Rule::OtpExpires) >= 8, "a code for the account and one for the device");
    assert!(report.judgement.decided_rules().len() >= 20, "{:?}", report.judgement.decided_rules());
    assert_eq!(goose.transactions[0][1].success_count, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_out_of_time_stops_by_itself_and_is_whole() {
    let closed = ClosedRun { users: 2, iterations: 30, run_time: Duration::from_millis(1) };
    let (report, goose) = run("[{share: 1, journey: register}]", &closed, &[]).await;

    let journeys = report.journeys;
    assert!(journeys.started < 60, "the time is over long before 60 journeys are");
    assert_eq!((journeys.planned, journeys.completed), (journeys.started, journeys.started), "{:?}", report.notes);
    assert_eq!((report.judgement.violations(), report.unclosed), (0, 0));
    assert_eq!(goose.transactions[0][1].success_count as u64, journeys.started);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_misbehaving_twin_is_found_out_by_goose_users_too() {
    let closed = ClosedRun { users: 2, iterations: 2, run_time: Duration::from_secs(120) };
    let mix = "[{share: 1, journey: register, twist: dead-person}]";
    let (report, _) = run(mix, &closed, &["dead-may-register"]).await;
    let found = report.findings.iter().find(|finding| finding.rule == Rule::RegisterPersonEligible);
    assert_eq!(found.map(|finding| finding.count), Some(4), "{:?}", report.findings);
    assert!(report.findings.iter().all(|finding| finding.rule == Rule::RegisterPersonEligible));
}

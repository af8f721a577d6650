//! What comes before the load and what strikes it, in virtual time: preparation, warm-up, events.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{Act, CellFacts, CitizenIndex, Level, LookupEvent, MemberRole, Prior};
use songsinh_engine::{Progress, RunRequest, run_virtual};
use songsinh_record::{Frame, InvalidReason, Reader, RunFooter, RunHeader, Source};
use songsinh_scenario::{Profile, Scenario, plan};

/// A town of people: a good many are cast from it and it is quickly made.
const PEOPLE: u64 = 1_000_000;

fn scenario(more: &str) -> Scenario {
    let text = format!(
        "scenario: prepared
day: 2022-08-27
rulebook:
  base: decree-59-2022
  otp-expires: {{lifetime: 18s}}
  otp-resend-limited: {{gap: 3s, per_window: 5, window: 1h}}
sms: {{profile: instant}}
population: {{delay: 2ms..5ms}}
twin: {{approval: 100ms..300ms}}
{more}
drain: 60s
"
    );
    Scenario::parse("prepared.yaml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn request(scenario: Scenario, folder: &Path) -> RunRequest {
    let source = |name: &str| Source { name: name.to_owned(), path: String::new(), text: String::new() };
    RunRequest {
        scenario,
        scenario_source: source("prepared"),
        profile: Profile::built_in().unwrap(),
        profile_source: source("built-in"),
        built_in: true,
        seed: 11,
        workers: 1,
        out: folder.to_owned(),
        rosters: folder.to_owned(),
        people: PEOPLE,
        population_seed: 2022,
        misbehaviours: Vec::new(),
        variants: Vec::new(),
        jump: false,
        world: None,
        again: "cargo test -p songsinh-engine prepared".to_owned(),
        judge_lag: true,
    }
}

/// A record, taken apart.
struct Seen {
    header: RunHeader,
    footer: RunFooter,
    cells: Vec<CellFacts>,
    lookups: Vec<LookupEvent>,
    violations: u64,
    bytes: Vec<u8>,
}

fn run(more: &str) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    let request = request(scenario(more), folder.path());
    let plan = Arc::new(plan(&request.scenario, request.seed));
    let progress = Arc::new(Progress::default());
    let finished = run_virtual(&request, &plan, &progress, &mut |_| {}).unwrap();
    let reader = Reader::open(&finished.record).unwrap();
    let header = reader.header().clone();
    let (mut cells, mut lookups, mut footer) = (Vec::new(), Vec::new(), RunFooter::default());
    for frame in reader {
        match frame.unwrap() {
            Frame::Cell(facts) => cells.push(*facts),
            Frame::Lookup(event) => lookups.push(event),
            Frame::Footer(end) => footer = *end,
            _ => {}
        }
    }
    let (violations, bytes) = (progress.counts().violations, std::fs::read(&finished.record).unwrap());
    Seen { header, footer, cells, lookups, violations, bytes }
}

const QR: &str = "people: {from: [Tây Ninh], citizens: {have: {account: level2, qr_switch: on}}, officials: {count: 3}}
prepare: {journeys: {rate: 20/s, within: 4m}}
warm_up: 5s
phases:
  - {name: calm, for: 10s, start: 1/s, at: \"08:00\"}
  - {name: burst, for: 5s, start: [1/s, 3/s], arrivals: even}
mix:
  - {share: 3, journey: verify-qr, scan_after: [1s..3s]}
  - {share: 1, journey: register}";

#[test]
fn people_are_prepared_before_the_load_and_begin_it_in_their_state() {
    let seen = run(QR);
    assert_eq!(seen.footer.invalid, []);
    let journeys = seen.footer.journeys;
    assert_eq!((journeys.completed, journeys.started), (journeys.planned, journeys.planned), "{journeys:?}");
    assert!(journeys.planned > 10 && seen.violations == 0, "{journeys:?}, {} violations", seen.violations);

    let of = |act: Act| seen.cells.iter().filter(move |facts| facts.act == act).collect::<Vec<_>>();
    let (prepared, warm_up, load) = (of(Act::Prepare), of(Act::WarmUp), of(Act::Load));
    assert_eq!(load.len() as u64, journeys.started);
    assert_eq!(warm_up.len() as u64, seen.footer.warm_up.started);
    assert!(!warm_up.is_empty());
    assert_eq!(prepared.len() as u64, seen.footer.prepared.started);
    let first_of_load = prepared.len();
    assert!(seen.cells[..first_of_load].iter().all(|facts| facts.act == Act::Prepare), "all of it comes first");

    let mut mains: BTreeSet<CitizenIndex> = BTreeSet::new();
    for facts in warm_up.iter().chain(&load) {
        let main = &facts.members[0];
        assert!(mains.insert(main.person.index), "nobody plays twice");
        match (&*facts.journey, &main.prior) {
            ("register", Prior::None) => {}
            ("verify-qr", Prior::Standing(standing)) => {
                let bound = standing.bound.as_ref().unwrap();
                assert!(standing.level == Level::Two && bound.qr_switch && standing.password.is_some());
                assert!(!main.holdings.papers.is_empty() || !main.holdings.bills.is_empty());
            }
            other => panic!("{other:?}"),
        }
        for member in facts.members.iter().filter(|member| member.role == MemberRole::Official) {
            assert!(matches!(&member.prior, Prior::Standing(standing) if standing.level == Level::Two));
            assert!(!facts.phones.contains(&member.person.phone.unwrap().number), "it serves many stories");
        }
    }
    let officials = load.iter().flat_map(|facts| &facts.members).filter(|one| one.role == MemberRole::Official);
    assert_eq!(officials.map(|one| one.person.index).collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn the_header_tells_the_warm_up_and_the_times_of_day() {
    let seen = run(QR);
    let phases = &seen.header.phases;
    let told: Vec<_> =
        phases.iter().map(|one| (one.name.as_str(), one.from_ms, one.timed, one.at.as_deref())).collect();
    let wanted = [("warm-up", 0, false, None), ("calm", 5_000, true, Some("08:00")), ("burst", 15_000, true, None)];
    assert_eq!(told, wanted);
    assert_eq!(seen.header.planned, seen.footer.journeys.planned);
}

#[test]
fn a_prepared_run_leaves_the_same_bytes_twice() {
    assert!(run(QR).bytes == run(QR).bytes);
}

#[test]
fn a_shortfall_makes_the_run_invalid_and_no_load() {
    let seen = run(&QR.replace("within: 4m", "within: 3s"));
    let [InvalidReason::Unprepared { wanted, ready, why }] = &*seen.footer.invalid else {
        panic!("{:?}", seen.footer.invalid);
    };
    assert!(ready < wanted && !why.is_empty(), "{ready} of {wanted}: {why}");
    assert_eq!((seen.footer.journeys.started, seen.footer.warm_up.started), (0, 0));
    assert!(seen.cells.iter().all(|facts| facts.act == Act::Prepare));

    let roster_alone = run(&QR.replace("prepare: {", "prepare: {by: [roster], "));
    let reason = roster_alone.footer.invalid[0].to_string();
    assert!(reason.contains("names the roster alone"), "{reason}");
    assert!(roster_alone.cells.is_empty());
}

const EVENTS: &str = "people: {from: [Tuyên Quang]}
warm_up: 4s
phases:
  - {name: all, for: 30s, start: 2/s}
mix:
  - {share: 1, journey: register}
events:
  - {at: 5s, for: 10s, population: {delay: 700ms}}
  - {at: 8s, for: 6s, sms: {carrier: viettel}}
  - {at: 20s, twin: restart}";

#[test]
fn events_strike_at_their_time_and_pass() {
    let seen = run(EVENTS);
    let marks = &seen.footer.events;
    let at = |mark: usize| {
        let since = |moment: songsinh_contract::Moment| moment.since(seen.header.origin).as_millis();
        (marks[mark].began.map(since), marks[mark].ended.map(since))
    };
    assert_eq!((at(0), at(1), at(2)), ((Some(9_000), Some(19_000)), (Some(12_000), Some(18_000)), (None, None)));
    let planned: Vec<_> = seen.header.events.iter().map(|one| (one.at_ms, one.length_ms)).collect();
    assert_eq!(planned, [(9_000, Some(10_000)), (12_000, Some(6_000)), (24_000, None)]);

    // Questions that begin while the service is slow take as long as it says, and no others.
    let mut slow: BTreeMap<bool, u64> = BTreeMap::new();
    for event in &seen.lookups {
        let asked = event.asked.since(seen.header.origin);
        let struck = (Duration::from_secs(9)..Duration::from_secs(19)).contains(&asked);
        let took = event.answered.since(event.asked);
        assert_eq!(took >= Duration::from_millis(700), struck, "{asked:?} {took:?}");
        *slow.entry(struck).or_default() += 1;
    }
    assert!(slow[&true] > 5 && slow[&false] > 10, "{slow:?}");
    assert_eq!(seen.violations, 0);
}

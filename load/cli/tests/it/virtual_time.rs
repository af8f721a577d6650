//! One seed, one run: the plan at any number of workers, every byte of a record in virtual time, and the same judgement
//! in real and in virtual time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use songsinh_contract::{ArrivalId, CitizenIndex};
use songsinh_record::{Frame, Reader};

use crate::support::{Started, file, number, run, scenario, songsinh};

fn twists(place: &Path, name: &str, arguments: &[&str]) -> crate::support::Ran {
    run(place, name, &scenario("twists.yaml"), arguments)
}

#[test]
fn one_seed_leaves_the_same_bytes_in_virtual_time_and_another_does_not() {
    let place = tempfile::tempdir().unwrap();
    let record = |name: &str, seed: &str| {
        let ran = twists(place.path(), name, &["--virtual", "--seed", seed]);
        let summary = ran.ended(0).summary();
        assert_eq!(summary["mode"], "virtual");
        assert!(number(&summary, "/journeys/completed") > 30, "{}", ran.said());
        std::fs::read(ran.record()).unwrap()
    };
    let (one, again, other) = (record("one", "7"), record("again", "7"), record("other", "8"));
    assert!(one.len() > 100_000, "{} bytes", one.len());
    assert!(one == again, "two virtual runs with one seed differ");
    assert!(one != other, "two seeds left the same record");
}

#[test]
fn a_plan_is_the_same_at_any_number_of_workers() {
    for path in [scenario("twists.yaml"), file("scenarios/smoke.yaml")] {
        let plan = |workers: &str, seed: &str| {
            let mut command = songsinh(["plan", "--arrivals", "--workers", workers, "--seed", seed]);
            let mut plan = Started::new(command.arg(&path));
            assert_eq!(plan.end().code(), Some(0), "{}", plan.err());
            plan.out()
        };
        let one = plan("1", "3");
        assert!(one.lines().count() > 40, "{one}");
        for workers in ["2", "3"] {
            assert_eq!(plan(workers, "3"), one, "with {workers} workers");
        }
        assert_ne!(plan("1", "4"), one, "two seeds gave the same plan");
    }
}

/// Who played which arrival, and when it was due: from the record of a run.
fn played(record: &Path) -> BTreeMap<ArrivalId, (Vec<CitizenIndex>, String, u64)> {
    let reader = Reader::open(record).unwrap();
    let origin = reader.header().origin;
    let mut due = BTreeMap::new();
    let mut casts = BTreeMap::new();
    for frame in reader {
        match frame.unwrap() {
            Frame::Cell(facts) => {
                let people = facts.members.iter().map(|member| member.person.index).collect();
                casts.insert(facts.arrival, (people, format!("{} {:?}", facts.journey, facts.twist)));
            }
            // The first call of a story is due when its arrival is.
            Frame::Observation(seen) if seen.seq == 0 => {
                due.insert(seen.arrival, seen.intended.since(origin).as_micros() as u64);
            }
            _ => {}
        }
    }
    casts.into_iter().map(|(arrival, (people, story))| (arrival, (people, story, due[&arrival]))).collect()
}

#[test]
fn one_worker_and_two_play_the_same_people_at_the_same_times() {
    let place = tempfile::tempdir().unwrap();
    let with = |workers: &str| {
        let arguments = ["--workers", workers, "--seed", "5"];
        played(&twists(place.path(), workers, &arguments).ended(0).record())
    };
    let (one, two) = (with("1"), with("2"));
    assert!(one.len() > 30, "{} arrivals", one.len());
    // The canary goes first, at a time of its own.
    let planned =
        |all: BTreeMap<ArrivalId, _>| all.into_iter().filter(|(arrival, _)| arrival.0 < 1 << 40).collect::<Vec<_>>();
    assert_eq!(planned(one), planned(two));
}

/// What the twin does wrong, and the rule that must be named for it.
const MISBEHAVIOURS: [(&str, &str); 5] = [
    ("otp-reusable", "otp-single-use"),
    ("lockout-missing", "login-lockout"),
    ("population-unchecked", "register-needs-population-match"),
    ("device-shared", "device-one-account"),
    ("proof-unchecked", "device-key-proof"),
];

/// The rules that a run flags, with what the twin does wrong, if anything.
fn flagged(place: &Path, misbehaviour: Option<&str>, in_virtual_time: bool) -> BTreeSet<String> {
    let mut arguments = Vec::new();
    arguments.extend(misbehaviour.into_iter().flat_map(|name| ["--misbehave", name]));
    arguments.extend(in_virtual_time.then_some("--virtual"));
    let name = format!("{}-{in_virtual_time}", misbehaviour.unwrap_or("none"));
    let ran = twists(place, &name, &arguments);
    ran.ended(if misbehaviour.is_some() { 10 } else { 0 });
    ran.violated()
}

#[test]
fn real_and_virtual_runs_flag_the_same_rules() {
    let place = tempfile::tempdir().unwrap();
    let place = place.path();
    assert_eq!(flagged(place, None, true), BTreeSet::new());
    // Real runs mostly wait: they do it together.
    std::thread::scope(|scope| {
        let plain = scope.spawn(|| flagged(place, None, false));
        let misbehaving = MISBEHAVIOURS.map(|(name, _)| scope.spawn(move || flagged(place, Some(name), false)));
        assert_eq!(plain.join().unwrap(), BTreeSet::new());
        for ((name, rule), real) in MISBEHAVIOURS.into_iter().zip(misbehaving) {
            let wanted = BTreeSet::from([rule.to_owned()]);
            assert_eq!(real.join().unwrap(), wanted, "{name} in real time");
            assert_eq!(flagged(place, Some(name), true), wanted, "{name} in virtual time");
        }
    });
}

#[test]
fn every_misbehaviour_named_here_is_listed_with_its_rule() {
    let mut list = Started::new(&mut songsinh(["twin", "--list-misbehaviours"]));
    assert_eq!(list.end().code(), Some(0));
    for (name, rule) in MISBEHAVIOURS {
        assert!(list.out().contains(&format!("| `{name}` | `{rule}` |")), "{name}: {}", list.out());
    }
}

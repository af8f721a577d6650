//! What was acknowledged is there after a crash and after a power cut, and a build without fsync is found out.
//!
//! ```text
//! run    |--register--|--register, apply--|--- apply, activate, log in ---| verdict
//! twin   |-------- serves --------| kill -9, perhaps the power too | serves again from the same file
//! ```

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use songsinh_contract::{Clock, Moment, OperationName};
use songsinh_kernel::RealClock;
use songsinh_record::{Frame, Reader};

use crate::support::{Door, Ran, Service, number, rulebook, scenario, songsinh, start_run, twin_arguments, wait_for};
use crate::trace::{Call, Lost, cut_power, kill_traced, read, traced, unsynced_answers};

/// Notices of approval that are out when the twin is killed: as many people are half-way.
const NOTICES: usize = 8;

/// How the twin ends in the middle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Killed,
    PowerCut,
}

struct Crash {
    ran: Ran,
    /// Just before the kill, and just after the new twin was ready.
    killed: Moment,
    back: Moment,
    lost: Lost,
    calls: Vec<Call>,
    store: PathBuf,
}

fn on_port(arguments: &[String], store: &Path, port: &str) -> Command {
    let mut command = songsinh(arguments);
    command.arg("--store").arg(store).arg("--listen").arg(format!("127.0.0.1:{port}"));
    command
}

/// Runs the scenario, ends the twin in the middle, starts it again on the same file and port, and waits for the verdict.
fn crash(place: &Path, end: End, misbehaviour: Option<&str>) -> Crash {
    let scenario = scenario("thread.yaml");
    let (population, gateway) = (Service::population(), Service::gateway());
    let store = place.canonicalize().unwrap().join("twin.sqlite");
    let trace = place.join("trace");
    let mut arguments = twin_arguments(&scenario, &population.url, &gateway.url);
    arguments.extend(misbehaviour.into_iter().flat_map(|name| ["--misbehave".to_owned(), name.to_owned()]));
    let mut command = on_port(&arguments, &store, "0");
    if end == End::PowerCut {
        command = traced(&command, &trace);
    }
    let mut twin = Service::start(&mut command);
    let port = twin.url.rsplit_once(':').unwrap().1.to_owned();
    let door = Door::open(&population.url, &gateway.url, Some((&twin.url, rulebook(&scenario))));
    let run = start_run(place, "run", &scenario, &["--world", &door.url]);

    wait_for("people half-way", || {
        let messages = gateway.messages();
        (messages.iter().filter(|text| text.contains("duoc phe duyet")).count() >= NOTICES).then_some(())
    });
    let killed = RealClock::new().now();
    let (mut lost, mut calls) = (Lost::default(), Vec::new());
    match end {
        End::Killed => twin.process.kill_9(),
        End::PowerCut => {
            kill_traced(&mut twin.process, &trace);
            calls = read(&trace);
            lost = cut_power(&store, &calls);
        }
    }
    let mut command = on_port(&arguments, &store, &port);
    let _again = Service::try_start(&mut command).unwrap_or_else(|said| {
        // Half-written pages may make a store that was never synced unreadable. Then everything is lost.
        assert!(misbehaviour.is_some(), "the store does not open after the crash: {said}");
        remove(&store);
        Service::start(&mut command)
    });
    let back = RealClock::new().now();
    Crash { ran: run.end(), killed, back, lost, calls, store }
}

/// Removes a store and the files beside it.
fn remove(store: &Path) {
    for end in ["", "-wal", "-journal"] {
        let mut file = store.as_os_str().to_owned();
        file.push(end);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => panic!("{file:?}: {error}"),
            _ => {}
        }
    }
}

/// People whose account was acknowledged before the kill and who were answered «done» on it after the restart.
fn carried_over(crash: &Crash) -> usize {
    use OperationName as Op;
    let of_the_account =
        [Op::SessionLogin, Op::AccountShow, Op::Level1ReadCard, Op::Level1Submit, Op::ActivationRequest];
    let (mut acknowledged, mut used) = (BTreeSet::new(), BTreeSet::new());
    for frame in Reader::open(&crash.ran.record()).unwrap() {
        let Frame::Observation(seen) = frame.unwrap() else { continue };
        if !seen.outcome.is_done() {
            continue;
        }
        let name = seen.call.operation.name();
        if name == Op::AccountSetPassword && seen.done < crash.killed {
            acknowledged.insert(seen.member);
        }
        if of_the_account.contains(&name) && seen.sent > crash.back && acknowledged.contains(&seen.member) {
            used.insert(seen.member);
        }
    }
    used.len()
}

fn lost_nothing(crash: &Crash) {
    let summary = crash.ran.ended(0).summary();
    assert!(crash.ran.violated().is_empty(), "{}", crash.ran.said());
    assert!(number(&summary, "/rules/acknowledged-is-durable/allowed") > 0);
    let carried = carried_over(crash);
    assert!(carried >= NOTICES / 2, "{carried} accounts were made before the crash and used after it");
}

#[test]
fn a_killed_twin_loses_nothing_acknowledged_and_the_run_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let crash = crash(place.path(), End::Killed, None);
    lost_nothing(&crash);
}

/// The answers to these rest on a commit.
const COMMITTING: [&str; 2] = ["/password", "/questions"];

#[test]
fn a_power_cut_loses_nothing_acknowledged() {
    let place = tempfile::tempdir().unwrap();
    let crash = crash(place.path(), End::PowerCut, None);
    assert!(crash.lost.syncs > 0, "{:?}", crash.lost);
    let (answers, unsynced) = unsynced_answers(&crash.store, &crash.calls, &COMMITTING);
    assert!(answers >= NOTICES, "{answers} answers in the trace");
    assert_eq!(unsynced, 0, "of {answers} answers so many left before the disk had what they say");
    lost_nothing(&crash);
}

#[test]
fn a_power_cut_without_fsync_is_found_out() {
    let place = tempfile::tempdir().unwrap();
    let crash = crash(place.path(), End::PowerCut, Some("no-fsync"));
    assert!(crash.lost.bytes > 0, "{:?}", crash.lost);
    let (answers, unsynced) = unsynced_answers(&crash.store, &crash.calls, &COMMITTING);
    assert!(answers >= NOTICES && unsynced == answers, "{unsynced} of {answers}");
    crash.ran.ended(10);
    assert!(crash.ran.violated().contains("acknowledged-is-durable"), "{}", crash.ran.said());
}

//! What comes before the load and strikes it, in real time: officers in a private file, people prepared once and taken
//! again by the roster, a twin that is killed and started again.

use std::os::unix::fs::PermissionsExt;

use songsinh_record::{Frame, Reader, RunFooter};

use crate::support::{Door, Ran, Service, rulebook, run, scenario, twin_arguments};

fn footer(ran: &Ran) -> RunFooter {
    let footer = Reader::open(&ran.record()).unwrap().find_map(|frame| match frame.unwrap() {
        Frame::Footer(footer) => Some(*footer),
        _ => None,
    });
    footer.unwrap()
}

#[test]
fn people_are_prepared_and_a_restart_of_the_twin_loses_none_of_them() {
    let place = tempfile::tempdir().unwrap();
    let ran = run(place.path(), "own", &scenario("prepared.yaml"), &[]);
    ran.ended(0).says("people ready after").says("event    twin killed and started again");
    let footer = footer(&ran);
    assert!(footer.prepared.completed >= 12, "{:?}", footer.prepared);
    assert!(footer.warm_up.completed >= 1, "{:?}", footer.warm_up);
    let marks: Vec<_> = footer.events.iter().map(|mark| (mark.began.is_some(), mark.ended.is_some())).collect();
    assert_eq!(marks, [(true, true); 3]);
    let file = ran.record().with_file_name("officers.csv");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!ran.record().with_file_name("prepare.songsinh").exists(), "its frames are in the record");
}

#[test]
fn people_whom_a_run_prepared_are_taken_again_by_the_next() {
    let place = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(scenario("prepared.yaml")).unwrap();
    let text = text.replace("  - {at: 7s, twin: restart}\n", "");
    let scenario = place.path().join("prepared.yaml");
    // Logins need no counter, and this twin knows no officers: level 1 is what journeys alone bring about.
    std::fs::write(&scenario, text.replace("account: level2", "account: level1")).unwrap();
    let (population, gateway) = (Service::population(), Service::gateway());
    let twin = Service::start(&mut crate::support::songsinh(
        twin_arguments(&scenario, &population.url, &gateway.url)
            .iter()
            .map(String::as_str)
            .chain(["--store", "memory"]),
    ));
    let door = Door::open(&population.url, &gateway.url, Some((&twin.url, rulebook(&scenario))));
    let with = |name: &str| run(place.path(), name, &scenario, &["--world", &door.url]);
    let one = with("one");
    one.ended(0).says(", 0 known from earlier runs");
    let two = with("two");
    two.ended(0);
    let (first, second) = (footer(&one).prepared, footer(&two).prepared);
    assert!(first.completed >= 12, "{first:?}");
    assert!(second.started * 2 < first.started, "{second:?} after {first:?}");
}

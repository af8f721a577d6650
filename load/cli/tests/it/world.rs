//! A world that outlives runs: its target remembers whom it has seen, and the roster keeps runs apart.

use std::path::Path;

use rustix::process::Signal;
use songsinh_record::{Frame, Reader};

use crate::support::{PEOPLE, Started, free_ports, number, run, scenario, songsinh};

/// `songsinh up` at a port, with its twin's store in a folder.
fn up(port: u16, data: &Path) -> Started {
    let (port, people) = (port.to_string(), PEOPLE.to_string());
    let mut command = songsinh(["up"]);
    command.arg(scenario("thread.yaml")).args(["--port", &port, "--people", &people]).arg("--data").arg(data);
    Started::new(&mut command)
}

/// The people who took part, by the number of cells they stood in.
fn people_of(record: &Path) -> std::collections::BTreeSet<u64> {
    let frames = Reader::open(record).unwrap();
    let cells = frames.filter_map(|frame| match frame.unwrap() {
        Frame::Cell(facts) => Some(facts),
        _ => None,
    });
    cells.flat_map(|facts| facts.members.into_iter().map(|member| member.person.index.0)).collect()
}

#[test]
fn two_runs_at_one_world_both_pass_and_without_the_roster_a_third_is_invalid() {
    let place = tempfile::tempdir().unwrap();
    let port = free_ports(4);
    let mut world = up(port, &place.path().join("data"));
    world.line("ready; Ctrl-C stops it");
    let url = format!("http://127.0.0.1:{port}");

    let mut second_world = up(port, &place.path().join("other"));
    let status = second_world.end();
    assert_eq!(status.code(), Some(2), "{}", second_world.err());
    let said = second_world.err();
    assert!(said.contains("cannot listen at 127.0.0.1:") && said.contains("another with --port"), "{said}");

    let scenario = scenario("thread.yaml");
    let one = run(place.path(), "one", &scenario, &["--world", &url]);
    one.ended(0);
    let two = run(place.path(), "two", &scenario, &["--world", &url]);
    two.ended(0);
    let (of_one, of_two) = (people_of(&one.record()), people_of(&two.record()));
    assert!(of_one.len() >= 40 && of_one.is_disjoint(&of_two), "{of_one:?} {of_two:?}");
    assert_eq!(number(&two.summary(), "/journeys/dirty"), 0);

    std::fs::remove_dir_all(place.path().join("rosters")).unwrap();
    let three = run(place.path(), "three", &scenario, &["--world", &url]);
    three.ended(12).says("the target was not clean: it knew ");
    assert!(three.violated().is_empty(), "{}", three.said());
    assert_eq!(three.summary()["verdict"], "invalid");
    assert_eq!(three.summary()["invalid"][0]["kind"], "dirty-people");
}

#[test]
fn a_world_goes_on_where_it_stopped() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    // Without its roster the second run asks for the people of the first: a twin that had forgotten them would not know.
    for (name, rosters, code) in [("one", "rosters", 0), ("two", "other-rosters", 12)] {
        let port = free_ports(4);
        let mut world = up(port, &data);
        world.line("ready; Ctrl-C stops it");
        let url = format!("http://127.0.0.1:{port}");
        let rosters = place.path().join(rosters);
        let arguments = ["--world", &url, "--rosters", rosters.to_str().unwrap()];
        run(place.path(), name, &scenario("thread.yaml"), &arguments).ended(code);
        world.signal(Signal::INT);
        assert_eq!(world.end().code(), Some(0), "{}", world.err());
    }
}

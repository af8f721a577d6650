//! Stories that aim at an edge of the rulebook act as near to it, and on the side, that the scenario says.

use std::path::Path;
use std::time::Duration;

use futures_util::FutureExt as _;
use songsinh_contract::{Chance, Clock, Purpose, Rulebook};
use songsinh_journey::Play;
use songsinh_scenario::{Edges, Scenario, Twist};

use crate::stage::{Script, Scripted};

#[test]
fn the_twists_that_wait_for_an_edge_are_those_of_the_catalogue() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/twists");
    for &twist in Twist::ALL {
        let file = folder.join(format!("{}.rs", twist.as_str().replace('-', "_")));
        let source = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{twist}: {error}"));
        assert_eq!(source.contains(".until_edge("), twist.aims(), "{twist}");
    }
}

/// The edges of a scenario file with such a line.
fn edges(line: &str) -> Edges {
    let text = format!(
        "scenario: s\nday: 2022-08-27\npeople: {{from: [Hà Nội]}}\nphases: [{{name: p, for: 1s, start: 1/s}}]\n\
         mix: [{{share: 1, journey: level1}}]\n{line}"
    );
    Scenario::parse("s.yaml", text.as_bytes()).unwrap().edges
}

/// How far before (negative) or after the edge of a life of 20 s people act, in milliseconds.
fn aimed(edges: &Edges) -> Vec<i64> {
    let (book, life) = (Rulebook::default(), Duration::from_secs(20));
    let scenario = "scenario: s\nday: 2022-08-27\npeople: {from: [Hà Nội]}\nphases: [{name: p, for: 1s, start: 1/s}]\n\
                    mix: [{share: 1, journey: level1}]\n";
    let patience = Scenario::parse("s.yaml", scenario.as_bytes()).unwrap().patience;
    let one = |nth| {
        let stage = Scripted::new(Script::Yes);
        let begun = stage.clock.now();
        let mut play = Play::new(&stage, &book, &patience, Chance::new(1, Purpose::named("test.edges"), nth), begun);
        play.edges.clone_from(edges);
        let before = play.until_edge((begun, begun), life).now_or_never().unwrap();
        let off_ms = (stage.clock.now().0 as i64 - (begun + life).0 as i64) / 1_000_000;
        assert_eq!(before, off_ms < 0, "{off_ms}");
        off_ms
    };
    (0..400).map(one).collect()
}

#[test]
fn people_act_as_near_to_the_edge_and_as_often_before_it_as_is_said() {
    let near = aimed(&edges("edges: {within: 5ms..200ms, before: 80%}"));
    assert!(near.iter().all(|off| (5..=200).contains(&off.abs())), "{near:?}");
    let before = near.iter().filter(|off| **off < 0).count();
    assert!((280..=360).contains(&before), "{before} of 400 before the edge");
    assert!(near.iter().any(|off| off.abs() < 20) && near.iter().any(|off| off.abs() > 120), "{near:?}");
    assert!(aimed(&edges("edges: {within: 1s, before: 0%}")).iter().all(|off| *off == 1_000));
    assert_eq!(aimed(&edges("")), aimed(&Edges::default()), "what is said by default is what is done by default");
}

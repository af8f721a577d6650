//! The table of the two letters: every sentence is played by a shipped scenario, and the committed page is in step.

use std::path::Path;

use songsinh_scenario::{Scenario, letters};

use crate::shipped::files;

fn shipped() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let yaml = files(&folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    yaml.map(|path| Scenario::load(&path).unwrap_or_else(|errors| panic!("{errors}"))).collect()
}

#[test]
fn no_cell_of_the_letters_table_is_empty() {
    for sentence in letters::sentences() {
        assert!(!sentence.journeys.is_empty() && !sentence.operations.is_empty() && !sentence.rules.is_empty());
    }
    let page = letters::page(&shipped());
    let rows = page.lines().filter(|line| line.starts_with("| 5101") || line.starts_with("| 487"));
    let rows: Vec<&str> = rows.collect();
    assert_eq!(rows.len(), letters::sentences().len());
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert!(cells[1..=6].iter().all(|cell| !cell.is_empty()), "{row}");
    }
}

#[test]
fn each_sentence_is_exercised_by_what_its_journeys_and_twists_are_there_for() {
    for sentence in letters::sentences() {
        let of = |journey: songsinh_scenario::Journey| {
            let own = journey.rules().iter().copied();
            own.chain(journey.twists().flat_map(|twist| twist.rules().iter().copied())).collect::<Vec<_>>()
        };
        let met: Vec<_> = sentence.journeys.iter().flat_map(|&journey| of(journey)).collect();
        let missing: Vec<_> = sentence.rules.iter().filter(|rule| !met.contains(rule)).collect();
        assert!(
            missing.is_empty(),
            "«{}» ({}): no journey or twist is there for {missing:?}",
            sentence.text,
            sentence.step
        );
    }
}

#[test]
fn the_committed_page_is_in_step() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/letters.md");
    let page = letters::page(&shipped());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, page, "run: UPDATE=1 cargo test -p songsinh-scenario letters");
}

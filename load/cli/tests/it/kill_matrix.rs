//! The kill matrix: what the README says is what the program finds now, and options do what they say.

use std::collections::BTreeMap;

use serde_json::Value;
use songsinh_national::{Quirk, Variant};

use crate::support::{Started, file, songsinh};

const BEGIN: &str = "<!-- kill-matrix:begin -->";
const END: &str = "<!-- kill-matrix:end -->";
const HINT: &str = "write it anew: cargo run --release -p songsinh-cli -- kill-matrix --seeds 100 --update README.md";

/// The rows between the markers of the README by their first word, without the back quotes.
fn committed() -> BTreeMap<String, Vec<String>> {
    let page = std::fs::read_to_string(file("README.md")).unwrap();
    let (begin, end) = (page.find(BEGIN).unwrap() + BEGIN.len(), page.find(END).unwrap());
    rows(&page[begin..end])
}

fn rows(table: &str) -> BTreeMap<String, Vec<String>> {
    let mut all = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        let name = cells[0].trim_matches('`').to_owned();
        assert!(all.insert(name, cells[1..].to_vec()).is_none(), "twice in the table: {line}");
    }
    all
}

/// Runs `kill-matrix` on the shipped scenarios and gives what it printed and said.
fn matrix(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = songsinh(["kill-matrix", "--scenarios"]);
    command.arg(file("scenarios")).args(arguments);
    let mut matrix = Started::new(&mut command);
    let code = matrix.end().code();
    (code, matrix.out(), matrix.err())
}

#[test]
fn the_table_of_the_readme_has_every_misbehaviour_and_every_right_twin_once() {
    let committed = committed();
    for quirk in Quirk::ALL {
        let row = committed.get(quirk.as_str()).unwrap_or_else(|| panic!("{quirk} is missing; {HINT}"));
        assert_eq!(row[0], format!("`{}`", quirk.breaks()), "{quirk}: {HINT}");
        assert_eq!(row.len(), 5, "{quirk}: a rule, three probabilities, and what is flagged beside; {HINT}");
        assert!(row[1..4].iter().all(|cell| !cell.is_empty()), "{quirk}: {row:?}");
    }
    let twins: Vec<&str> = std::iter::once("plain").chain(Variant::ALL.iter().map(|one| one.as_str())).collect();
    for twin in &twins {
        let row = committed.get(*twin).unwrap_or_else(|| panic!("{twin} is missing; {HINT}"));
        assert_eq!(row.len(), 3, "{twin}: scenario, answers, false alarms; {HINT}");
    }
    assert_eq!(committed.len(), Quirk::ALL.len() + twins.len(), "rows of nobody; {HINT}");
}

#[test]
fn a_sample_of_the_table_is_found_anew_as_it_stands_there() {
    let committed = committed();
    let sample = ["lockout-missing", "proof-unchecked", "qr-serves-twice"];
    let arguments = ["--probabilities", "1", "--seeds", "0", "--scenario", "smoke", "--only"];
    let (code, out, err) = matrix(&[&arguments[..], &sample[..]].concat());
    assert_eq!(code, Some(0), "{err}");
    let found = rows(&out);
    assert_eq!(found.len(), sample.len(), "{out}");
    for name in sample {
        assert!(found[name][1].starts_with("smoke, "), "{name}: {out}");
        assert_eq!(found[name][..2], committed[name][..2], "{name}: {HINT}");
    }
}

#[test]
fn a_right_twin_raises_no_alarm_and_the_number_of_jobs_changes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let asked = ["--only", "plain", "otp-reusable", "--seeds", "1", "--probabilities", "1,0.5", "--scenario", "smoke"];
    let with = |jobs: &str| {
        let json = place.path().join(format!("{jobs}.json"));
        let more = ["--operations", "0", "--jobs", jobs, "--json", json.to_str().unwrap()];
        let (code, out, err) = matrix(&[&asked[..], &more[..]].concat());
        assert_eq!(code, Some(0), "{err}");
        (out, std::fs::read_to_string(json).unwrap())
    };
    let (one, two) = (with("1"), with("2"));
    assert_eq!(one, two);
    let json: Value = serde_json::from_str(&one.1).unwrap();
    assert_eq!(json["misbehaviours"].as_array().unwrap().len(), 2);
    assert_eq!(json["misbehaviours"][0]["found"], true, "{json:#}");
    assert_eq!(json["right_twins"][0]["false_alarms"].as_array().unwrap().len(), 0, "{json:#}");
    assert!(json["right_twins"][0]["answers"].as_u64().unwrap() > 1_000, "{json:#}");
}

#[test]
fn a_page_is_written_between_its_markers_alone_and_what_cannot_be_done_is_told() {
    let place = tempfile::tempdir().unwrap();
    let page = place.path().join("page.md");
    let arguments = ["--only", "no-fsync", "--seeds", "0", "--scenario", "smoke", "--update", page.to_str().unwrap()];
    std::fs::write(&page, "no markers").unwrap();
    let (code, _, err) = matrix(&arguments);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("kill-matrix:begin"), "{err}");
    std::fs::write(&page, format!("before\n{BEGIN}\nold\n{END}\nafter\n")).unwrap();
    assert_eq!(matrix(&arguments).0, Some(0));
    let text = std::fs::read_to_string(&page).unwrap();
    assert!(text.starts_with(&format!("before\n{BEGIN}\n| misbehaviour |")), "{text}");
    assert!(text.ends_with(&format!("|\n{END}\nafter\n")) && !text.contains("old"), "{text}");
    assert!(text.contains("| `no-fsync` | `acknowledged-is-durable` | real time only |"), "{text}");
    let (code, out, err) =
        matrix(&["--only", "no-fsync", "--seeds", "0", "--json", page.join("below").to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (Some(2), ""), "the file is tried before anything is played: {err}");
    assert!(err.contains("page.md"), "{err}");
    let (code, _, err) = matrix(&["--only", "nonsense"]);
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("«nonsense» is neither"), "{err}");
    assert!(matrix(&["--only", "qr-serves-twise"]).2.contains("did you mean «qr-serves-twice»?"));
}

//! A record is judged again with the same bytes as result, on any number of threads; anything else is told.

use std::fs;
use std::path::Path;

use crate::support::{Ran, Started, run, scenario, songsinh};

/// Runs `check-record` and gives its exit code and what it said.
fn check(run: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut check = Started::new(songsinh(["check-record"]).arg(run).args(arguments));
    let code = check.end().code();
    (code, format!("{}{}", check.out(), check.err()))
}

fn twists(place: &Path, name: &str, arguments: &[&str]) -> Ran {
    let ran = run(place, name, &scenario("twists.yaml"), arguments);
    ran.ended(10);
    ran
}

#[test]
fn a_real_and_a_virtual_run_are_judged_again_alike_on_one_thread_and_two() {
    let place = tempfile::tempdir().unwrap();
    for (name, arguments) in [
        ("virtual", ["--virtual", "--misbehave", "lockout-missing"].as_slice()),
        ("real", ["--misbehave", "lockout-missing"].as_slice()),
    ] {
        let ran = twists(place.path(), name, arguments);
        let judgement = fs::read_to_string(ran.folder.join("judgement.json")).unwrap();
        assert!(judgement.contains("login-lockout"), "{judgement}");
        assert!(!judgement.contains(&place.path().display().to_string()), "a path is in it");
        for threads in ["1", "2"] {
            let (code, said) = check(&ran.folder, &["--threads", threads]);
            assert_eq!(code, Some(0), "{name}, {threads} threads: {said}");
            assert!(said.starts_with("same: ") && said.contains("answers judged again"), "{said}");
        }
        assert_eq!(check(&ran.record(), &[]).0, Some(0), "the record itself may be named");
    }
}

#[test]
fn a_changed_judgement_a_missing_one_and_a_damaged_record_are_told() {
    let place = tempfile::tempdir().unwrap();
    let ran = twists(place.path(), "run", &["--virtual", "--misbehave", "lockout-missing"]);
    let file = ran.folder.join("judgement.json");
    let whole = fs::read_to_string(&file).unwrap();
    let at = whole.find("\"violation\": ").unwrap() + "\"violation\": ".len();
    let mut changed = whole.clone();
    let digit = if &whole[at..=at] == "9" { "8" } else { "9" };
    changed.replace_range(at..=at, digit);
    fs::write(&file, &changed).unwrap();
    let (code, said) = check(&ran.folder, &[]);
    assert_eq!(code, Some(15), "{said}");
    let line = whole[..at].lines().count();
    assert!(said.contains("DIFFERS") && said.contains(&format!("line {line} in the file")), "{said}");
    fs::write(&file, whole.trim_end()).unwrap();
    assert_eq!(check(&ran.folder, &[]).0, Some(15), "a missing line end is another file");
    fs::remove_file(&file).unwrap();
    let (code, said) = check(&ran.folder, &[]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("there is no judgement") && said.contains("songsinh report"), "{said}");
    // `report` writes it anew, with the same bytes.
    let mut report = Started::new(songsinh(["report"]).arg(&ran.folder));
    assert_eq!(report.end().code(), Some(10));
    assert_eq!(fs::read_to_string(&file).unwrap(), whole);
    let mut record = fs::read(ran.record()).unwrap();
    let middle = record.len() / 2;
    record[middle] ^= 1;
    fs::write(ran.record(), &record).unwrap();
    let (code, said) = check(&ran.folder, &[]);
    assert_eq!(code, Some(12), "{said}");
    assert!(said.contains("damaged or cut off behind byte"), "{said}");
    // What is told of a part says so.
    for command in [["ticket", "1"], ["trace", "1"]] {
        let mut told = Started::new(songsinh(command).arg(&ran.folder));
        told.end();
        assert!(told.err().contains("damaged or cut off behind byte"), "{command:?}: {}", told.err());
    }
    for bytes in [b"".as_slice(), b"ten bytes.", &[0xa7; 4_096]] {
        fs::write(ran.record(), bytes).unwrap();
        let (code, said) = check(&ran.folder, &[]);
        assert!(code == Some(12) && said.contains(&ran.record().display().to_string()), "{code:?} {said}");
    }
    let (code, said) = check(&place.path().join("nowhere"), &[]);
    assert_eq!(code, Some(2), "{said}");
}

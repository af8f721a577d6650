//! Saved counterexamples are replayed whatever is checked, and hold only if their runs say so.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use songsinh_check::{Check, Property, Replays, Shrunk, junit};
use songsinh_contract::Rule;

/// A folder with the counterexample of a twin that takes codes twice, and that counterexample.
fn with_one() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let check = Check::of(Property::Otp).cases(20).misbehave("otp-reusable").saved_in(folder.path());
    let report = check.run().unwrap();
    let saved = report.counterexamples.iter().find_map(|one| one.saved.clone()).unwrap();
    assert_eq!(saved.file_name().unwrap(), "otp-single-use-1.yaml");
    (folder, saved)
}

/// The replays of a folder at the twin as it comes.
fn replayed(folder: &Path) -> Replays {
    let check = Check::of(Property::Session).saved_in(folder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(check.replay(&mut |_| {})).unwrap()
}

#[test]
fn a_replay_that_says_nothing_does_not_hold() {
    let (folder, saved) = with_one();
    let holds = replayed(folder.path());
    assert!(holds.are_covered() && holds.page() == format!("replay {}: holds\n", saved.display()), "{holds:?}");
    let text = fs::read_to_string(&saved).unwrap();
    let other = folder.path().join("qr-expires-1.yaml");
    let cases = [
        (&saved, format!("{text}must_decide: {{qr-expires: 1}}\n"), "its run is invalid: "),
        (&other, text.clone(), "qr-expires, after which it is named, was not decided"),
        (&saved, text.replace("for: 100ms, start: 10/s", "for: 1ms, start: 1/s"), "no journey was planned"),
    ];
    for (path, text, why) in cases {
        fs::remove_file(&saved).ok();
        fs::write(path, text).unwrap();
        let replays = replayed(folder.path());
        let page = replays.page();
        assert!(!replays.are_covered() && replays.played.is_empty(), "{page}");
        assert!(page.starts_with(&format!("NOT COVERED  replay {}: ", path.display())) && page.contains(why), "{page}");
        let junit = junit(&replays, &[]).unwrap();
        assert!(junit.contains(r#"errors="1""#) && junit.contains(why), "{junit}");
        let report = Check::of(Property::Otp).cases(5).saved_in(folder.path()).run().unwrap();
        assert!(report.holds() && !report.replays.are_covered(), "the same within a check");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_file_in_place_of_the_folder_is_an_error() {
    let (_folder, saved) = with_one();
    let refused = Check::of(Property::Otp).cases(1).saved_in(&saved).run().unwrap_err().to_string();
    assert!(refused.contains(&saved.display().to_string()) && refused.contains("a folder"), "{refused}");
}

#[test]
fn what_a_later_round_finds_is_found_again_by_its_command() {
    let check = || Check::of(Property::Otp).cases(1).misbehave("old-code-works");
    let long = check().seed(FIRST).length(Duration::from_secs(300)).run().unwrap();
    let one = long.counterexamples.first().unwrap();
    assert!(one.seed > FIRST, "a seed to begin with that finds nothing at once is wanted: {}", one.seed);
    let command = format!("songsinh check otp --cases 1 --seed {} --misbehave old-code-works", one.seed);
    assert!(one.again == command && one.story(songsinh_reports::Lang::En).contains(&command), "{}", one.again);
    let again = check().seed(one.seed).run().unwrap();
    assert_eq!(again.counterexamples.first().unwrap().script, one.script);
}
/// A seed whose first story does not find it.
const FIRST: u64 = 1;

#[test]
fn what_does_not_break_the_rule_alone_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..40 {
        let check = Check::of(Property::Otp).cases(60).seed(seed).misbehave("otp-reusable:0.05");
        let report = check.saved_in(folder.path()).without_replays().run().unwrap();
        for one in &report.counterexamples {
            assert_eq!(one.saved.is_none(), one.shrunk == Shrunk::NotAlone, "{}", one.rule);
            assert!(!one.record.is_empty());
        }
        if report.counterexamples.iter().any(|one| one.shrunk == Shrunk::NotAlone && one.rule == Rule::OtpSingleUse) {
            return;
        }
    }
    unreachable!("no story that chance alone made break the rule");
}

#[test]
fn the_last_seed_is_one_like_every_other() {
    let check = Check::of(Property::Otp).cases(1).seed(u64::MAX);
    assert!(check.run().unwrap().holds());
}

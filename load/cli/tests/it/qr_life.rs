//! `qr-expires` at load: two thousand scans within two seconds of the edge in one run, and the measured lifetime of a
//! twin that is right, lives a second too long, or cuts `exp` to whole seconds.

use serde_json::Value;

use crate::support::{Ran, file, number, run};

fn burst(place: &std::path::Path, name: &str, more: &[&str]) -> Ran {
    let arguments: Vec<&str> = ["--virtual"].into_iter().chain(more.iter().copied()).collect();
    run(place, name, &file("scenarios/tay-ninh-qr-burst.yaml"), &arguments)
}

/// The measured bound of a QR's life: accepted up to, refused from (ms), and the hint.
fn measured(summary: &Value) -> (f64, f64, String) {
    let bounds = summary["rules"]["qr-expires"]["bounds"].as_array().unwrap();
    let bound = bounds.iter().find(|bound| bound["limit_ms"].as_f64() == Some(60_000.0)).unwrap();
    let at = |key: &str| bound[key].as_f64().unwrap_or_else(|| panic!("{bound}"));
    (at("accepted_ms"), at("refused_ms"), bound["hint"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn two_thousand_scans_lie_within_two_seconds_of_the_edge_and_the_bracket_is_told() {
    let place = tempfile::tempdir().unwrap();
    let ran = burst(place.path(), "right", &[]);
    let summary = ran.ended(0).summary();
    assert!(number(&summary, "/rules/qr-expires/allowed") >= 2_000, "{}", summary["rules"]["qr-expires"]);
    let (accepted, refused, hint) = measured(&summary);
    assert!(
        (59_000.0..60_000.0).contains(&accepted) && (60_000.0..61_000.0).contains(&refused),
        "{accepted} {refused}"
    );
    assert_eq!(hint, "");
    let near = crate::support::scans_within(&ran.record(), 58_000, 62_000);
    assert!(near >= 2_000, "{near} scans within 2 s of the edge");
}

#[test]
fn a_life_of_61_seconds_is_told_with_its_number() {
    let place = tempfile::tempdir().unwrap();
    let ran = burst(place.path(), "longer", &["--misbehave", "qr-lives-a-second-more"]);
    assert_eq!(ran.ended(10).violated().into_iter().collect::<Vec<_>>(), ["qr-expires"]);
    let (accepted, refused, hint) = measured(&ran.summary());
    assert!(
        (60_500.0..61_000.0).contains(&accepted) && (61_000.0..61_500.0).contains(&refused),
        "{accepted} {refused}"
    );
    assert!(hint.contains("one second"), "{hint}");
    assert!(
        ran.out.lines().any(|line| line.contains("accepted to 60.") && line.contains("refused from 61.")),
        "{}",
        ran.out
    );
}

#[test]
fn an_expiry_cut_to_whole_seconds_is_told_as_such() {
    let place = tempfile::tempdir().unwrap();
    let ran = burst(place.path(), "cut", &["--misbehave", "qr-whole-seconds"]);
    assert_eq!(ran.ended(10).violated().into_iter().collect::<Vec<_>>(), ["qr-expires"]);
    let (_, refused, hint) = measured(&ran.summary());
    assert!((59_000.0..60_000.0).contains(&refused), "{refused}");
    assert!(hint.contains("whole seconds"), "{hint}");
    assert!(ran.out.lines().any(|line| line.contains("refused from 59.")), "{}", ran.out);
}

//! Quiet misbehaviours are found by random stories and shrink to a few operations, those that the README shows; the plain
//! twin breaks nothing.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::{Path, PathBuf};

use songsinh_check::{Check, Property};
use songsinh_contract::Rule;
use songsinh_scenario::Script;

/// Misbehaviour, the property that finds it, the rule that it breaks.
const QUIET: [(&str, Property, Rule); 10] = [
    ("otp-lives-twice", Property::TokenExpiry, Rule::OtpExpires),
    ("qr-lives-a-second-more", Property::TokenExpiry, Rule::QrExpires),
    ("qr-whole-seconds", Property::TokenExpiry, Rule::QrExpires),
    ("qr-serves-twice-at-once", Property::TokenExpiry, Rule::QrReplay),
    ("refresh-reusable", Property::TokenExpiry, Rule::SessionExpires),
    ("otp-reusable", Property::Otp, Rule::OtpSingleUse),
    ("old-code-works", Property::Otp, Rule::OtpSupersededByNewer),
    ("lockout-ends-early", Property::Session, Rule::LoginLockout),
    ("release-keeps-sessions", Property::DeviceBinding, Rule::DeviceReleaseEndsAccess),
    ("move-without-code", Property::DeviceBinding, Rule::AccountOneDevice),
];

#[test]
fn quiet_misbehaviours_shrink_to_eight_operations() {
    let (mut missed, mut rows) = (Vec::new(), String::new());
    let saved = tempfile::tempdir().unwrap();
    for (name, property, rule) in QUIET {
        let report = Check::of(property).cases(150).seed(1).misbehave(name).saved_in(saved.path()).without_replays();
        let report = report.run().unwrap();
        match report.counterexamples.iter().find(|one| one.rule == rule) {
            Some(one) if one.script.requests() <= 8 => rows.push_str(&row(name, property, &one.script)),
            _ => missed.push(format!("{name}:\n{}", report.page(songsinh_reports::Lang::En))),
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    // Each holds at the twin that is right, and its rule is decided there.
    let report = Check::of(Property::Otp).cases(1).saved_in(saved.path()).run().unwrap();
    assert!(report.replays.played.len() >= QUIET.len() - 1, "{:?}", report.replays);
    report.assert_holds();
    the_readme_shows(&format!("| misbehaviour | property | steps |\n| --- | --- | --- |\n{rows}"));
}

/// A row of the README's table; a step that is made several times stands there once.
fn row(name: &str, property: Property, script: &Script) -> String {
    let mut steps: Vec<(String, usize)> = Vec::new();
    for step in script.0.iter().map(ToString::to_string) {
        match steps.last_mut() {
            Some((last, times)) if *last == step => *times += 1,
            _ => steps.push((step, 1)),
        }
    }
    let steps = steps.into_iter().map(|(step, times)| if times > 1 { format!("{times} × {step}") } else { step });
    format!("| `{name}` | {} | {} |\n", property.as_str(), steps.collect::<Vec<_>>().join(" · "))
}

const BEGIN: &str = "<!-- counterexamples:begin -->\n";
const END: &str = "<!-- counterexamples:end -->";
/// When it is set, the README is written anew instead of being compared.
const UPDATE: &str = "UPDATE_README";

fn the_readme_shows(table: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (begin, end) = (page.find(BEGIN).unwrap() + BEGIN.len(), page.find(END).unwrap());
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(&path, format!("{}{table}{}", &page[..begin], &page[end..])).unwrap();
        return;
    }
    let hint = "the README shows other stories; write them anew: UPDATE_README=1 cargo test -p songsinh-check";
    assert_eq!(&page[begin..end], table, "{hint}");
}

#[test]
fn the_plain_twin_breaks_nothing() {
    for &property in Property::ALL {
        Check::of(property).cases(150).seed(2).run().unwrap().assert_holds();
    }
}

//! A server of another language and shape, judged by its profile alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Door, Ran, Service, Started, file, needs, number, run};

/// The lifetimes of the scenario, as the server is told.
const OPTIONS: [&str; 6] = ["--code-life", "6", "--resend-gap", "2", "--lock", "3"];

/// A file of the repository with changes, each of which must strike.
fn changed(from: &str, to: &Path, changes: &[(&str, &str)]) -> PathBuf {
    let mut text = std::fs::read_to_string(file(from)).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "«{old}» is not in {from}");
        text = text.replace(old, new);
    }
    std::fs::write(to, text).unwrap();
    to.to_owned()
}

/// Runs the shipped scenario, shortened, against the server with changes.
fn judged(place: &Path, changes: &[(&str, &str)]) -> Ran {
    needs("python3", "python3");
    let shorter = [
        ("targets/stand-in.yaml", "profile.yaml"),
        ("for: 10s, start: 10/s", "for: 5s, start: 12/s"),
        // As a limit it would count warnings too.
        ("  - violations = 0\n", ""),
    ];
    let scenario = changed("scenarios/stand-in-smoke.yaml", &place.join("scenario.yaml"), &shorter);
    let server = changed("scenarios/targets/stand-in/server.py", &place.join("server.py"), changes);
    let (population, gateway) = (Service::population(), Service::gateway());
    let mut command = Command::new("python3");
    command.arg(server).args(["--port", "0", "--population", &population.url, "--sms", &gateway.url]).args(OPTIONS);
    let mut server = Started::new(&mut command);
    let url = server.line("listening on ");
    let address = [("http://127.0.0.1:9790/api", url.as_str())];
    changed("scenarios/targets/stand-in.yaml", &place.join("profile.yaml"), &address);
    let door = Door::open(&population.url, &gateway.url, None);
    run(place, "run", &scenario, &["--world", &door.url])
}

#[test]
fn the_stand_in_passes_by_its_profile_alone() {
    let place = tempfile::tempdir().unwrap();
    let ran = judged(place.path(), &[]);
    let summary = ran.ended(0).summary();
    assert!(ran.violated().is_empty(), "{}", ran.said());
    assert!(number(&summary, "/journeys/completed") >= 50, "{}", ran.said());
    for rule in [
        "register-needs-population-match",
        "register-person-eligible",
        "register-one-account-per-citizen",
        "otp-attempts-limited",
        "login-needs-password",
        "login-lockout",
        "password-policy",
    ] {
        let counts = &summary["rules"][rule];
        assert!(number(counts, "/allowed") > 0 && number(counts, "/violation") == 0, "{rule}: {counts}");
    }
    // What it lacks is said, not passed.
    let not_covered = summary["not_covered"].to_string();
    for rule in ["activate-once", "device-one-account", "portrait-required"] {
        assert!(not_covered.contains(rule), "{rule} in {not_covered}");
    }
}

#[test]
fn a_stand_in_that_does_not_compare_with_the_population_is_found_out() {
    let place = tempfile::tempdir().unwrap();
    let ran = judged(place.path(), &[(r#" or answer.get("result") != "match""#, "")]);
    ran.ended(10).says("register-needs-population-match");
    assert!(ran.violated().contains("register-needs-population-match"), "{:?}", ran.violated());
}

#[test]
fn a_stand_in_that_takes_any_code_is_found_out() {
    let place = tempfile::tempdir().unwrap();
    let wrong_code = "if not secrets.compare_digest(code.encode(), challenge.code.encode()):";
    let ran = judged(place.path(), &[(wrong_code, "if False:")]);
    ran.ended(10).says("register-incomplete-leaves-nothing");
    assert!(ran.violated().contains("register-incomplete-leaves-nothing"), "{:?}", ran.violated());
}

#[test]
fn good_practice_that_a_stranger_lacks_is_a_warning() {
    let place = tempfile::tempdir().unwrap();
    let ran = judged(place.path(), &[("if tries.wrong >= self.options.login_tries:", "if False:")]);
    let summary = ran.ended(0).summary();
    assert_eq!(summary["findings"][0]["rule"], "login-lockout", "{}", ran.said());
    assert_eq!(summary["findings"][0]["fails"], false);
    assert_eq!(ran.violated().len(), 1, "{:?}", ran.violated());
}

//! Property tests over real sockets: at a twin of their own, in a world that outlives them, at a system of another shape.

use std::path::Path;
use std::process::Command;

use crate::support::{Door, Service, Started, file, free_ports, needs, songsinh};

/// What came of a check.
struct Checked {
    code: Option<i32>,
    out: String,
    err: String,
}

/// `songsinh check …` to its end, with everything that it keeps inside `place`.
fn check(place: &Path, arguments: &[&str]) -> Checked {
    let mut command = songsinh(["check"]);
    for (option, name) in [("--saved", "saved"), ("--out", "out"), ("--rosters", "rosters"), ("--junit", "junit.xml")] {
        command.arg(option).arg(place.join(name));
    }
    let mut process = Started::new(command.args(arguments));
    let code = process.end().code();
    Checked { code, out: process.out(), err: process.err() }
}

impl Checked {
    fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.out, self.err);
        self
    }
    fn says(self, text: &str) -> Self {
        assert!(self.out.contains(text) || self.err.contains(text), "«{text}» in {}{}", self.out, self.err);
        self
    }
}

#[test]
fn the_plain_twin_holds_over_http() {
    let place = tempfile::tempdir().unwrap();
    let checked = check(place.path(), &["otp", "--http", "--cases", "30", "--seed", "3"]).ended(0);
    let checked = checked.says("jumps over waits").says("30 cases").says("PASS  otp-single-use");
    assert!(!checked.out.contains("FAIL"), "{}", checked.out);
    assert!(!place.path().join("saved").exists());
    let junit = std::fs::read_to_string(place.path().join("junit.xml")).unwrap();
    assert!(junit.contains(r#"<testcase name="otp-single-use" classname="songsinh.check.otp"/>"#), "{junit}");
    assert!(junit.contains(r#"failures="0""#) && junit.contains("<skipped"), "{junit}");
}

#[test]
fn a_misbehaving_twin_is_found_out_over_http_and_its_story_replayed_first() {
    let place = tempfile::tempdir().unwrap();
    let at = |rest: &[&str]| check(place.path(), &[&["otp", "--http"], rest].concat());
    let found = at(&["--cases", "30", "--seed", "3", "--misbehave", "otp-reusable"]).ended(10);
    let found = found.says("FAIL  otp-single-use").says("shrink   otp-single-use");
    let operations = found.out.lines().find_map(|line| line.split_once(" operations (shrunk from")?.0.rsplit_once(' '));
    let operations: usize = operations.unwrap().1.parse().unwrap();
    assert!(operations <= 8, "{}", found.out);
    let saved = place.path().join("saved/otp-single-use-1.yaml");
    let text = std::fs::read_to_string(&saved).unwrap();
    assert!(text.starts_with("# Found with seed 3.\n"), "{text}");
    let script = std::fs::read_to_string(place.path().join("out/otp-single-use/out/1.sh")).unwrap();
    assert!(script.contains("curl") && script.contains("otp-single-use"), "{script}");
    let junit = std::fs::read_to_string(place.path().join("junit.xml")).unwrap();
    assert!(junit.contains(r#"failures="1""#) && junit.contains("enter registration newest"), "{junit}");

    let again = at(&["--cases", "1", "--misbehave", "otp-reusable"]).ended(10);
    let replay = format!("replay {}: FAIL otp-single-use", saved.display());
    let replayed = again.out.find(&format!("replay   {}", saved.display())).unwrap();
    assert!(replayed < again.out.find("playing").unwrap() && again.out.contains(&replay), "{}", again.out);
    at(&["--cases", "1"]).ended(0).says(&format!("replay {}: holds", saved.display()));
}

#[test]
fn checks_in_a_world_that_outlives_them_meet_fresh_people_and_its_clock() {
    let place = tempfile::tempdir().unwrap();
    let port = free_ports(4).to_string();
    let mut command = songsinh(["up", "--test-clock", "--port", &port, "--data"]);
    let mut world = Started::new(command.arg(place.path().join("world")));
    world.line("ready; ");
    let url = format!("http://127.0.0.1:{port}");
    let at = |property: &str| check(place.path(), &[property, "--world", &url, "--cases", "8"]);
    // The first moves its clock far beyond what a proof of the next one would bear.
    at("otp").ended(0).says("PASS  otp-single-use");
    let next = at("device-binding").ended(0).says("PASS  account-one-device").says("PASS  device-key-proof");
    assert!(!next.out.contains("INVALID"), "{}", next.out);
}

#[test]
fn a_target_without_a_test_clock_is_waited_for_and_what_it_lacks_is_told() {
    needs("python3", "python3");
    let place = tempfile::tempdir().unwrap();
    let (population, gateway) = (Service::population(), Service::gateway());
    let mut command = Command::new("python3");
    command.arg(file("scenarios/targets/stand-in/server.py"));
    command.args(["--port", "0", "--population", &population.url, "--sms", &gateway.url]);
    let mut server = Started::new(command.args(["--code-life", "3", "--resend-gap", "1", "--lock", "2"]));
    let lifetimes = "  otp-expires: {lifetime: 3s}\n  otp-resend-limited: {gap: 1s}\n  login-lockout: {lock: 2s}\n";
    let profile = std::fs::read_to_string(file("scenarios/targets/stand-in.yaml")).unwrap();
    let profile = profile.replace("http://127.0.0.1:9790/api", &server.line("listening on "));
    let path = place.path().join("profile.yaml");
    std::fs::write(&path, profile.replace("rulebook:\n", &format!("rulebook:\n{lifetimes}"))).unwrap();
    let door = Door::open(&population.url, &gateway.url, None);
    let at = |property: &str| {
        let target = path.to_str().unwrap();
        check(place.path(), &[property, "--target", target, "--world", &door.url, "--cases", "40", "--for", "16s"])
    };
    let otp = at("otp").ended(0).says("waits for real time").says("PASS  otp-single-use");
    let otp = otp.says("NOT COVERED  account.resend: the target lacks it: «a second registration sends a new code»");
    otp.says("stories: would wait for up to ");
    at("token-expiry").ended(12).says("no story can begin, since the target lacks officer.login: «no counters»");
}

#[test]
fn saved_stories_are_replayed_once_before_all_properties_and_must_say_something() {
    let place = tempfile::tempdir().unwrap();
    let found = check(place.path(), &["otp", "--cases", "20", "--misbehave", "otp-reusable"]).ended(10);
    found.says("again: songsinh check otp --cases 20 --seed 1 --misbehave otp-reusable");
    let saved = place.path().join("saved/otp-single-use-1.yaml");
    let replay = format!("replay {}: holds", saved.display());
    let all = check(place.path(), &["all", "--cases", "3"]).ended(0);
    assert!(all.out.starts_with(&replay) && all.out.matches(&replay).count() == 1, "{}", all.out);
    let text = std::fs::read_to_string(&saved).unwrap();
    std::fs::write(&saved, format!("{text}must_decide: {{qr-expires: 1}}\n")).unwrap();
    let all = check(place.path(), &["all", "--cases", "3"]).ended(12);
    all.says(&format!("NOT COVERED  replay {}: its run is invalid", saved.display()));
    let junit = std::fs::read_to_string(place.path().join("junit.xml")).unwrap();
    assert!(junit.contains(r#"<testsuite name="saved""#) && junit.contains(r#"errors="1""#), "{junit}");
}

#[test]
fn places_that_cannot_serve_are_told_before_anything_is_played() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    std::fs::write(&file, "kept").unwrap();
    let below = file.join("below").display().to_string();
    let of = |arguments: &[&str]| {
        let mut process = Started::new(songsinh(["check", "otp", "--cases", "1"]).args(arguments));
        (process.end().code(), process.out(), process.err())
    };
    let cases: [(&[&str], &str); 2] =
        [(&["--junit", &below], "file"), (&["--saved", file.to_str().unwrap()], "what is wanted is a folder")];
    for (arguments, text) in cases {
        let (code, out, err) = of(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{err}");
        assert!(err.contains(&file.display().to_string()) && err.contains(text), "{err}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
}

#[test]
fn options_that_do_not_fit_together_say_what_to_do() {
    let place = tempfile::tempdir().unwrap();
    let (stand_in, nowhere) = (file("scenarios/targets/stand-in.yaml"), "http://127.0.0.1:9");
    let stand_in = stand_in.to_str().unwrap();
    let cases: [(&[&str], i32, &str); 7] = [
        (&["otp", "--target", stand_in], 2, "songsinh up --no-twin --target PROFILE"),
        (&["otp", "--target", stand_in, "--world", nowhere, "--misbehave", "otp-reusable"], 2, "for the built-in twin"),
        (&["otp", "--world", nowhere, "--misbehave", "otp-reusable"], 2, "songsinh up --misbehave NAME"),
        (&["otp", "--http", "--world", nowhere], 2, "--http makes a world of its own"),
        (&["otp", "--http", "--misbehave", "no-fsync"], 2, "no-fsync shows only when the twin is killed"),
        (&["otp", "--for", "soon"], 2, "as in 30s, 5m or 1h30m"),
        (&["otp", "--world", nowhere], 2, "no world answers at http://127.0.0.1:9"),
    ];
    for (arguments, code, text) in cases {
        check(place.path(), arguments).ended(code).says(text);
    }
}

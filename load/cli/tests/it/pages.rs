//! What a user reads after a run: comparison, one person's story, explanations, tickets.

use std::path::Path;

use crate::support::{Ran, Started, file, run, scenario, songsinh};

/// What a command printed, and its exit code.
fn told<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> (Option<i32>, String) {
    let mut command = Started::new(&mut songsinh(arguments));
    let code = command.end().code();
    (code, format!("{}{}", command.out(), command.err()))
}

fn smoke(place: &Path, name: &str, arguments: &[&str]) -> Ran {
    let arguments: Vec<&str> = ["--virtual"].into_iter().chain(arguments.iter().copied()).collect();
    run(place, name, &file("scenarios/smoke.yaml"), &arguments)
}

#[test]
fn diff_names_what_is_new_and_what_is_gone() {
    let place = tempfile::tempdir().unwrap();
    let before = smoke(place.path(), "before", &[]);
    before.ended(0);
    let now = smoke(place.path(), "now", &["--misbehave", "lockout-missing"]);
    now.ended(10);
    let [before, now] = [&before.folder, &now.folder].map(|folder| folder.to_str().unwrap());

    let (code, page) = told(["diff", before, now]);
    assert_eq!(code, Some(10), "{page}");
    let new = page.to_lowercase().find("new").unwrap_or_else(|| panic!("{page}"));
    assert!(page[new..].contains("login-lockout"), "{page}");
    let (code, json) = told(["diff", "--json", before, now]);
    assert_eq!(code, Some(10), "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["new"][0]["rule"], "login-lockout", "{json}");
    let (code, page) = told(["diff", "--lang", "vi", before, now]);
    assert!(code == Some(10) && page.contains("login-lockout") && page.to_lowercase().contains("mới"), "{page}");

    let (code, page) = told(["diff", now, before]);
    assert!(code == Some(0) && page.contains("login-lockout"), "what is gone is no worse: {page}");
    let (code, page) = told(["diff", before, before]);
    assert!(code == Some(0) && !page.contains("login-lockout"), "{page}");
    let (code, said) = told(["diff", before, place.path().to_str().unwrap()]);
    assert!(code == Some(2) && said.contains("summary.json"), "{said}");
}

#[test]
fn a_known_issue_excuses_until_its_date_and_then_fails_again() {
    let place = tempfile::tempdir().unwrap();
    // An excuse ends by the calendar on the wall, whatever day the scenario plays.
    let with = |until: &str| {
        let text = std::fs::read_to_string(scenario("twists.yaml")).unwrap();
        let limits = format!(
            "known:\n  - {{rule: login-lockout, issue: DDXT-812, until: {until}}}\nlimits:\n  - started >= 99%\n"
        );
        let (text, _) = text.split_once("limits:").unwrap();
        let path = place.path().join(format!("known-{until}.yaml"));
        std::fs::write(&path, format!("{text}{limits}")).unwrap();
        run(place.path(), until, &path, &["--virtual", "--misbehave", "lockout-missing"])
    };
    for (until, fails, code) in [("2099-12-31", false, 0), ("2022-08-27", true, 10)] {
        let ran = with(until);
        let summary = ran.ended(code).says("DDXT-812").summary();
        let finding = &summary["findings"][0];
        assert_eq!(
            (finding["rule"].as_str(), finding["fails"].as_bool()),
            (Some("login-lockout"), Some(fails)),
            "{until}"
        );
    }
    let [before, now] = ["2099-12-31", "2022-08-27"].map(|until| place.path().join(until));
    let (code, page) = told(["diff".as_ref(), before.as_os_str(), now.as_os_str()]);
    assert!(code == Some(10) && page.contains("login-lockout"), "an excuse that has ended is worse: {page}");
}

#[test]
fn one_persons_story_a_ticket_and_the_words_are_told() {
    let place = tempfile::tempdir().unwrap();
    let ran = run(place.path(), "run", &scenario("twists.yaml"), &["--virtual", "--misbehave", "otp-reusable"]);
    ran.ended(10);
    let folder = ran.folder.to_str().unwrap();

    let (code, ticket) = told(["ticket", "1", folder]);
    assert_eq!(code, Some(0), "{ticket}");
    let again = "songsinh run ";
    for part in
        ["otp-single-use", "Asia/Ho_Chi_Minh", "trace ", again, "--seed 1", "out/1.sh", "2022-08-27", "Expected:"]
    {
        assert!(ticket.contains(part), "«{part}» is not in: {ticket}");
    }
    let (code, vietnamese) = told(["ticket", "1", folder, "--lang", "vi"]);
    assert!(code == Some(0) && vietnamese.contains("27/8/2022") && vietnamese.contains("Quy tắc"), "{vietnamese}");
    let (code, said) = told(["ticket", "9", folder]);
    assert!(code == Some(2) && said.contains("has no finding 9"), "{said}");
    assert_eq!(told(["ticket", "0", folder]).0, Some(2));

    // The trace id of the ticket leads to the whole story, and so does the citizen's number in it.
    let trace = ticket.split_once("trace ").unwrap().1.split_whitespace().next().unwrap();
    assert_eq!(trace.len(), 32, "{ticket}");
    let begin = &trace[..8];
    let (code, story) = told(["trace", trace, folder]);
    assert!(code == Some(0) && story.contains(begin), "{story}");
    let number = story.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 12).unwrap();
    let (code, of_number) = told(["trace", number, folder]);
    assert!(code == Some(0) && of_number.contains(begin), "{of_number}");
    assert_eq!(told(["trace", "079204000001", folder]).0, Some(2));

    for word in ["otp-single-use", "PASS", "unmapped", "does not fit"] {
        for lang in ["en", "vi"] {
            let (code, said) = told(["explain", word, "--lang", lang]);
            assert!(code == Some(0) && said.len() > 30, "{word} {lang}: {said}");
        }
    }
    let (code, said) = told(["explain", "otp-singel"]);
    assert!(code == Some(2) && said.contains("otp-single-use"), "{said}");
}

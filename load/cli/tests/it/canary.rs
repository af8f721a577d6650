//! A target that does not fit is found out by one citizen, before any load.

use std::path::{Path, PathBuf};

use crate::support::{Door, Service, file, free_ports, rulebook, run, scenario, twin};

/// Codes that a target may have been asked for before the canary gives up.
const MOST_CODES: usize = 3;

/// The built-in twin's profile with changes, as a stranger's.
fn profile(place: &Path, url: &str, changes: &[(&str, &str)]) -> PathBuf {
    let mut text = std::fs::read_to_string(file("scenarios/targets/built-in.yaml")).unwrap();
    for (from, to) in [("profile: built-in", "profile: stranger"), ("http://127.0.0.1:9703", url)].iter().chain(changes)
    {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let path = place.join("stranger.yaml");
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_target_whose_messages_go_elsewhere_is_asked_for_three_codes_at_most() {
    let place = tempfile::tempdir().unwrap();
    let scenario = scenario("thread.yaml");
    let (population, ours, elsewhere) = (Service::population(), Service::gateway(), Service::gateway());
    let twin = Service::start(&mut twin(&scenario, &population.url, &elsewhere.url));
    let door = Door::open(&population.url, &ours.url, Some((&twin.url, rulebook(&scenario))));
    let ran = run(place.path(), "run", &scenario, &["--world", &door.url]);
    ran.ended(14).says("the canary failed, so no load was made").says("no message reached our SMS gateway");
    let sent = elsewhere.messages();
    assert!((1..=MOST_CODES).contains(&sent.len()), "{sent:?}");
    assert!(ours.messages().is_empty());
}

#[test]
fn a_target_that_asks_another_population_service_gets_no_load() {
    let place = tempfile::tempdir().unwrap();
    let scenario = scenario("thread.yaml");
    let (ours, elsewhere, gateway) = (Service::population(), Service::population(), Service::gateway());
    let twin = Service::start(&mut twin(&scenario, &elsewhere.url, &gateway.url));
    let door = Door::open(&ours.url, &gateway.url, Some((&twin.url, rulebook(&scenario))));
    let ran = run(place.path(), "run", &scenario, &["--world", &door.url]);
    ran.ended(14).says("the target accepted a registration without asking our population service");
    assert!(gateway.messages().len() <= MOST_CODES, "{:?}", gateway.messages());
}

#[test]
fn a_target_that_is_not_there_is_said_to_be_so() {
    let place = tempfile::tempdir().unwrap();
    let url = format!("http://127.0.0.1:{}", free_ports(1));
    let profile = profile(place.path(), &url, &[]);
    let ran = run(place.path(), "run", &scenario("thread.yaml"), &["--target", profile.to_str().unwrap()]);
    ran.ended(13).says("the target does not answer at").says(&url).says("is it started?");
}

#[test]
fn answers_that_the_profile_does_not_explain_are_found_before_any_load() {
    let place = tempfile::tempdir().unwrap();
    let scenario = scenario("thread.yaml");
    let (population, gateway) = (Service::population(), Service::gateway());
    let twin = Service::start(&mut twin(&scenario, &population.url, &gateway.url));
    let door = Door::open(&population.url, &gateway.url, None);
    // The knock at the door is not explained; the knock is, the registration is not.
    let cases = [
        (
            "{status: 2xx, is: done}",
            "{status: 299, is: done}",
            "service.health answers 200, which no line under `answers` explains",
        ),
        (
            "{status: 2xx, is: done}",
            "{status: 200, is: done}",
            "of its answers are explained by no line under `answers`",
        ),
    ];
    for (at, (from, to, sentence)) in cases.into_iter().enumerate() {
        let profile = profile(place.path(), &twin.url, &[(from, to)]);
        let arguments = ["--world", &door.url, "--target", profile.to_str().unwrap()];
        run(place.path(), &format!("run-{at}"), &scenario, &arguments).ended(14).says(sentence);
    }
    assert!(gateway.messages().len() <= MOST_CODES, "{:?}", gateway.messages());
}

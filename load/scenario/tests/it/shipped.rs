//! Every file in `scenarios/` loads, and keeps what it promises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use songsinh_contract::Rulebook;
use songsinh_scenario::{Journey, Profile, Scenario, Twist, plan};

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "yaml"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_shipped_scenario_loads_and_plans() {
    let scenarios = files(&folder());
    assert!(scenarios.len() >= 3);
    for path in scenarios {
        let scenario = Scenario::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(path.file_stem().unwrap().to_str(), Some(&*scenario.scenario), "named as its file");
        let made = plan(&scenario, 1);
        assert!(!made.arrivals.is_empty());
        if let Some(profile) = scenario.profile_path(&path) {
            Profile::load(profile).unwrap_or_else(|errors| panic!("{errors}"));
        }
    }
}

#[test]
fn every_shipped_profile_loads() {
    for path in files(&folder().join("targets")) {
        let profile = Profile::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(path.file_stem().unwrap().to_str(), Some(&*profile.profile));
    }
    assert_eq!(Profile::built_in().unwrap(), Profile::load(folder().join("targets/built-in.yaml")).unwrap());
}

#[test]
fn the_twins_address_may_move_on_this_machine_only() {
    let profile = Profile::built_in().unwrap().with_url("app", "http://127.0.0.1:41377").unwrap();
    assert_eq!(profile.urls["app"].port(), 41377);
    assert!(profile.clone().with_url("app", "http://198.51.100.7:80").is_err());
    assert!(profile.with_url("app", "127.0.0.1").is_err());
}

/// No chip card could be expired by 2022: cards began in 2021. `expired-cards.yaml` plays that on a later day.
fn possible() -> BTreeSet<Twist> {
    let impossible = [Twist::ExpiredCard, Twist::CounterExpiredCard];
    Twist::ALL.iter().copied().filter(|one| !impossible.contains(one)).collect()
}

#[test]
fn the_opening_day_has_every_journey_and_twist_and_mostly_honest_people() {
    let scenario = Scenario::load(folder().join("tuyen-quang-opening-day.yaml")).unwrap();
    for seed in 1..4 {
        let made = plan(&scenario, seed);
        let journeys: BTreeSet<Journey> =
            made.arrivals.iter().filter(|one| one.twist.is_none()).map(|one| one.journey).collect();
        assert_eq!(journeys, Journey::ALL.iter().copied().collect());
        let twists: BTreeSet<Twist> = made.arrivals.iter().filter_map(|one| one.twist).collect();
        assert_eq!(twists, possible());
        let honest = made.arrivals.iter().filter(|one| one.twist.is_none()).count();
        assert!(honest * 10 >= made.arrivals.len() * 7);
    }
    let television = scenario.phases.iter().find(|phase| &*phase.name == "television").unwrap();
    assert!(television.start.first_per_s() >= 200.0 && television.length.as_secs() >= 30);
    assert_eq!(television.at.map(|at| at.to_string()).as_deref(), Some("19:45"));
}

#[test]
fn the_attack_day_has_every_twist_often_enough() {
    let scenario = Scenario::load(folder().join("attack-day.yaml")).unwrap();
    let made = plan(&scenario, 1);
    for twist in possible() {
        let count = made.arrivals.iter().filter(|one| one.twist == Some(twist)).count();
        assert!(count >= 50, "{twist}: {count}");
    }
}

#[test]
fn the_parts_of_the_attack_day_have_every_twist_between_them_and_more_often() {
    let often = |name: &str| -> BTreeMap<Twist, f64> {
        let made = plan(&Scenario::load(folder().join(name)).unwrap(), 1);
        let twists = made.arrivals.iter().filter_map(|one| one.twist);
        let mut counts = BTreeMap::new();
        twists.for_each(|twist| *counts.entry(twist).or_insert(0.0) += 1.0);
        counts.values_mut().for_each(|count| *count /= made.arrivals.len() as f64);
        counts
    };
    let day = often("attack-day.yaml");
    let mut seen = BTreeSet::new();
    for part in ["registration", "activation", "counters", "qr", "accounts", "utilities"] {
        for (twist, share) in often(&format!("attack-{part}.yaml")) {
            assert!(share > 3.0 * day[&twist], "{twist}: {share} of {part}, {} of the day", day[&twist]);
            assert!(seen.insert(twist), "{twist} is in two parts");
        }
    }
    assert_eq!(seen, possible());
}

#[test]
fn the_plan_page_of_the_opening_day() {
    let scenario = Scenario::load(folder().join("tuyen-quang-opening-day.yaml")).unwrap();
    let rulebook: Rulebook = scenario.rulebook(&Profile::built_in().unwrap());
    let made = plan(&scenario, 7);
    insta::assert_snapshot!(made.summary(&scenario, &rulebook).to_string());
}

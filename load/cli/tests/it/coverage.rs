//! What the shipped scenarios come to together: every rule but those of the chip and of the SMS path is decided, the
//! timed ones on both sides of their edge; and the plain twin breaks none.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use songsinh_contract::Rule;
use songsinh_scenario::{Scenario, Target};

use crate::support::{file, run};

/// Decided answers that each side of a time bound must have, in one scenario.
const SIDE: u64 = 50;
/// How near to the edge the nearest of each side must lie, in milliseconds.
const NEAR_MS: f64 = 1_000.0;

/// Rules that these scenarios cannot decide: the chip and the SMS path come later, and `approval-in-time` is reported,
/// not judged.
fn beyond() -> BTreeSet<Rule> {
    [
        Rule::CardPassiveAuthentication,
        Rule::CardActiveAuthentication,
        Rule::CardChallengeSingleUse,
        Rule::SmsBacksOff,
        Rule::SmsCarrierIsolation,
        Rule::SmsAmbiguityIsSafe,
        Rule::ApprovalInTime,
    ]
    .into_iter()
    .collect()
}

/// The summaries of all shipped scenarios of the built-in twin, by file name, each run in virtual time.
fn summaries() -> BTreeMap<String, Value> {
    let place = tempfile::tempdir().unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(file("scenarios")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    paths.sort();
    let mut summaries = BTreeMap::new();
    for path in paths {
        let scenario = Scenario::load(&path).unwrap_or_else(|errors| panic!("{errors}"));
        if scenario.target != Target::BuiltIn {
            continue;
        }
        let ran = run(place.path(), &scenario.scenario, &path, &["--virtual"]);
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        summaries.insert(name, ran.ended(0).summary());
    }
    summaries
}

fn decided(summary: &Value, rule: Rule) -> u64 {
    let count = |kind: &str| summary["rules"][rule.slug()][kind].as_u64().unwrap_or(0);
    count("allowed") + count("violation")
}

/// Whether a scenario met a timed rule on both sides: often enough, and near enough.
fn both_sides(summary: &Value, rule: Rule) -> bool {
    let bounds = summary["rules"][rule.slug()]["bounds"].as_array().cloned().unwrap_or_default();
    bounds.iter().any(|bound| {
        let limit = bound["limit_ms"].as_f64().unwrap();
        let near = |side: &str| bound[side].as_f64().is_some_and(|age| (age - limit).abs() <= NEAR_MS);
        let often = |side: &str| bound[side].as_u64().unwrap_or(0) >= SIDE;
        often("accepted") && often("refused") && near("nearest_accepted_ms") && near("nearest_refused_ms")
    })
}

#[test]
fn the_shipped_scenarios_decide_every_rule_on_both_sides() {
    let summaries = summaries();
    let names: Vec<&str> = summaries.keys().map(String::as_str).collect();
    let shipped = [
        "attack-accounts.yaml",
        "attack-activation.yaml",
        "attack-counters.yaml",
        "attack-day.yaml",
        "attack-qr.yaml",
        "attack-registration.yaml",
        "attack-utilities.yaml",
        "expired-cards.yaml",
        "office-hours.yaml",
        "smoke.yaml",
        "tay-ninh-qr-burst.yaml",
        "tuyen-quang-opening-day.yaml",
    ];
    assert_eq!(names, shipped);
    let beyond = beyond();
    let judged: Vec<Rule> = Rule::ALL.iter().copied().filter(|rule| !beyond.contains(rule)).collect();
    let never: Vec<&str> = judged
        .iter()
        .filter(|&&rule| summaries.values().all(|summary| decided(summary, rule) == 0))
        .map(|rule| rule.slug())
        .collect();
    assert!(never.is_empty(), "decided by no shipped scenario: {never:?}");
    let one_sided: Vec<String> = judged
        .iter()
        .filter(|rule| rule.is_timed())
        .filter(|&&rule| !summaries.values().any(|summary| both_sides(summary, rule)))
        .map(|rule| {
            let seen: Vec<_> =
                summaries.iter().map(|(name, summary)| (name, &summary["rules"][rule.slug()]["bounds"])).collect();
            format!("{rule}: {seen:?}")
        })
        .collect();
    assert!(one_sided.is_empty(), "no scenario meets both sides often and near enough: {one_sided:#?}");
}

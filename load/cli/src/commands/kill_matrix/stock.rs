//! The shipped scenarios for the built-in twin, in the order in which they are tried.

use std::path::Path;

use songsinh_contract::Rule;
use songsinh_scenario::Twist;

use crate::commands::files::{Loaded, load};
use crate::failure::Failure;

/// From the cheapest to the dearest, but for the two that play few twists, which come last.
const ORDER: [&str; 12] = [
    "smoke",
    "expired-cards",
    "attack-registration",
    "attack-activation",
    "attack-counters",
    "attack-qr",
    "attack-accounts",
    "attack-utilities",
    "attack-day",
    "tuyen-quang-opening-day",
    "tay-ninh-qr-burst",
    "office-hours",
];
/// The one that is tried with further seeds where none has found anything yet.
const AGAIN: &str = "attack-day";

/// Scenarios to try.
pub struct Stock {
    scenarios: Vec<(String, Loaded)>,
}

impl Stock {
    /// Loads those that were named, or all, from a folder.
    pub fn load(folder: &Path, only: &[String]) -> Result<Self, Failure> {
        let names: Vec<&str> = if only.is_empty() { ORDER.to_vec() } else { only.iter().map(String::as_str).collect() };
        let mut scenarios = Vec::new();
        for name in names {
            let path = folder.join(format!("{name}.yaml"));
            let loaded = load(&path, None)?;
            if !loaded.built_in {
                return Err(Failure::Usage(format!("{}: its target is not the built-in twin", path.display())));
            }
            scenarios.push((name.to_owned(), loaded));
        }
        Ok(Self { scenarios })
    }
    /// The cheapest one; none only where none was loaded.
    pub fn first(&self) -> Option<&(String, Loaded)> {
        self.scenarios.first()
    }
    /// What is tried for a rule: the first scenario, and those whose journeys or twists meet the rule.
    pub fn meeting(&self, rule: Rule) -> impl Iterator<Item = (&str, &Loaded)> {
        let meets = move |loaded: &Loaded| {
            loaded.scenario.mix.iter().any(|entry| match entry.twist() {
                Some(twist) => twist.rules().contains(&rule),
                None => entry.journey.rules().contains(&rule),
            })
        };
        let chosen = self.scenarios.iter().enumerate().filter(move |(nth, (_, loaded))| *nth == 0 || meets(loaded));
        chosen.map(|(_, (name, loaded))| (name.as_str(), loaded))
    }
    /// The scenario of that name; without one, the scenario that has every twist often.
    pub fn named(&self, name: Option<&str>) -> Option<(&str, &Loaded)> {
        let called = |wanted: &str| self.scenarios.iter().find(|(name, _)| name == wanted);
        let found = called(name.unwrap_or(AGAIN)).or_else(|| self.scenarios.last());
        found.map(|(name, loaded)| (name.as_str(), loaded))
    }
    /// The scenario in which the largest part of the people plays a twist; none where nobody does.
    pub fn densest(&self, twist: Twist) -> Option<&str> {
        let part = |loaded: &Loaded| {
            let mix = &loaded.scenario.mix;
            let of = |wanted: Option<Twist>| -> f64 {
                mix.iter().filter(|one| wanted.is_none() || one.twist() == wanted).map(|one| one.share.get()).sum()
            };
            of(Some(twist)) / of(None)
        };
        let parts = self.scenarios.iter().map(|(name, loaded)| (name.as_str(), part(loaded)));
        let densest = parts.filter(|one| one.1 > 0.0).reduce(|best, one| if one.1 > best.1 { one } else { best });
        densest.map(|(name, _)| name)
    }
}

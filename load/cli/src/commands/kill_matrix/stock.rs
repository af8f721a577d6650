//! The shipped scenarios for the built-in twin, in the order in which they are tried.

use std::path::Path;

use songsinh_contract::Rule;

use crate::commands::files::{Loaded, load};
use crate::failure::Failure;

/// From the cheapest to the dearest, but for the two that play few twists, which come last.
const ORDER: [&str; 6] =
    ["smoke", "expired-cards", "attack-day", "tuyen-quang-opening-day", "tay-ninh-qr-burst", "office-hours"];
/// The one that is tried with further seeds.
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
    /// What is tried for a rule, with the seed: the first scenario, those whose journeys or twists meet the rule, and
    /// further seeds of the one that has every twist often, up to `tries` runs of it.
    pub fn tries(&self, rule: Rule, tries: u64) -> Vec<(&str, &Loaded, u64)> {
        let meets = |loaded: &Loaded| {
            loaded.scenario.mix.iter().any(|entry| match entry.twist() {
                Some(twist) => twist.rules().contains(&rule),
                None => entry.journey.rules().contains(&rule),
            })
        };
        let chosen = self.scenarios.iter().enumerate().filter(|(nth, (_, loaded))| *nth == 0 || meets(loaded));
        let mut all: Vec<(&str, &Loaded, u64)> = chosen.map(|(_, (name, loaded))| (name.as_str(), loaded, 1)).collect();
        let again = self.scenarios.iter().find(|(name, _)| name == AGAIN).or_else(|| self.scenarios.last());
        if let Some((name, loaded)) = again {
            all.extend((2..=tries).map(|seed| (name.as_str(), loaded, seed)));
        }
        all
    }
}

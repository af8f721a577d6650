//! Twins that are right, in every way that is allowed: whatever is found in their runs is a false alarm.

use std::collections::BTreeMap;

use songsinh_contract::Rule;
use songsinh_national::Variant;

use super::jobs;
use super::stock::Stock;
use super::trial::Trial;
use crate::failure::Failure;
use crate::show;

/// The name of the twin as it comes.
pub const PLAIN: &str = "plain";

/// What was found of one right twin.
pub struct Row {
    /// The variant; none: the plain twin.
    pub variant: Option<Variant>,
    /// The scenario that it played.
    pub scenario: String,
    /// Answers judged over all seeds.
    pub answers: u64,
    /// Rules found broken or suspect, each with the first seed that did.
    pub alarms: BTreeMap<Rule, u64>,
    /// Reasons for which runs said nothing, and in how many.
    pub invalid: BTreeMap<&'static str, u64>,
}

impl Row {
    /// Its name.
    pub fn name(&self) -> &'static str {
        self.variant.map_or(PLAIN, Variant::as_str)
    }
}

/// Plays each twin with the seeds 1 to `seeds`.
pub fn rows(stock: &Stock, twins: &[Option<Variant>], seeds: u64, jobs: usize) -> Result<Vec<Row>, Failure> {
    let Some((scenario, loaded)) = stock.first() else { return Ok(Vec::new()) };
    if seeds == 0 {
        return Ok(Vec::new());
    }
    jobs::all(twins, jobs, |&variant| {
        let scenario = scenario.clone();
        let mut row = Row { variant, scenario, answers: 0, alarms: BTreeMap::new(), invalid: BTreeMap::new() };
        for seed in 1..=seeds {
            let variants = variant.iter().map(|one| one.as_str().to_owned()).collect();
            let outcome = Trial { loaded, seed, misbehaviours: Vec::new(), variants }.run(|_| true)?;
            row.answers += outcome.answers;
            for rule in outcome.broken.keys().chain(outcome.live.keys()).chain(&outcome.suspected) {
                row.alarms.entry(*rule).or_insert(seed);
            }
            for why in outcome.invalid {
                *row.invalid.entry(why).or_default() += 1;
            }
        }
        show::note(&format!("{:<32} {seeds} seeds, {} false alarms", row.name(), row.alarms.len()));
        Ok(row)
    })
}

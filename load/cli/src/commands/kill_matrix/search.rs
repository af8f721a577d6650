//! One misbehaviour at one probability: which scenario finds it, and after how many answers.

use std::collections::{BTreeMap, BTreeSet};

use songsinh_contract::Rule;
use songsinh_national::Quirk;

use super::stock::Stock;
use super::trial::{Outcome, Trial};
use crate::commands::files::Loaded;
use crate::failure::Failure;

/// What became of a misbehaviour.
pub struct Cell {
    /// Where it was found.
    pub found: Option<Found>,
    /// Answers judged until it was found, those of the runs that did not find it included; else of all runs.
    pub answers: u64,
    /// Runs made.
    pub runs: u64,
    /// Other rules that were found broken or suspect in these runs.
    pub beside: BTreeSet<Rule>,
    /// Whether it can show at all in virtual time.
    pub playable: bool,
}

/// Where a misbehaviour was found.
pub struct Found {
    /// The scenario.
    pub scenario: String,
    /// Its seed.
    pub seed: u64,
    /// Calls of the shortest story of that run; none where the finding is a suspicion.
    pub calls: Option<usize>,
}

/// Rules that only a whole run can break: their findings are not seen before its end.
fn is_run_wide(rule: Rule) -> bool {
    matches!(rule, Rule::OtpNeverInAnswer | Rule::NoEnumeration | Rule::OtpUnpredictable)
}

/// Whether a misbehaviour can show in virtual time: there is no disk there that could lose what was not synced.
fn is_playable(quirk: Quirk) -> bool {
    quirk != Quirk::NoFsync
}

/// Tries scenarios at every probability, in the order given, until the rule that the misbehaviour breaks is found broken.
pub fn search(stock: &Stock, quirk: Quirk, probabilities: &[f64], operations: u64) -> Result<Vec<Cell>, Failure> {
    let mut cells: Vec<Cell> = Vec::new();
    for &probability in probabilities {
        let home = cells.iter().find_map(|cell| cell.found.as_ref()).map(|found| found.scenario.clone());
        let mut cell = Cell { found: None, answers: 0, runs: 0, beside: BTreeSet::new(), playable: is_playable(quirk) };
        if cell.playable {
            let misbehaviour = format!("{quirk}:{probability}");
            find(stock, quirk.breaks(), &misbehaviour, home.as_deref(), operations, &mut cell)?;
        }
        cells.push(cell);
    }
    Ok(cells)
}

/// Every scenario that meets the rule once, then further seeds of `home`, up to so many answers.
fn find(
    stock: &Stock,
    rule: Rule,
    misbehaviour: &str,
    home: Option<&str>,
    operations: u64,
    cell: &mut Cell,
) -> Result<(), Failure> {
    for (name, loaded) in stock.meeting(rule) {
        if play(rule, misbehaviour, (name, loaded, 1), cell)? {
            return Ok(());
        }
    }
    let Some((name, loaded)) = stock.again(home) else { return Ok(()) };
    let mut seed = 2;
    while cell.answers < operations && !play(rule, misbehaviour, (name, loaded, seed), cell)? {
        seed += 1;
    }
    Ok(())
}

/// Plays a scenario at a seed. Returns whether the rule was found broken.
fn play(
    rule: Rule,
    misbehaviour: &str,
    (name, loaded, seed): (&str, &Loaded, u64),
    cell: &mut Cell,
) -> Result<bool, Failure> {
    let trial = Trial { loaded, seed, misbehaviours: vec![misbehaviour.to_owned()], variants: Vec::new() };
    let outcome = trial.run(|live| is_run_wide(rule) || live.contains_key(&rule))?;
    cell.runs += 1;
    let others = outcome.broken.keys().chain(outcome.live.keys()).chain(&outcome.suspected);
    cell.beside.extend(others.filter(|other| **other != rule));
    let (answers, found) = look(&outcome, rule);
    cell.answers += answers;
    let Some(calls) = found else {
        // A run in which nobody was answered brings the search no further.
        cell.answers += u64::from(answers == 0);
        return Ok(false);
    };
    cell.found = Some(Found { scenario: name.to_owned(), seed, calls });
    Ok(true)
}

/// Answers judged until the rule was found broken or suspect, or all; and if so, the calls of its shortest story.
fn look(outcome: &Outcome, rule: Rule) -> (u64, Option<Option<usize>>) {
    let broken: &BTreeMap<Rule, usize> = &outcome.broken;
    if let Some(calls) = broken.get(&rule) {
        return (outcome.live.get(&rule).copied().unwrap_or(outcome.answers), Some(Some(*calls)));
    }
    (outcome.answers, outcome.suspected.contains(&rule).then_some(None))
}

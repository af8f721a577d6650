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
    /// The scenario in which most people play what showed it.
    pub home: String,
}

/// Rules that only a whole run can break: their findings are not seen before its end.
fn is_run_wide(rule: Rule) -> bool {
    matches!(rule, Rule::OtpNeverInAnswer | Rule::NoEnumeration | Rule::OtpUnpredictable)
}

/// Whether a misbehaviour can show in virtual time: there is no disk there that could lose what was not synced.
fn is_playable(quirk: Quirk) -> bool {
    quirk != Quirk::NoFsync
}

/// Tries scenarios at every probability until the rule that the misbehaviour breaks is found broken.
pub fn search(stock: &Stock, quirk: Quirk, probabilities: &[f64], operations: u64) -> Result<Vec<Cell>, Failure> {
    let mut cells: Vec<Cell> = Vec::new();
    for &probability in probabilities {
        let home = cells.iter().find_map(|cell| cell.found.as_ref()).map(|found| found.home.clone());
        let mut cell = Cell { found: None, answers: 0, runs: 0, beside: BTreeSet::new(), playable: is_playable(quirk) };
        if cell.playable {
            let wanted = Wanted { stock, rule: quirk.breaks(), misbehaviour: format!("{quirk}:{probability}") };
            wanted.find(home.as_deref(), operations, &mut cell)?;
        }
        cells.push(cell);
    }
    Ok(cells)
}

/// What is looked for.
struct Wanted<'s> {
    stock: &'s Stock,
    rule: Rule,
    /// As on the command line.
    misbehaviour: String,
}

impl Wanted<'_> {
    /// Plays up to so many answers. Where it was never found, every scenario that meets the rule is played once, then
    /// further seeds of the one that has every twist. Where it is known which scenario has most of it, its `home`, half
    /// of the answers are that one's, before the others are tried once.
    fn find(&self, home: Option<&str>, operations: u64, cell: &mut Cell) -> Result<(), Failure> {
        let mut seed = 1;
        let Some((at_home, loaded)) = self.stock.named(home) else { return Ok(()) };
        let mut others: Vec<(&str, &Loaded)> = self.stock.meeting(self.rule).collect();
        if home.is_some() {
            others.retain(|other| other.0 != at_home);
            // The first is the cheapest.
            if !others.is_empty() && self.play(others.remove(0), 1, cell)? {
                return Ok(());
            }
            while cell.answers < operations / 2 {
                if self.play((at_home, loaded), seed, cell)? {
                    return Ok(());
                }
                seed += 1;
            }
        }
        for other in others {
            if other.0 == at_home {
                seed = 2;
            }
            if self.play(other, 1, cell)? {
                return Ok(());
            }
        }
        while cell.answers < operations && !self.play((at_home, loaded), seed, cell)? {
            seed += 1;
        }
        Ok(())
    }

    /// Plays a scenario at a seed. Returns whether the rule was found broken.
    fn play(&self, (name, loaded): (&str, &Loaded), seed: u64, cell: &mut Cell) -> Result<bool, Failure> {
        let rule = self.rule;
        let trial = Trial { loaded, seed, misbehaviours: vec![self.misbehaviour.clone()], variants: Vec::new() };
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
        let densest = outcome.twists.get(&rule).and_then(|twist| self.stock.densest(*twist));
        let home = densest.unwrap_or(name).to_owned();
        cell.found = Some(Found { scenario: name.to_owned(), seed, calls, home });
        Ok(true)
    }
}

/// Answers judged until the rule was found broken or suspect, or all; and if so, the calls of its shortest story.
fn look(outcome: &Outcome, rule: Rule) -> (u64, Option<Option<usize>>) {
    let broken: &BTreeMap<Rule, usize> = &outcome.broken;
    if let Some(calls) = broken.get(&rule) {
        return (outcome.live.get(&rule).copied().unwrap_or(outcome.answers), Some(Some(*calls)));
    }
    (outcome.answers, outcome.suspected.contains(&rule).then_some(None))
}

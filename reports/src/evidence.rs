//! What stands behind a finding in the record: the whole cell of its shortest story.
//!
//! Not here: the story in words (`story`), the calls as a script (`songsinh-target`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use songsinh_contract::{CellFacts, CellId, Observation, PhoneNumber, Rule, SmsEvent};
use songsinh_record::{Frame, Reader};

use crate::error::ReportError;
use crate::report::Report;

/// The cell in which a rule was broken in the fewest steps.
#[derive(Debug)]
pub struct Evidence {
    /// The rule.
    pub rule: Rule,
    /// Who was there.
    pub facts: Box<CellFacts>,
    /// Every call of the cell, in the order of sending.
    pub calls: Vec<Observation>,
    /// Every message to a phone of the cell.
    pub messages: Vec<SmsEvent>,
    /// The calls that show it, by `seq`.
    pub story: BTreeSet<u32>,
    /// The one of them that was answered wrongly.
    pub wrong: u32,
}

#[derive(Default)]
struct Cell {
    facts: Option<Box<CellFacts>>,
    calls: Vec<Observation>,
    messages: BTreeMap<u64, SmsEvent>,
}

/// The evidence of every finding, in the order of [`Report::findings`]; none where the record does not have the cell.
///
/// # Errors
/// When the file is no record of this version.
pub fn evidence(record: &Path, report: &Report) -> Result<Vec<Option<Evidence>>, ReportError> {
    let groups = &report.judgement.findings;
    let wanted: BTreeSet<CellId> = groups.iter().map(|group| group.shortest.cell).collect();
    let mut cells: BTreeMap<CellId, Cell> = BTreeMap::new();
    if !wanted.is_empty() {
        let mut phones: BTreeMap<PhoneNumber, BTreeSet<CellId>> = BTreeMap::new();
        for frame in Reader::open(record)?.map_while(Result::ok) {
            match frame {
                Frame::Cell(facts) if wanted.contains(&facts.cell) => {
                    let cell = facts.cell;
                    for phone in &facts.phones {
                        phones.entry(*phone).or_default().insert(cell);
                    }
                    cells.entry(cell).or_default().facts = Some(facts);
                }
                Frame::Observation(seen) if wanted.contains(&seen.cell) => {
                    cells.entry(seen.cell).or_default().calls.push(*seen);
                }
                Frame::Sms(event) => {
                    for cell in phones.get(&event.to).into_iter().flatten() {
                        cells.entry(*cell).or_default().messages.insert(event.id, event.clone());
                    }
                }
                _ => {}
            }
        }
    }
    let of = |rule: Rule| {
        let shortest = &groups.iter().find(|group| group.rule == rule)?.shortest;
        let cell = cells.get(&shortest.cell)?;
        let mut calls = cell.calls.clone();
        calls.sort_by_key(|seen| seen.seq);
        Some(Evidence {
            rule,
            facts: cell.facts.clone()?,
            calls,
            messages: cell.messages.values().cloned().collect(),
            story: shortest.story.iter().copied().chain([shortest.seq]).collect(),
            wrong: shortest.seq,
        })
    };
    Ok(report.findings.iter().map(|view| of(view.rule)).collect())
}

//! Journey 8: only the citizen's own papers, true to the registers.

use songsinh_contract::{Paper, PaperKind, Reason, Rule};

use super::is_new;
use crate::cell::{Cell, Step};
use crate::guards::{FindingKindCopy, Guards, NOBODY};
use crate::model::State;
use crate::time::Tri;

const RULE: Rule = Rule::WalletOwnDocumentsOnly;

/// Whether a paper of that number is the member's by the register; unknown where the facts do not reach.
fn own(cell: &Cell<'_>, member: u8, kind: PaperKind, number: &str) -> Tri {
    let holdings = &cell.facts.members[usize::from(member)].holdings;
    match holdings.paper(kind) {
        Some(paper) => Tri::of(&*paper.number == number),
        // Facts that name papers name all of them.
        None if !holdings.papers.is_empty() || others(cell, member, kind, number) => Tri::Broken,
        None => Tri::Unknown,
    }
}

/// Whether the paper is another member's.
fn others(cell: &Cell<'_>, member: u8, kind: PaperKind, number: &str) -> bool {
    let others = cell.facts.members.iter().enumerate().filter(|(at, _)| *at != usize::from(member));
    others.filter_map(|(_, m)| m.holdings.paper(kind)).any(|paper| &*paper.number == number)
}

/// `wallet.add`.
pub(super) fn add(cell: &Cell<'_>, step: &Step<'_>, member: u8, kind: PaperKind, number: &str, guards: &mut Guards) {
    guards.add(RULE, own(cell, member, kind, number), &[Reason::PaperUnknown]);
    for paper in step.observation.outcome.values().into_iter().flat_map(|v| &v.papers) {
        told(cell, member, paper, kind, true, guards);
    }
}

/// A paper in an answer: another citizen's is a leak, an untrue one breaks the rule.
fn told(cell: &Cell<'_>, member: u8, paper: &Paper, kind: PaperKind, whole: bool, guards: &mut Guards) {
    let foreign =
        others(cell, member, paper.kind, &paper.number) && own(cell, member, paper.kind, &paper.number) != Tri::Holds;
    if foreign || (whole && paper.holder != cell.person(member).number) {
        guards.told(Rule::NoPersonalDataLeak, Tri::Broken, FindingKindCopy::Leak);
        return;
    }
    let register = cell.facts.members[usize::from(member)].holdings.paper(paper.kind);
    let equal = match register {
        _ if paper.kind != kind => Tri::Broken,
        None => Tri::Unknown,
        Some(true_one) if whole => Tri::of(true_one == paper),
        Some(true_one) => Tri::of(true_one.number == paper.number),
    };
    guards.told(RULE, equal, FindingKindCopy::Untrue);
}

/// `wallet.list`.
pub(super) fn list(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let Some(values) = step.observation.outcome.values() else { return };
    for paper in &values.papers {
        told(cell, member, paper, paper.kind, false, guards);
    }
    for held in state.utilities.wallet.iter().filter(|h| h.member == member) {
        let there = values.papers.iter().any(|p| p.kind == held.kind && p.number == held.number);
        guards.told(Rule::AcknowledgedIsDurable, Tri::of(there), FindingKindCopy::Untrue).from(held.ix);
    }
}

/// `wallet.show`.
pub(super) fn show(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, kind: PaperKind, guards: &mut Guards) {
    let held = state.utilities.wallet.iter().find(|h| h.member == member && h.kind == kind);
    let there = match held {
        Some(_) => Tri::Holds,
        None if is_new(cell, member) => Tri::Broken,
        None => Tri::Unknown,
    };
    guards.add(RULE, there, &[Reason::PaperUnknown]).from(held.map_or(NOBODY, |h| h.ix.into()));
    if let Some(paper) = step.observation.outcome.values().and_then(|v| v.papers.first()) {
        told(cell, member, paper, kind, true, guards);
    }
}

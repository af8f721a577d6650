//! Journey 3: the card's printed QR, the portrait, the application.

use songsinh_contract::{CardState, Level, Person, Portrait, PrintedCard, Reason, Rule, Token, names_match};

use super::session::live;
use super::{FindingKindCopy, Guards};
use crate::cell::{Cell, Step};
use crate::model::{Approval, Filing, State};
use crate::time::Tri;

/// `level1.read-card`.
pub(super) fn read(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    printed: &PrintedCard,
    nfc: bool,
    guards: &mut Guards,
) {
    let Some(member) = live(cell, state, step, Rule::Level1NeedsLogin, guards) else { return };
    let person = cell.person(member);
    let own = belongs(printed, person);
    guards.add(Rule::CardBelongsToCitizen, own, &[Reason::CardNotOwn]);
    if own != Tri::Broken {
        in_force(cell, step, printed, person, guards);
    }
    guards.add(Rule::CardQrOnlyWithoutNfc, Tri::of(!nfc), &[Reason::ChipWanted]);
    not_filed(cell, state, step, member, guards);
    if let Some(shown) = step.observation.outcome.values().and_then(|v| v.shown.as_ref()) {
        let equal = shown.number.is_none_or(|n| n == printed.number)
            && shown.name.as_deref().is_none_or(|n| names_match(n, &printed.name))
            && shown.born.is_none_or(|b| b == printed.born || person.born.admits(b))
            && shown.sex.is_none_or(|s| s == printed.sex);
        guards.told(Rule::CardDataShownIsTrue, Tri::of(equal), FindingKindCopy::Untrue);
    }
}

/// The card is the person's by number, name, birth and sex. Whether the rest of the print is compared is nowhere said.
pub(super) fn belongs(printed: &PrintedCard, person: &Person) -> Tri {
    if printed.number != person.number || !person.matches(&printed.name, printed.born, printed.sex) {
        return Tri::Broken;
    }
    let whole = printed.old_number == person.old_number && names_match(&printed.address, &person.address);
    if whole { Tri::Holds } else { Tri::Unknown }
}

/// The card is of this issue and valid on the day.
pub(super) fn in_force(cell: &Cell<'_>, step: &Step<'_>, printed: &PrintedCard, person: &Person, guards: &mut Guards) {
    let serves = |at| {
        let day = cell.settings.day(at);
        person.card.is_some_and(|card| card.state_on(day) == CardState::InForce && card.issued == printed.issued)
    };
    let tri = match (serves(step.observation.sent), serves(step.observation.done)) {
        (true, true) => Tri::Holds,
        (false, false) => Tri::Broken,
        _ => Tri::Unknown,
    };
    guards.add(Rule::CardNotRevokedOrExpired, tri, &[Reason::CardNotInForce]);
}

/// No application of this citizen waits or was approved.
fn not_filed(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let filed = state.applied(member, Level::One).map_or(super::NOBODY, |a| a.ix);
    let reasons = [Reason::ApplicationExists, Reason::StepOutOfOrder];
    let counter = state.approval(cell, member, Level::Two, step.span);
    match state.approval(cell, member, Level::One, step.span) {
        // Whether level 1 is asked for beside level 2 is left open.
        Approval::NotFiled if matches!(counter, Approval::Open | Approval::Approved) => {
            guards.open(Rule::StepsInOrder);
        }
        Approval::NotFiled => {
            guards.add(Rule::StepsInOrder, Tri::Holds, &reasons);
        }
        Approval::Rejected => guards.open(Rule::StepsInOrder),
        // An officer or the clerk may have rejected it.
        Approval::Open if state.applied(member, Level::One).is_some_and(|a| state.may_be_rejected(cell, a)) => {
            guards.open(Rule::StepsInOrder);
        }
        Approval::Open | Approval::Approved => {
            guards.add(Rule::StepsInOrder, Tri::Broken, &reasons).from(filed);
        }
    }
}

/// The application of a handle, if it is this session's to use.
fn known<'s>(state: &'s State, member: u8, handle: &Token, guards: &mut Guards) -> Option<&'s Filing> {
    let filing = state.filing(handle).filter(|f| f.member == member);
    if filing.is_none() {
        let reasons = [Reason::HandleUnknown, Reason::StepOutOfOrder];
        guards.add(Rule::StepsInOrder, Tri::Broken, &reasons);
    }
    let newest = state.filings.iter().rev().find(|f| f.member == member);
    if filing.is_some() && newest.map(|f| f.handle) != filing.map(|f| f.handle) {
        guards.open(Rule::StepsInOrder);
    }
    filing
}

/// `level1.portrait`.
pub(super) fn portrait(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    portrait: Option<Portrait>,
    guards: &mut Guards,
) {
    let Some(member) = live(cell, state, step, Rule::Level1NeedsLogin, guards) else { return };
    let Some(filing) = known(state, member, handle, guards) else { return };
    let reasons = [Reason::StepOutOfOrder, Reason::ApplicationExists];
    guards.add(Rule::StepsInOrder, Tri::of(!filing.submitted), &reasons).from(filing.ix);
    if filing.portrait {
        guards.open(Rule::StepsInOrder);
    }
    let Some(picture) = portrait else {
        guards.add(Rule::PortraitRequired, Tri::Broken, &[Reason::PortraitMissing]);
        return;
    };
    guards.add(Rule::PortraitRequired, Tri::Holds, &[Reason::PortraitMissing]);
    let matches = picture.matches(cell.person(member).portrait);
    if cell.book.portrait_must_match {
        guards.add(Rule::PortraitMatches, Tri::of(matches), &[Reason::PortraitDiffers]);
    } else if !matches {
        guards.open(Rule::PortraitMatches);
    }
}

/// `level1.submit`.
pub(super) fn submit(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    no_email: bool,
    guards: &mut Guards,
) {
    let Some(member) = live(cell, state, step, Rule::Level1NeedsLogin, guards) else { return };
    let Some(filing) = known(state, member, handle, guards) else { return };
    if no_email {
        guards.add(Rule::EmailOptional, Tri::Holds, &[Reason::Malformed]);
    } else {
        guards.open(Rule::EmailOptional);
    }
    let reasons = [Reason::PortraitMissing, Reason::StepOutOfOrder];
    guards.add(Rule::PortraitRequired, Tri::of(filing.portrait), &reasons).from(filing.ix);
    not_filed(cell, state, step, member, guards);
}

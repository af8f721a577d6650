//! Journey 7: the switch, tickets for QR codes, scans.
//!
//! ```text
//!        qr.mint                                   qr.scan
//! --sent|=======|done------------------------sent|=========|done-->
//!    the ticket was born in here               it was judged in here
//!    least age: sent of the scan − done of the mint; greatest: done of the scan − sent of the mint
//! ```
//!
//! Invariant: what a QR is called is judged too: a fake one is fake, a late one expired. Where a QR is two of these, or
//! may be, each of its names stands.

use songsinh_contract::{Digest, Operation as Op, Portrait, QrFlaw, QrReplay, Reason, Rule, ShownQr};

use super::session::live;
use super::{FindingKindCopy, Guards};
use crate::cell::{Cell, Step};
use crate::model::State;
use crate::model::qr::{Ticket, Void, same, standing};
use crate::time::Tri;
use crate::{Bound, Tolerance};

/// The conditions of an operation of this group.
pub(super) fn ask(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    match &step.observation.call.operation {
        Op::QrSwitch { .. } => {
            let Some(member) = live(cell, state, step, Rule::QrNeedsSwitch, guards) else { return };
            if state.at_level2(member) != Tri::Holds {
                // Whether the switch is there below level 2 is left open.
                guards.add(Rule::QrNeedsLevel2, Tri::Unknown, &[Reason::Level2Wanted, Reason::NotActivated]);
            }
        }
        Op::QrMint => mint(cell, state, step, guards),
        Op::QrScan { qr } => scan(cell, state, step, qr, guards),
        _ => {}
    }
}

/// An account that is activated at level 2.
fn level2(state: &State, member: u8, rule: Rule, guards: &mut Guards) {
    let origin = state.account(member).and_then(|a| a.active).map_or(super::NOBODY, |b| b.ix);
    guards.add(rule, state.at_level2(member), &[Reason::Level2Wanted, Reason::NotActivated]).from(origin);
}

fn mint(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    let Some(member) = live(cell, state, step, Rule::QrNeedsLevel2, guards) else { return };
    level2(state, member, Rule::QrNeedsLevel2, guards);
    let (on, origin) = match state.qr_switch(cell, member) {
        Some((on, ix)) => (Tri::of(on), ix),
        None => (Tri::Unknown, super::NOBODY),
    };
    guards.add(Rule::QrNeedsSwitch, on, &[Reason::SwitchOff]).from(origin);
}

/// Whether the call may scan at all: for answers that are no verdict.
pub(crate) fn may_scan(cell: &Cell<'_>, state: &State, step: &Step<'_>) -> bool {
    let mut guards = Guards::default();
    scanner(cell, state, step, &mut guards).is_some() && guards.list.iter().all(|g| g.tri == Tri::Holds)
}

/// The official who scans. None: nothing of this call is judged further.
fn scanner(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) -> Option<u8> {
    let rule = Rule::QrOfficialNeedsLevel2;
    let caller = &step.observation.call.caller;
    let elsewhere = state.session(caller).is_none() && caller.session.is_some();
    let own = cell.member_indexed(step.observation.member);
    if let Some(member) = own.filter(|&m| elsewhere && standing(cell, m).is_some_and(|s| s.bound.is_some())) {
        // An official who logged in before the cell began.
        guards.add(rule, Tri::Unknown, &[Reason::SessionMissing, Reason::SessionExpired]);
        return Some(member);
    }
    let member = live(cell, state, step, rule, guards)?;
    level2(state, member, rule, guards);
    Some(member)
}

fn scan(cell: &Cell<'_>, state: &State, step: &Step<'_>, qr: &ShownQr, guards: &mut Guards) {
    let Some(official) = scanner(cell, state, step, guards) else { return };
    let ticket = qr.ticket.as_ref().and_then(|token| state.ticket(token)).copied();
    if let Some(flaw) = qr.flaw {
        return flawed(cell, state, step, official, flaw, ticket.as_ref(), guards);
    }
    let Some(ticket) = ticket else {
        // Nothing is wrong with it, and nobody knows where it comes from.
        guards.add(Rule::QrFakeIsSaidFake, Tri::Unknown, &[]);
        return;
    };
    if qr.photographed {
        guards.add(Rule::QrFakeIsSaidFake, Tri::Unknown, &[Reason::QrFake]).from(ticket.ix);
    }
    if ticket.member == official {
        guards.add(Rule::QrSelfScanRefused, Tri::Broken, &[Reason::SelfScan]).from(ticket.ix);
    }
    device(state, &ticket, guards);
    expires(cell, step, &ticket, guards);
    void(&ticket, guards);
    if let (Some(ix), QrReplay::Once) = (ticket.used, cell.book.qr_replay) {
        guards.add(Rule::QrReplay, Tri::Broken, &[Reason::QrUsed]).from(ix).named = true;
    } else if let Some(ix) = ticket.used {
        guards.add(Rule::QrReplay, Tri::Holds, &[Reason::QrUsed]).from(ix);
    } else if let Some(ix) = ticket.spoiled {
        guards.add(Rule::QrReplay, Tri::Unknown, &[Reason::QrUsed]).from(ix);
    }
    truth(cell, step, &ticket, guards);
}

/// A QR that is not what the bound device made.
fn flawed(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    official: u8,
    flaw: QrFlaw,
    ticket: Option<&Ticket>,
    guards: &mut Guards,
) {
    let rule = match flaw {
        QrFlaw::OtherDevice | QrFlaw::UnknownKey => Rule::QrBoundToDevice,
        _ => Rule::QrFakeIsSaidFake,
    };
    let origin = ticket.map_or(super::NOBODY, |t| t.ix);
    let mut of_it = Guards::default();
    if let Some(ticket) = ticket {
        device(state, ticket, &mut of_it);
        void(ticket, &mut of_it);
        expires(cell, step, ticket, &mut of_it);
    }
    // What is fake and late, used or replaced besides may be called either.
    let sound = of_it.list.iter().all(|g| g.tri == Tri::Holds) && ticket.is_none_or(|t| t.used.or(t.spoiled).is_none());
    let own = ticket.is_some_and(|t| t.member == official);
    guards.add(rule, Tri::Broken, &[Reason::QrFake]).from(origin).named = sound && !own;
}

/// The account is still active at level 2 on the device that made the QR.
fn device(state: &State, ticket: &Ticket, guards: &mut Guards) {
    let Some(account) = state.account(ticket.member) else { return };
    if same(account.active, ticket.by) {
        return;
    }
    let (rule, origin) = match (account.active, account.freed) {
        (None, Some(freed)) => (freed.rule, freed.ix.into()),
        (Some(now), _) => (Rule::QrBoundToDevice, now.ix),
        (None, None) => (Rule::DeviceReleaseEndsAccess, ticket.ix),
    };
    guards.add(rule, Tri::Broken, &[Reason::QrFake]).from(origin);
}

/// The ticket was voided; the switch voids tickets only where the rulebook says so.
fn void(ticket: &Ticket, guards: &mut Guards) {
    match ticket.void {
        Some(Void::Replaced(ix)) => {
            guards.add(Rule::QrNewReplacesOld, Tri::Broken, &[Reason::QrReplaced]).from(ix).named = true;
        }
        Some(Void::SwitchedOff(ix)) => {
            let reasons = [Reason::QrReplaced, Reason::SwitchOff];
            guards.add(Rule::QrNeedsSwitch, Tri::Broken, &reasons).from(ix);
        }
        None => {}
    }
}

fn expires(cell: &Cell<'_>, step: &Step<'_>, ticket: &Ticket, guards: &mut Guards) {
    let rule = Rule::QrExpires;
    let ms = |span: std::time::Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let run = cell.settings.tolerance(rule);
    let tolerance = Tolerance {
        early_ms: run.early_ms.max(ms(cell.book.qr_early)),
        late_ms: run.late_ms.max(ms(cell.book.qr_late)),
    };
    let age = step.span.age_since(ticket.born);
    let alive = age.below(cell.book.qr_lifetime, tolerance);
    let guard = guards.add(rule, alive, &[Reason::QrExpired]).from(ticket.ix);
    guard.at(Bound::QrLife, cell.book.qr_lifetime, age).named = true;
}

/// What the official is shown is the citizen's own data.
fn truth(cell: &Cell<'_>, step: &Step<'_>, ticket: &Ticket, guards: &mut Guards) {
    let Some(shown) = step.observation.outcome.values().and_then(|v| v.shown.as_ref()) else { return };
    let person = cell.person(ticket.member);
    // The register's picture is the first of the face.
    let picture = || Digest::of(Portrait { shot: 0, ..person.portrait }.to_string().as_bytes());
    let own = person.is_shown(shown) && shown.portrait.is_none_or(|p| p == picture());
    guards.told(Rule::QrResultIsTrue, Tri::of(own), FindingKindCopy::Untrue).from(ticket.ix);
}

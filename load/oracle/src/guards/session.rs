//! Sessions, and what the account's own page tells.

use songsinh_contract::{AccountState, Activation, Application, Level, ProofShown, Reason, Rule};

use super::{FindingKindCopy, Guards};
use crate::Bound;
use crate::cell::{Cell, Step};
use crate::model::{Account, Approval, Purpose, Session, State};
use crate::time::{Age, Tri};

/// The session of the call: there, alive, shown by its device, proven where that is due. Gives its owner.
pub(super) fn live(cell: &Cell<'_>, state: &State, step: &Step<'_>, without: Rule, guards: &mut Guards) -> Option<u8> {
    let caller = &step.observation.call.caller;
    let missing = [Reason::SessionMissing, Reason::SessionExpired];
    let session = shown(cell, state, step, without, &missing, guards)?;
    if session.officer {
        guards.add(without, Tri::Broken, &missing).from(session.ix);
        return None;
    }
    let account = state.account(session.member).copied()?;
    if account.dirty {
        guards.open(without);
        return None;
    }
    guards.add(without, Tri::Holds, &[]).from(session.ix);
    if !alive(cell, step, session, guards) {
        return None;
    }
    match account.active {
        Some(bound) if bound.device == caller.device => super::login::proof(step, bound.key, bound.ix, guards),
        Some(_) => guards.open(Rule::AccountOneDevice),
        None if caller.proof != ProofShown::Own => guards.open(Rule::DeviceKeyProof),
        None => {}
    }
    Some(session.member)
}

/// A call without session from a phone that some account is bound to, without the proof of its key: whether that stops
/// it is left open.
pub(super) fn gate(state: &State, step: &Step<'_>, guards: &mut Guards) {
    let caller = &step.observation.call.caller;
    let bound = || state.accounts.iter().filter_map(|a| a.active).filter(|b| b.device == caller.device);
    if caller.proof != ProofShown::Own || bound().any(|b| b.key != caller.key) {
        let proofs = [Reason::ProofMissing, Reason::ProofForeign, Reason::ProofStale, Reason::ProofReplayed];
        guards.open_for(step, Rule::DeviceKeyProof, &proofs);
    }
}

/// The session of the call, if this cell knows it.
pub(super) fn shown<'s>(
    cell: &Cell<'_>,
    state: &'s State,
    step: &Step<'_>,
    without: Rule,
    missing: &[Reason],
    guards: &mut Guards,
) -> Option<&'s Session> {
    let caller = &step.observation.call.caller;
    let found = state.session(caller);
    if found.is_none() {
        // A session that an earlier story left to the phone.
        let left = caller.session.as_ref().is_some_and(|t| cell.goes_on() && !cell.gave_session(t));
        if left {
            guards.open(without);
        } else {
            guards.add(without, Tri::Broken, missing);
        }
    }
    found
}

/// How long the session was not used.
pub(super) fn idle_age(step: &Step<'_>, session: &Session) -> Age {
    Age {
        min_ns: step.span.lo.0.saturating_sub(session.maybe_used.0),
        max_ns: step.span.hi.0.saturating_sub(session.used.0),
    }
}

/// The session was not ended, its life is not over, and its device shows it. False: it is surely over.
pub(super) fn alive(cell: &Cell<'_>, step: &Step<'_>, session: &Session, guards: &mut Guards) -> bool {
    if let Some(end) = session.ended {
        let tri = if end.certain { Tri::Broken } else { Tri::Unknown };
        let reasons = [Reason::SessionMissing, Reason::SessionExpired, Reason::BoundElsewhere, Reason::NotActivated];
        guards.add(end.rule, tri, &reasons).from(end.ix);
        if end.certain {
            return false;
        }
    }
    let tolerance = cell.settings.tolerance(Rule::SessionExpires);
    let idle = idle_age(step, session);
    let whole = step.span.age_since(session.opened);
    let reasons = [Reason::SessionExpired];
    let within_idle = idle.below(cell.book.session_idle, tolerance);
    let within_whole = whole.below(cell.book.session_absolute, tolerance);
    let guard = guards.add(Rule::SessionExpires, within_idle, &reasons).from(session.ix);
    guard.at(Bound::SessionIdle, cell.book.session_idle, idle);
    let guard = guards.add(Rule::SessionExpires, within_whole, &reasons).from(session.ix);
    guard.at(Bound::SessionAbsolute, cell.book.session_absolute, whole);
    let same = session.device == step.observation.call.caller.device;
    let reasons = [Reason::SessionForeignDevice, Reason::SessionMissing];
    let guard = guards.add(Rule::SessionBoundToDevice, Tri::of(same), &reasons).from(session.ix);
    if same {
        guard.reasons = [Reason::SessionForeignDevice].into_iter().collect();
        if let Some(ix) = session.survived {
            guards.add(Rule::PasswordChangeEndsSessions, Tri::Holds, &[Reason::SessionMissing]).from(ix);
        }
        // A session that was given and is alive, said to be unknown.
        guards.add(Rule::AcknowledgedIsDurable, Tri::Holds, &[Reason::SessionMissing]).from(session.ix);
    }
    true
}

/// `account.show`.
pub(super) fn show(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    let Some(member) = live(cell, state, step, Rule::NoPersonalDataLeak, guards) else { return };
    let Some(values) = step.observation.outcome.values() else { return };
    if let Some(shown) = &values.shown {
        let person = cell.person(member);
        let own = person.is_shown(shown);
        guards.told(Rule::NoPersonalDataLeak, Tri::of(own), FindingKindCopy::Leak);
        if !own {
            // What it tells of the account is the other's too.
            return;
        }
    }
    let (Some(told), Some(account)) = (values.account, state.account(member).copied()) else { return };
    if account.password.is_some_and(|_| told.level == Level::None) {
        let ix = account.password.map_or(super::NOBODY, |p| p.ix);
        guards.told(Rule::AcknowledgedIsDurable, Tri::Broken, FindingKindCopy::Untrue).from(ix);
        return;
    }
    activation_told(state, member, &account, told.activation, told.level, guards);
    application_told(cell, state, step, member, told, guards);
}

fn activation_told(state: &State, member: u8, account: &Account, told: Activation, level: Level, guards: &mut Guards) {
    let shows_active = told == Activation::Activated;
    match account.active {
        Some(bound) => {
            let least = if bound.two == Tri::Holds { Level::Two } else { Level::One };
            let kept = Tri::of(shows_active && level >= least);
            guards.told(Rule::AcknowledgedIsDurable, kept, FindingKindCopy::Untrue).from(bound.ix);
        }
        None if account.freed.is_some() => {
            let freed = account.freed.map_or((Rule::StepsInOrder, super::NOBODY), |f| (f.rule, f.ix.into()));
            guards.told(freed.0, Tri::of(!shows_active), FindingKindCopy::Untrue).from(freed.1);
        }
        None => {
            let half = state
                .challenges
                .iter()
                .rev()
                .find(|c| c.member == member && c.purpose == Purpose::Activate && !c.finished);
            let rule = if half.is_some() { Rule::ActivateIncompleteIsNotActivated } else { Rule::StepsInOrder };
            let guard = guards.told(rule, Tri::of(!shows_active), FindingKindCopy::Untrue);
            guard.origin = half.map_or(super::NOBODY, |c| c.issue);
        }
    }
}

fn application_told(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    member: u8,
    told: AccountState,
    guards: &mut Guards,
) {
    let standing = state.account(member).is_some_and(|a| a.granted.is_some_and(|had| had >= Level::One));
    let mine: Vec<_> = [Level::One, Level::Two].into_iter().filter_map(|l| state.applied(member, l)).collect();
    let Some(newest) = mine.last() else {
        let nothing = told.application == Application::None
            && told.activation != Activation::Notified
            && (told.level <= Level::App || told.activation == Activation::Activated);
        if !standing {
            guards.told(Rule::StepsInOrder, Tri::of(nothing), FindingKindCopy::Untrue);
        }
        return;
    };
    let approved = mine.iter().all(|a| state.settled(cell, a, step.span.lo) == Approval::Approved);
    let kept = match (approved, told.application) {
        (_, Application::None) => Tri::Broken,
        (true, Application::Approved) => Tri::Holds,
        (true, _) => Tri::Broken,
        _ => Tri::Holds,
    };
    guards.told(Rule::AcknowledgedIsDurable, kept, FindingKindCopy::Untrue).from(newest.ix);
}

//! The personal page: refresh, logout, unlock, the switch for it, notices. Passwords stand in `password`, the reset of
//! journey 12 in `reset`.

use songsinh_contract::{CitizenNumber, Operation as Op, ProofShown, Reason, Rule, Token};

use super::session::{alive, idle_age, live};
use super::{Guards, login, password, reset};
use crate::Bound;
use crate::cell::{Cell, Step};
use crate::model::State;
use crate::time::Tri;

/// The conditions of an operation of this group.
pub(super) fn ask(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    match &step.observation.call.operation {
        Op::SessionRefresh { refresh } => renew(cell, state, step, refresh, guards),
        Op::SessionLogout if state.session(&step.observation.call.caller).is_some_and(|s| s.officer) => {
            officer_leaves(cell, state, step, guards);
        }
        Op::SessionLogout | Op::NoticeList => {
            live(cell, state, step, Rule::StepsInOrder, guards);
        }
        Op::SessionUnlock { number } => unlock(cell, state, step, *number, guards),
        Op::UnlockSwitch { .. } => {
            let Some(member) = live(cell, state, step, Rule::StepsInOrder, guards) else { return };
            if state.account(member).is_some_and(|a| a.active.is_none()) {
                guards.open(Rule::StepsInOrder);
            }
        }
        Op::PasswordChange { old, new } => password::change(cell, state, step, old, new, guards),
        Op::PasscodeChange { old, new } => password::passcode(cell, state, step, old, new, guards),
        _ => reset::ask(cell, state, step, guards),
    }
}

/// An officer logs out as a citizen does.
fn officer_leaves(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    if let Some(session) = state.session(&step.observation.call.caller) {
        guards.add(Rule::StepsInOrder, Tri::Holds, &[]).from(session.ix);
        alive(cell, step, session, guards);
    }
}

/// `session.refresh`: the token serves once if tokens rotate, on its device, within the life that began with the login.
fn renew(cell: &Cell<'_>, state: &State, step: &Step<'_>, refresh: &Token, guards: &mut Guards) {
    let digest = refresh.digest();
    let caller = &step.observation.call.caller;
    let gone = [Reason::RefreshUsed, Reason::SessionExpired, Reason::SessionMissing];
    let Some(session) = state.sessions.iter().find(|s| s.refresh == Some(digest)) else {
        // One that an earlier story left to the phone.
        if cell.goes_on() {
            return guards.open(Rule::SessionExpires);
        }
        guards.add(Rule::SessionExpires, Tri::Broken, &gone);
        return;
    };
    let Some(account) = state.account(session.member).copied() else { return };
    if account.dirty {
        return guards.open(Rule::SessionExpires);
    }
    match session.refreshed {
        Some(ix) if cell.book.refresh_rotates => {
            guards.add(Rule::SessionExpires, Tri::Broken, &gone).from(ix);
            return;
        }
        // The same token may serve again.
        Some(_) => guards.open(Rule::SessionExpires),
        None => {}
    }
    if let Some(end) = session.ended {
        let tri = if end.certain { Tri::Broken } else { Tri::Unknown };
        guards.add(end.rule, tri, &gone).from(end.ix);
        if end.certain {
            return;
        }
    }
    let tolerance = cell.settings.tolerance(Rule::SessionExpires);
    let whole = step.span.age_since(session.opened);
    let guard = guards.add(Rule::SessionExpires, whole.below(cell.book.session_absolute, tolerance), &gone);
    guard.from(session.family).at(Bound::SessionAbsolute, cell.book.session_absolute, whole);
    // Whether an idle session can be refreshed is left open.
    if idle_age(step, session).below(cell.book.session_idle, tolerance) != Tri::Holds {
        guards.open(Rule::SessionExpires);
    }
    let reasons = [Reason::SessionForeignDevice, Reason::RefreshUsed, Reason::BoundElsewhere];
    guards.add(Rule::SessionBoundToDevice, Tri::of(session.device == caller.device), &reasons).from(session.ix);
    match account.active {
        Some(bound) if bound.device == caller.device => login::proof(step, bound.key, bound.ix, guards),
        Some(_) => guards.open(Rule::AccountOneDevice),
        None if caller.proof != ProofShown::Own => guards.open(Rule::DeviceKeyProof),
        None => {}
    }
}

/// `session.unlock`: the key of the bound device logs in, where that is turned on.
fn unlock(cell: &Cell<'_>, state: &State, step: &Step<'_>, number: CitizenNumber, guards: &mut Guards) {
    let reasons = [Reason::NotActivated, Reason::CredentialsWrong, Reason::BoundElsewhere, Reason::UnlockOff];
    let Some(member) = cell.member_numbered(number) else {
        guards.add(Rule::DeviceKeyProof, Tri::Broken, &reasons);
        return;
    };
    let Some(account) = state.account(member).copied() else { return };
    if account.dirty || (account.prior_unknown && account.password.is_none()) {
        return guards.open(Rule::DeviceKeyProof);
    }
    let Some(bound) = account.active else {
        let freed = account.freed.map_or((Rule::DeviceKeyProof, super::NOBODY), |f| (f.rule, f.ix.into()));
        guards.add(freed.0, Tri::Broken, &reasons).from(freed.1);
        return;
    };
    if bound.device != step.observation.call.caller.device {
        let reasons = [Reason::BoundElsewhere, Reason::ProofForeign, Reason::UnlockOff, Reason::NotActivated];
        guards.add(Rule::AccountOneDevice, Tri::Broken, &reasons).from(bound.ix);
        return;
    }
    login::proof(step, bound.key, bound.ix, guards);
    let on = account.unlock.map_or(Tri::Unknown, Tri::of);
    guards.add(Rule::LoginNeedsPassword, on, &[Reason::UnlockOff]);
    // Whether wrong passwords lock the key out too is left open.
    if state.unlocked(cell, &account, step.span) != Tri::Holds || account.standing {
        guards.open_for(step, Rule::LoginLockout, &[Reason::Locked]);
    }
}

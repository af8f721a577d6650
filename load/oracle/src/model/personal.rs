//! What is held, and what calls do to it: the personal page: refresh, logout, unlock, password and passcode changes,
//! notices. The reset of journey 12 stands in `reset`.

use songsinh_contract::{Operation as Op, Rule, Secret, Token};

use super::effects::count_password;
use super::{Password, State, reset, sessions};
use crate::cell::{Cell, Step};

/// The call is carried out.
pub(super) fn carry_out(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.call.operation {
        Op::SessionRefresh { refresh } => renew(cell, state, step, refresh),
        Op::SessionLogout => sessions::leave(state, step, Rule::SessionExpires),
        Op::SessionUnlock { number } => {
            if let Some(member) = cell.member_numbered(*number) {
                sessions::open(state, step, member, false);
            }
        }
        Op::UnlockSwitch { on } => {
            sessions::used(state, step);
            if let Some(member) = owner(state, step) {
                state.accounts[usize::from(member)].unlock = Some(*on);
            }
        }
        Op::NoticeList => sessions::used(state, step),
        Op::PasswordChange { new, .. } => {
            sessions::used(state, step);
            if let Some(member) = owner(state, step) {
                let own = step.observation.call.caller.session.as_ref().map(Token::digest);
                change(state, step, member, new);
                let account = &mut state.accounts[usize::from(member)];
                // The right old password may have cleared the count.
                account.wrong_passwords.least = 0;
                sessions::end_all(state, member, own, Rule::PasswordChangeEndsSessions, step.witness());
            }
        }
        Op::PasscodeChange { new, .. } => {
            sessions::used(state, step);
            if let Some(member) = owner(state, step) {
                state.right_passcode(member, false);
                state.accounts[usize::from(member)].passcode = Some(new.digest());
            }
        }
        _ => reset::carry_out(cell, state, step),
    }
}

/// The call is refused.
pub(super) fn refuse(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.call.operation {
        Op::SessionRefresh { refresh } => reuse(state, step, refresh),
        Op::PasswordChange { old, .. } => {
            sessions::kept(state, step);
            let Some(session) = state.session(&step.observation.call.caller).cloned() else { return };
            let told = step.observation.outcome.reasons().unwrap_or_default();
            let only = told == songsinh_contract::Reasons::one(songsinh_contract::Reason::CredentialsWrong);
            let same = session.device == step.observation.call.caller.device && session.ended.is_none();
            if !session.officer {
                count_password(cell, state, step, session.member, old.digest(), only && same);
            }
        }
        Op::PasscodeChange { old, .. } => {
            sessions::kept(state, step);
            let Some(session) = state.session(&step.observation.call.caller).cloned() else { return };
            let same = session.device == step.observation.call.caller.device && session.ended.is_none();
            let active = state.account(session.member).is_some_and(|a| a.active.is_some());
            if same && active && !session.officer {
                state.count_passcode(cell, step, session.member, old.digest());
            }
        }
        _ => reset::refuse(cell, state, step),
    }
}

fn owner(state: &State, step: &Step<'_>) -> Option<u8> {
    state.session(&step.observation.call.caller).filter(|s| !s.officer).map(|s| s.member)
}

/// A new password, and the old one is remembered as such.
pub(super) fn change(state: &mut State, step: &Step<'_>, member: u8, new: &Secret) {
    let account = &mut state.accounts[usize::from(member)];
    account.former = account.password.filter(|old| old.digest != new.digest());
    account.password = Some(Password { digest: new.digest(), ix: step.ix16() });
}

/// The next session of a family. Whether those before live on is left open: also the one that another use of the same
/// refresh token gave, where tokens serve again.
fn renew(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, refresh: &Token) {
    let digest = refresh.digest();
    let ix = step.witness();
    let Some(old) = state.sessions.iter_mut().find(|s| s.refresh == Some(digest)) else {
        return left_over(cell, state, step);
    };
    old.refreshed = Some(ix);
    let (member, officer, family, opened) = (old.member, old.officer, old.family, old.opened);
    for session in state.sessions.iter_mut().filter(|s| s.family == family) {
        sessions::end(session, Rule::SessionExpires, ix, false);
    }
    sessions::open(state, step, member, officer);
    for session in state.sessions.iter_mut().filter(|s| s.ix == step.ix16()) {
        (session.family, session.opened) = (family, opened);
    }
}

/// A session from a token that no answer gave: an earlier story left it to the phone, or the target takes it wrongly. How
/// old its family is, nobody knows.
fn left_over(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    let Some(member) = cell.member_indexed(step.observation.member) else { return };
    sessions::open(state, step, member, false);
    for session in state.sessions.iter_mut().filter(|s| s.ix == step.ix16()) {
        sessions::end(session, Rule::SessionExpires, step.witness(), false);
    }
}

/// A refresh token that was shown again, or by another device, may end the family.
fn reuse(state: &mut State, step: &Step<'_>, refresh: &Token) {
    let digest = refresh.digest();
    let Some(found) = state.sessions.iter().find(|s| s.refresh == Some(digest)).cloned() else { return };
    let caller = &step.observation.call.caller;
    let bound = state.account(found.member).and_then(|a| a.active);
    let shown = caller.proof == songsinh_contract::ProofShown::Own;
    let proven = shown && bound.is_none_or(|b| caller.key == b.key);
    let own = found.device == caller.device && proven;
    if found.refreshed.is_none() && own {
        return;
    }
    for session in state.sessions.iter_mut().filter(|s| s.family == found.family) {
        sessions::end(session, Rule::SessionExpires, step.witness(), false);
    }
}

//! What is held, and what calls do to it: devices of an account: list, release, and the move to a new phone (journey 11).

use songsinh_contract::{Operation as Op, Rule};

use super::effects::{self, count_password};
use super::{Purpose, State, binding, sessions};
use crate::cell::{Cell, Step};
use crate::time::Tri;

/// The call is carried out.
pub(super) fn carry_out(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    let owner = |state: &State| state.session(&step.observation.call.caller).filter(|s| !s.officer).map(|s| s.member);
    match &step.observation.call.operation {
        Op::DeviceList => sessions::used(state, step),
        Op::DeviceRelease => {
            sessions::used(state, step);
            if let Some(member) = owner(state) {
                binding::free(state, step, member, Rule::DeviceReleaseEndsAccess);
            }
        }
        Op::DeviceMove { number, .. } => {
            let Some(member) = cell.member_numbered(*number) else { return };
            let account = &mut state.accounts[usize::from(member)];
            // The right password may have cleared the count.
            account.wrong_passwords.least = 0;
            account.lock = None;
            if let Some(phone) = account.phone {
                effects::open(cell, state, step, Purpose::Move, member, phone);
            }
        }
        Op::DeviceMoveCode => {
            sessions::used(state, step);
            let Some(at) = owner(state).and_then(|member| pending(state, member)) else { return };
            let challenge = &mut state.challenges[at];
            challenge.older.push(challenge.issue);
            // Whether it gives fresh tries is left open.
            challenge.wrong.least = 0;
            (challenge.issue, challenge.born, challenge.coded) = (step.ix16(), step.lasting, true);
        }
        Op::DeviceMoveConfirm { challenge, .. } => {
            let Some(at) = state.challenge_at(challenge) else { return };
            effects::confirmed(state, step, challenge);
            state.challenges[at].finished = true;
            let member = state.challenges[at].member;
            let two = state.account(member).and_then(|a| a.active).map_or(Tri::Unknown, |b| b.two);
            binding::bind(cell, state, step, member, two);
            sessions::end_all(state, member, None, Rule::AccountOneDevice, step.witness());
            sessions::open(state, step, member, false);
        }
        _ => {}
    }
}

/// The call is refused.
pub(super) fn refuse(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.call.operation {
        Op::DeviceMove { number, password } => {
            if let Some(member) = cell.member_numbered(*number) {
                let told = step.observation.outcome.reasons().unwrap_or_default();
                let only = told == songsinh_contract::Reasons::one(songsinh_contract::Reason::CredentialsWrong);
                count_password(cell, state, step, member, password.digest(), only);
            }
        }
        Op::DeviceMoveConfirm { challenge, code } => effects::count_code(cell, state, step, challenge, *code),
        _ => sessions::kept(state, step),
    }
}

/// The newest move of a member that is not done.
pub(crate) fn pending(state: &State, member: u8) -> Option<usize> {
    let newest = state.challenges.iter().rposition(|c| c.member == member && c.purpose == Purpose::Move)?;
    (!state.challenges[newest].finished).then_some(newest)
}

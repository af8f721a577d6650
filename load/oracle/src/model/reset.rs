//! What is held, and what calls do to it: the forgotten password (journey 12).

use songsinh_contract::{Operation as Op, Rule, Secret, Token};

use super::{Account, Purpose, State, effects, personal, sessions};
use crate::cell::{Cell, Step};
use crate::time::Tri;

/// The call is carried out.
pub(super) fn carry_out(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.call.operation {
        Op::ResetRequest { number, phone } => {
            if let Some(member) = cell.member_numbered(*number) {
                effects::open(cell, state, step, Purpose::Reset, member, *phone);
            } else {
                effects::stray(state, step, Purpose::Reset, *phone, false);
            }
        }
        Op::ResetResend { challenge } => effects::resend(cell, state, step, challenge),
        Op::ResetConfirm { challenge, .. } => effects::confirmed(state, step, challenge),
        Op::ResetAnswer { challenge, .. } => {
            if let Some(at) = state.challenge_at(challenge) {
                state.challenges[at].answered = Some(step.witness());
            }
        }
        Op::ResetSetPassword { challenge, password } => {
            if let Some(at) = state.challenge_at(challenge) {
                let member = state.challenges[at].member;
                state.challenges[at].finished = true;
                personal::change(state, step, member, password);
                // A reset is no right password, and no wrong one.
                state.accounts[usize::from(member)].wrong_passwords.least = 0;
                sessions::end_all(state, member, None, Rule::PasswordChangeEndsSessions, step.witness());
            }
        }
        _ => {}
    }
}

/// The call is refused.
pub(super) fn refuse(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.call.operation {
        Op::ResetConfirm { challenge, code } => effects::count_code(cell, state, step, challenge, *code),
        Op::ResetAnswer { challenge, answers } => count_answers(cell, state, step, challenge, answers),
        _ => sessions::kept(state, step),
    }
}

/// Whether these are the answers of the account.
pub(crate) fn answers_fit(account: &Account, answers: &[(u16, Secret)]) -> Tri {
    let Some(wanted) = account.questions else { return Tri::Unknown };
    let given = |(question, digest): &(u16, songsinh_contract::Digest)| {
        answers.iter().any(|(number, answer)| number == question && answer.digest() == *digest)
    };
    Tri::of(answers.len() == 2 && wanted.iter().all(given))
}

fn count_answers(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, handle: &Token, answers: &[(u16, Secret)]) {
    let Some(at) = state.challenge_at(handle) else { return };
    let challenge = &state.challenges[at];
    let Some(account) = state.account(challenge.member) else { return };
    let fit = answers_fit(account, answers);
    let Some((entered, _)) = challenge.confirmed else { return };
    if fit == Tri::Holds || challenge.answered.is_some() {
        return;
    }
    let caller = &step.observation.call.caller;
    let young = step.span.age_since(entered).below(cell.book.after_code, crate::Tolerance::default());
    let own = challenge.device == caller.device && challenge.purpose == Purpose::Reset;
    state.challenges[at].wrong_answers.add(fit == Tri::Broken && own && young == Tri::Holds);
}

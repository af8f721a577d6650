//! Journey 12: the forgotten password. A request is answered alike whether the account exists or not; only where it
//! does a code goes out, and only that code leads on.

use songsinh_contract::{CitizenNumber, Level, Operation as Op, PhoneNumber, Reason, Rule, Secret, Token};

use super::challenge::{self, code_limits, known, step_in_time, unsettled_past};
use super::{FindingKindCopy, Guards, session};
use crate::cell::{Cell, Step};
use crate::model::{Account, Challenge, Purpose, State, answers_fit};
use crate::time::Tri;

/// The conditions of a step of a reset.
pub(super) fn ask(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    match &step.observation.call.operation {
        Op::ResetRequest { number, phone } => request(cell, state, step, *number, *phone, guards),
        Op::ResetResend { challenge } => resend(cell, state, step, challenge, guards),
        Op::ResetConfirm { challenge, code } => {
            let Some(found) = real(cell, state, step, challenge, guards) else { return };
            challenge::confirm(cell, state, step, challenge, *code, guards);
            questions_told(state, step, found, guards);
        }
        Op::ResetAnswer { challenge, answers } => answer(cell, state, step, challenge, answers, guards),
        Op::ResetSetPassword { challenge, password } => {
            set_password(cell, state, step, challenge, password, guards);
        }
        _ => {}
    }
}

/// What a request for an unknown account may not be refused for.
const TELLING: [Reason; 6] = [
    Reason::CredentialsWrong,
    Reason::PhoneNotRegistered,
    Reason::NotIdentified,
    Reason::PopulationMismatch,
    Reason::HandleUnknown,
    Reason::NotActivated,
];
const LIMITS: [Reason; 3] = [Reason::ResendTooSoon, Reason::ResendTooMany, Reason::AttemptsExhausted];
/// Why a code need not go out once more: also where none went out.
const RESEND_LIMITS: [Reason; 5] =
    [Reason::ResendTooSoon, Reason::ResendTooMany, Reason::AttemptsExhausted, Reason::CodeVoid, Reason::CodeExpired];

fn request(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    number: CitizenNumber,
    phone: PhoneNumber,
    guards: &mut Guards,
) {
    session::gate(state, step, guards);
    guards.add(Rule::NoEnumeration, Tri::Holds, &TELLING);
    let member = cell.member_numbered(number);
    let entitled = member.map_or(Tri::Broken, |m| state.entitled(m, phone));
    match (member, entitled) {
        (Some(member), Tri::Holds) => {
            code_limits(cell, state, step, Purpose::Reset, member, phone, false, guards);
            if state.window_left(cell, member, phone, step.span) != Tri::Holds {
                guards.open(Rule::OtpAttemptsLimited);
            }
            unsettled_past(cell, state, step, member, guards);
        }
        // Nothing goes out, so that limits on sending may count it or not.
        _ => guards.open_for(step, Rule::OtpResendLimited, &LIMITS),
    }
}

/// The challenge of a handle, if an account is behind it: else no step may lead on.
fn real<'s>(
    cell: &Cell<'_>,
    state: &'s State,
    step: &Step<'_>,
    handle: &Token,
    guards: &mut Guards,
) -> Option<&'s Challenge> {
    let challenge = known(cell, state, step, handle, guards)?;
    match challenge.real {
        Tri::Holds => {
            session::gate(state, step, guards);
            Some(challenge)
        }
        Tri::Unknown => {
            guards.open(Rule::StepsInOrder);
            None
        }
        Tri::Broken => {
            let reasons = [
                Reason::CodeWrong,
                Reason::CodeExpired,
                Reason::CodeVoid,
                Reason::HandleUnknown,
                Reason::StepOutOfOrder,
            ];
            guards.add(Rule::OtpGoesToRegisteredPhone, Tri::Broken, &reasons).from(challenge.issue);
            None
        }
    }
}

fn resend(cell: &Cell<'_>, state: &State, step: &Step<'_>, handle: &Token, guards: &mut Guards) {
    session::gate(state, step, guards);
    let decoy = state.challenge(handle).is_some_and(|c| c.real != Tri::Holds);
    if decoy {
        let Some(challenge) = known(cell, state, step, handle, guards) else { return };
        guards.add(Rule::NoEnumeration, Tri::Holds, &TELLING).from(challenge.issue);
        return guards.open_for(step, Rule::OtpResendLimited, &RESEND_LIMITS);
    }
    challenge::resend(cell, state, step, handle, guards);
}

/// Level 1 and 2 alone have security questions.
fn app_only(account: &Account) -> bool {
    account.granted.is_none_or(|had| had < Level::One)
}

/// The questions that the answer names are the account's; an app account has none. An answer that names none tells
/// nothing of them.
fn questions_told(state: &State, step: &Step<'_>, challenge: &Challenge, guards: &mut Guards) {
    let Some(values) = step.observation.outcome.values() else { return };
    let Some(account) = state.account(challenge.member) else { return };
    let told = match (account.questions, account.active) {
        (Some(_), Some(_)) if values.questions.is_empty() => Tri::Unknown,
        (Some(own), Some(_)) => {
            let named = |wanted: u16| values.questions.contains(&wanted);
            Tri::of(values.questions.len() == 2 && named(own[0].0) && named(own[1].0))
        }
        (None, None) if account.freed.is_none() && app_only(account) => Tri::of(values.questions.is_empty()),
        _ => Tri::Unknown,
    };
    guards.told(Rule::ActivateNeedsTwoSecurityQuestions, told, FindingKindCopy::Untrue);
}

fn answer(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    answers: &[(u16, Secret)],
    guards: &mut Guards,
) {
    if real(cell, state, step, handle, guards).is_none() {
        return;
    }
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    if challenge.finished || challenge.answered.is_some() {
        guards.open(Rule::StepsInOrder);
    }
    step_in_time(cell, step, challenge, Rule::StepsInOrder, guards);
    let Some(account) = state.account(challenge.member) else { return };
    let fit = answers_fit(account, answers);
    let wrong = [Reason::AnswersWrong, Reason::QuestionsWrong];
    guards.add(Rule::LoginNeedsPassword, fit, &wrong).from(account.active.map_or(super::NOBODY, |b| b.ix));
    let (least, most) = (challenge.wrong_answers.least, challenge.wrong_answers.most);
    let limit = cell.book.reset_answers;
    let left = if least >= limit {
        Tri::Broken
    } else if most >= limit {
        Tri::Unknown
    } else {
        Tri::Holds
    };
    let over = [Reason::StepOutOfOrder, Reason::HandleUnknown, Reason::AnswersWrong, Reason::CodeVoid];
    guards.add(Rule::OtpAttemptsLimited, left, &over).from(challenge.issue);
}

fn set_password(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    password: &Secret,
    guards: &mut Guards,
) {
    if real(cell, state, step, handle, guards).is_none() {
        return;
    }
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    if challenge.finished {
        let reasons = [Reason::StepOutOfOrder, Reason::HandleUnknown, Reason::CodeUsed];
        guards.add(Rule::StepsInOrder, Tri::Broken, &reasons).from(challenge.issue);
        return;
    }
    step_in_time(cell, step, challenge, Rule::StepsInOrder, guards);
    let Some(account) = state.account(challenge.member) else { return };
    let answered = match (challenge.answered, account.questions, account.active) {
        (Some(_), ..) => Tri::Holds,
        (None, Some(_), Some(_)) => Tri::Broken,
        (None, None, None) if account.freed.is_none() && app_only(account) => Tri::Holds,
        _ => Tri::Unknown,
    };
    let reasons = [Reason::StepOutOfOrder, Reason::AnswersWrong, Reason::HandleUnknown];
    guards.add(Rule::StepsInOrder, answered, &reasons).from(challenge.answered.map_or(challenge.issue, u16::from));
    let strong = Tri::of(password.shape().is_strong_password());
    guards.add(Rule::PasswordPolicy, strong, &[Reason::PasswordWeak]);
}

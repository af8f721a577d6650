//! Journey 12, a forgotten password: number and phone → code → security questions (who has some) → new password.
//!
//! Invariant: until the right code comes, nothing tells whether there is such an account: a request for an unknown
//! number, or with a phone number that is not the account's, gets a decoy, whose codes go out to nobody, are refused as
//! wrong ones, and run out, count and limit as all codes do. A reset ends every session and lifts no lock.

use songsinh_contract::{CitizenNumber, Code, PhoneNumber, Reason, Secret, SmsPurpose, Token, Values};

use super::code::{self, Recipient};
use super::{Case, Query, Stop, Who, device, password};
use crate::quirks::Quirk;
use crate::records::{Account, Handle, Logins, Reset, ResetStep};

const PURPOSE: SmsPurpose = SmsPurpose::Reset;

/// Number and phone → a handle, and a code if they are an account's.
pub(super) fn request(
    case: &mut Case<'_>,
    who: Who<'_>,
    number: CitizenNumber,
    phone: PhoneNumber,
) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let account = case.get::<Account>(number).filter(|account| account.password.is_some());
    let is_elsewhere = account.as_ref().is_some_and(|account| account.phone != phone);
    let is_decoy = account.is_none() || (is_elsewhere && !case.strikes(Quirk::ResetToNamedPhone));
    if is_decoy && case.strikes(Quirk::ResetTellsAccounts) {
        return Err(Reason::PhoneNotRegistered.into());
    }
    code::may_open(case, PURPOSE, phone)?;
    let to = Recipient { number, phone, device: who.caller.device };
    let (handle, challenge) =
        if is_decoy { code::open_unsent::<Reset>(case, PURPOSE, &to) } else { code::open::<Reset>(case, PURPOSE, &to) };
    case.put(handle, Reset { challenge, is_decoy, step: ResetStep::Requested, wrong: 0 });
    Ok(code::opened(case, handle))
}

/// The code once more.
pub(super) fn resend(case: &mut Case<'_>, who: Who<'_>, token: &Token) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let (handle, held) = code::own::<Reset>(case, who, token)?;
    code::resend(case, PURPOSE, handle, held)
}

/// Code → the numbers of the questions to be answered.
pub(super) fn confirm(case: &mut Case<'_>, who: Who<'_>, token: &Token, typed: Code) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let (handle, mut held) = code::confirm::<Reset>(case, who, token, typed)?;
    let account = case.get::<Account>(held.challenge.number).ok_or(Reason::HandleUnknown)?;
    held.step = held.step.max(ResetStep::Confirmed);
    case.put(handle, held);
    let questions = account.questions.iter().map(|(question, _)| *question).collect();
    Ok(Values { questions, expires_in: Some(case.frame.book.after_code), ..Values::default() })
}

/// A reset after its code, within its time, and its account.
fn confirmed(case: &mut Case<'_>, who: Who<'_>, token: &Token) -> Result<(Handle, Reset, Account), Stop> {
    device::gate(case, who)?;
    let (handle, held) = code::own::<Reset>(case, who, token)?;
    let is_open = matches!(held.step, ResetStep::Confirmed | ResetStep::Answered);
    let used_ms = held.challenge.used_ms.filter(|_| is_open).ok_or(Reason::StepOutOfOrder)?;
    if case.is_over(used_ms, case.frame.book.after_code) {
        return Err(Reason::CodeExpired.into());
    }
    let account = case.get::<Account>(held.challenge.number).ok_or(Reason::HandleUnknown)?;
    Ok((handle, held, account))
}

/// The answers to the account's questions, in any order.
pub(super) fn answer(
    case: &mut Case<'_>,
    who: Who<'_>,
    token: &Token,
    answers: &[(u16, Secret)],
) -> Result<Values, Stop> {
    let (handle, held, account) = confirmed(case, who, token)?;
    if held.step != ResetStep::Confirmed || account.questions.is_empty() {
        return Err(Reason::StepOutOfOrder.into());
    }
    if are_right(case, &account, answers)? {
        case.put(handle, Reset { step: ResetStep::Answered, ..held });
        return Ok(Values::default());
    }
    let wrong = held.wrong.saturating_add(1);
    let step = if wrong >= case.frame.book.reset_answers { ResetStep::Done } else { held.step };
    case.count(handle, Reset { wrong, step, ..held });
    Err(Reason::AnswersWrong.into())
}

fn are_right(case: &Case<'_>, account: &Account, answers: &[(u16, Secret)]) -> Result<bool, Stop> {
    let answered = |question: u16| answers.iter().find(|(number, _)| *number == question).map(|(_, answer)| answer);
    let pairs: Option<Vec<_>> = account
        .questions
        .iter()
        .map(|(question, hash)| answered(*question).map(|answer| (answer.clone(), hash.clone())))
        .collect();
    let Some(pairs) = pairs.filter(|pairs| pairs.len() == answers.len()) else { return Ok(false) };
    match &case.replies.checks {
        Some((checked, fits)) if checked.iter().eq(pairs.iter().map(|(_, hash)| hash)) => {
            Ok(fits.len() == pairs.len() && fits.iter().all(|&fits| fits))
        }
        _ => Err(Stop::Ask(Query::CheckAll { pairs })),
    }
}

/// The new password.
pub(super) fn set_password(
    case: &mut Case<'_>,
    who: Who<'_>,
    token: &Token,
    password: &Secret,
) -> Result<Values, Stop> {
    let (handle, held, account) = confirmed(case, who, token)?;
    let is_answered = held.step == ResetStep::Answered || account.questions.is_empty();
    if !is_answered && !case.strikes(Quirk::ResetWithoutAnswers) {
        return Err(Reason::StepOutOfOrder.into());
    }
    password::is_strong(case, password)?;
    let password = Some(password::hash_of(case, password)?);
    let era = if case.strikes(Quirk::OldSessionsSurvive) { account.era } else { account.era + 1 };
    if case.get::<Logins>(account.number).is_some() && case.strikes(Quirk::ResetLiftsLock) {
        case.remove::<Logins>(account.number);
    }
    case.put(account.number, Account { password, era, ..account });
    case.put(handle, Reset { step: ResetStep::Done, ..held });
    Ok(Values::default())
}

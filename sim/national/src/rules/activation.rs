//! Journey 6: request, code, password (only who had none), passcode, security questions; then the account is active
//! and the device bound.
//!
//! Invariant: an account is bound to one device and a device to one account. Account, window and device are checked at
//! the request and again at the last step, so of several half-finished activations the last step decides. What stops
//! half-way binds nothing. The bound key is the one that signed the last step, and the same as at the request.
//!
//! Level 2 over an active level 1 goes the same way on the bound device, with proofs of its key and without the
//! password step; from another device it needs a move first. Level 1 works until the last step.

use std::time::Duration;

use songsinh_contract::{
    CitizenNumber, Code, DeviceInUse, Level, PhoneNumber, Reason, Secret, SmsPurpose, Token, Values,
};

use super::code::{self, Recipient};
use super::{Case, ProofClaim, QUESTIONS, Query, Stop, Who, device, passcode, password};
use crate::quirks::Quirk;
use crate::records::{Account, Activation, ActivationState, ActivationStep, Binding, Handle};

const PURPOSE: SmsPurpose = SmsPurpose::Activate;

/// Number and phone → code.
pub(super) fn request(
    case: &mut Case<'_>,
    who: Who<'_>,
    number: CitizenNumber,
    phone: PhoneNumber,
) -> Result<Values, Stop> {
    let account = case.get::<Account>(number).ok_or(Reason::NotIdentified)?;
    if account.phone != phone && !case.strikes(Quirk::WrongPhoneActivates) {
        return Err(Reason::PhoneNotRegistered.into());
    }
    is_entitled(case, &account)?;
    is_upgraded_here(case, who, &account)?;
    is_device_free(case, who, number)?;
    code::may_open(case, PURPOSE, phone)?;
    let key = match who.proof {
        ProofClaim::Sound { key, iat_ms, .. } if case.proof_is_timely(*iat_ms) && !case.proof_was_seen() => Some(*key),
        _ => None,
    };
    let to = Recipient { number, phone, device: who.caller.device };
    let (handle, challenge) = code::open::<Activation>(case, PURPOSE, &to);
    let needs_password = account.password.is_none();
    let step = ActivationStep::Requested;
    case.put(handle, Activation { challenge, key, needs_password, step, password: None, passcode: None });
    let needs_password = Some(needs_password);
    Ok(Values { needs_password, account: Some(account.state()), ..code::opened(case, handle) })
}

/// A level that is not activated yet, within the window of its notice.
fn is_entitled(case: &mut Case<'_>, account: &Account) -> Result<(), Stop> {
    let since_ms = match (account.activation, account.upgrade_ms) {
        (ActivationState::None, _) => return not_identified(case),
        _ if account.level < Level::One => return not_identified(case),
        (ActivationState::Activated { .. }, None) => return already_activated(case, account),
        (ActivationState::Activated { .. }, Some(since_ms)) | (ActivationState::Notified { since_ms }, _) => since_ms,
    };
    let more = if case.strikes(Quirk::WindowASecondMore) { code::SECOND } else { Duration::ZERO };
    if case.is_over(since_ms, case.frame.book.activation_window + more) {
        return Err(Reason::WindowClosed.into());
    }
    Ok(())
}

fn not_identified(case: &mut Case<'_>) -> Result<(), Stop> {
    if case.strikes(Quirk::AppAccountActivates) {
        return Ok(());
    }
    let wrong = case.strikes(Quirk::FirstMessageWrong);
    Err(if wrong { Reason::StepOutOfOrder } else { Reason::NotIdentified }.into())
}

fn already_activated(case: &mut Case<'_>, account: &Account) -> Result<(), Stop> {
    if case.strikes(Quirk::ActivatesAgain) || account.passcode.is_none() && case.strikes(Quirk::ActiveFromCodeOn) {
        return Ok(());
    }
    let wrong = case.strikes(Quirk::SecondMessageWrong);
    Err(if wrong { Reason::NotIdentified } else { Reason::AlreadyActivated }.into())
}

/// Level 2 over an active level 1 is activated on the bound device alone, with proofs of its key.
fn is_upgraded_here(case: &mut Case<'_>, who: Who<'_>, account: &Account) -> Result<(), Stop> {
    if account.upgrade_ms.is_none() {
        return Ok(());
    }
    if device::is_elsewhere(account, who.caller.device) {
        return Err(Reason::BoundElsewhere.into());
    }
    device::gate(case, who)
}

/// The activation of a handle, and what its account demands of the caller.
fn own(case: &mut Case<'_>, who: Who<'_>, token: &Token) -> Result<(Handle, Activation), Stop> {
    let (handle, held) = code::own::<Activation>(case, who, token)?;
    if let Some(account) = case.get::<Account>(held.challenge.number) {
        is_upgraded_here(case, who, &account)?;
    }
    Ok((handle, held))
}

/// The device is not in use by another account, or the rulebook lets the code move it.
pub(super) fn is_device_free(case: &mut Case<'_>, who: Who<'_>, number: CitizenNumber) -> Result<(), Stop> {
    let in_use = case.get::<Binding>(who.caller.device).is_some_and(|binding| binding.number != number);
    let refuse = case.frame.book.device_in_use == DeviceInUse::Refuse;
    if in_use && refuse && !case.strikes(Quirk::DeviceShared) {
        return Err(Reason::DeviceInUse.into());
    }
    Ok(())
}

/// The code once more.
pub(super) fn resend(case: &mut Case<'_>, who: Who<'_>, token: &Token) -> Result<Values, Stop> {
    let (handle, held) = own(case, who, token)?;
    if held.step != ActivationStep::Requested {
        return Err(Reason::StepOutOfOrder.into());
    }
    let account = case.get::<Account>(held.challenge.number).ok_or(Reason::NotIdentified)?;
    is_entitled(case, &account)?;
    code::resend(case, PURPOSE, handle, held)
}

/// Code → password or passcode step.
pub(super) fn confirm(case: &mut Case<'_>, who: Who<'_>, token: &Token, typed: Code) -> Result<Values, Stop> {
    own(case, who, token)?;
    let (handle, mut held) = code::confirm::<Activation>(case, who, token, typed)?;
    held.step = held.step.max(ActivationStep::Confirmed);
    let needs_password = Some(held.needs_password);
    bind_early(case, who, &held)?;
    case.put(handle, held);
    Ok(Values { needs_password, ..Values::default() })
}

/// Binds the device before the activation is complete (misbehaviour `active-from-code-on`).
fn bind_early(case: &mut Case<'_>, who: Who<'_>, held: &Activation) -> Result<(), Stop> {
    let number = held.challenge.number;
    let Some(account) = case.get::<Account>(number).filter(|account| account.device().is_none()) else { return Ok(()) };
    if !case.strikes(Quirk::ActiveFromCodeOn) {
        return Ok(());
    }
    let key = device::demand(case, who, held.key)?;
    let activation = ActivationState::Activated { device: who.caller.device, at_ms: case.now_ms() };
    case.put(number, Account { activation, ..account });
    device::bind(case, who, number, key);
    Ok(())
}

/// The steps start after the code; under `activation-without-code` before it.
fn step_now(case: &mut Case<'_>, held: &Activation) -> ActivationStep {
    if held.step == ActivationStep::Requested && case.strikes(Quirk::ActivationWithoutCode) {
        return ActivationStep::Confirmed;
    }
    held.step
}

/// The password of who had no account before.
pub(super) fn set_password(
    case: &mut Case<'_>,
    who: Who<'_>,
    token: &Token,
    password: &Secret,
) -> Result<Values, Stop> {
    let (handle, held) = own(case, who, token)?;
    let is_due = held.needs_password || case.strikes(Quirk::PasswordStepAlways);
    if !is_due || step_now(case, &held) != ActivationStep::Confirmed {
        return Err(Reason::StepOutOfOrder.into());
    }
    password::is_strong(case, password)?;
    let password = Some(password::hash_of(case, password)?);
    let step = if held.needs_password { ActivationStep::Password } else { held.step };
    case.put(handle, Activation { password, step, ..held });
    Ok(Values::default())
}

/// The passcode.
pub(super) fn set_passcode(
    case: &mut Case<'_>,
    who: Who<'_>,
    token: &Token,
    passcode: &Secret,
) -> Result<Values, Stop> {
    let (handle, held) = own(case, who, token)?;
    let before = if held.needs_password { ActivationStep::Password } else { ActivationStep::Confirmed };
    if step_now(case, &held) != before {
        return Err(Reason::StepOutOfOrder.into());
    }
    passcode::is_well_formed(case, passcode)?;
    let passcode = Some(password::hash_of(case, passcode)?);
    case.put(handle, Activation { passcode, step: ActivationStep::Passcode, ..held });
    Ok(Values::default())
}

/// Two different questions of the list, answered → activated, device bound.
pub(super) fn set_questions(
    case: &mut Case<'_>,
    who: Who<'_>,
    token: &Token,
    answers: &[(u16, Secret)],
) -> Result<Values, Stop> {
    let (handle, held) = own(case, who, token)?;
    let skips = matches!(held.step, ActivationStep::Confirmed | ActivationStep::Password);
    if held.step != ActivationStep::Passcode && !(skips && case.strikes(Quirk::PasscodeSkipped)) {
        return Err(Reason::StepOutOfOrder.into());
    }
    are_two(case, answers)?;
    let number = held.challenge.number;
    let account = case.get::<Account>(number).ok_or(Reason::NotIdentified)?;
    // What was free before the hashing is taken to be free still.
    let checked = case.replies.hashes.is_some() && case.strikes(Quirk::BindingCheckedEarly);
    match is_entitled(case, &account) {
        Err(Stop::Refuse(Reason::AlreadyActivated)) if checked || case.strikes(Quirk::SecondDeviceBinds) => {}
        other => other?,
    }
    let level = if account.upgrade_ms.is_some() { Level::Two } else { account.level };
    if !checked {
        is_device_free(case, who, number)?;
    }
    let key = device::demand(case, who, held.key)?;
    let Some(hashes) = case.replies.hashes.clone().filter(|hashes| hashes.len() == answers.len()) else {
        let secrets = answers.iter().map(|(_, answer)| answer.clone()).collect();
        return Err(Stop::Ask(Query::Hash { secrets }));
    };
    displace(case, who, number);
    let activation = ActivationState::Activated { device: who.caller.device, at_ms: case.now_ms() };
    let account = Account {
        activation,
        level,
        upgrade_ms: None,
        password: held.password.clone().or(account.password),
        passcode: held.passcode.clone(),
        questions: answers.iter().map(|(question, _)| *question).zip(hashes).collect(),
        ..account
    };
    let state = account.state();
    case.put(number, account);
    device::bind(case, who, number, key);
    case.put(handle, Activation { step: ActivationStep::Done, ..held });
    Ok(Values { account: Some(state), ..Values::default() })
}

/// Two different questions of the list, each answered.
fn are_two(case: &mut Case<'_>, answers: &[(u16, Secret)]) -> Result<(), Stop> {
    let listed = answers.iter().all(|(question, answer)| QUESTIONS.contains(question) && !is_blank(answer));
    let different = matches!(answers, [(first, _), (second, _)] if first != second);
    let few = matches!(answers.len(), 1 | 2);
    if listed && (different || (few && case.strikes(Quirk::OneQuestionSuffices))) {
        return Ok(());
    }
    Err(Reason::QuestionsWrong.into())
}

fn is_blank(answer: &Secret) -> bool {
    answer.shape().length == 0 || answer.text().is_some_and(|text| text.trim().is_empty())
}

/// Frees the device from the account that used it: under `transfer` the other account keeps its level, is not
/// activated, has a fresh window and no session any more.
pub(super) fn displace(case: &mut Case<'_>, who: Who<'_>, number: CitizenNumber) {
    if case.frame.book.device_in_use != DeviceInUse::Transfer {
        return;
    }
    let Some(binding) = case.get::<Binding>(who.caller.device).filter(|binding| binding.number != number) else {
        return;
    };
    if let Some(other) = case.get::<Account>(binding.number) {
        let unbound = other.unbound(case.now_ms());
        case.put(binding.number, unbound);
    }
}

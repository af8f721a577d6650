//! Journey 6: request, code, password (only who had none), passcode, security questions; then the account is active
//! and the device bound.
//!
//! Invariant: an account is bound to one device and a device to one account. Account, window and device are checked at
//! the request and again at the last step, so of several half-finished activations the last step decides. What stops
//! half-way binds nothing. The bound key is the one that signed the last step, and the same as at the request.
//!
//! Level 2 over an active level 1 goes the same way on the bound device, with proofs of its key and without the
//! password step; from another device it needs a move first. Level 1 works until the last step.

use songsinh_contract::{
    CitizenNumber, Code, DeviceInUse, Level, PhoneNumber, Reason, Secret, SmsPurpose, Token, Values,
};

use super::code::{self, Recipient};
use super::{Case, ProofClaim, QUESTIONS, Query, Stop, Who, device, password};
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
fn is_entitled(case: &Case<'_>, account: &Account) -> Result<(), Stop> {
    if account.level < Level::One {
        return Err(Reason::NotIdentified.into());
    }
    let since_ms = match (account.activation, account.upgrade_ms) {
        (ActivationState::None, _) => return Err(Reason::NotIdentified.into()),
        (ActivationState::Activated { .. }, None) => return Err(Reason::AlreadyActivated.into()),
        (ActivationState::Activated { .. }, Some(since_ms)) | (ActivationState::Notified { since_ms }, _) => since_ms,
    };
    if case.is_over(since_ms, case.frame.book.activation_window) {
        return Err(Reason::WindowClosed.into());
    }
    Ok(())
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
    case.put(handle, held);
    Ok(Values { needs_password, ..Values::default() })
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
    if !held.needs_password || step_now(case, &held) != ActivationStep::Confirmed {
        return Err(Reason::StepOutOfOrder.into());
    }
    password::is_strong(password)?;
    let password = Some(password::hash_of(case, password)?);
    case.put(handle, Activation { password, step: ActivationStep::Password, ..held });
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
    if !passcode.shape().is_passcode() {
        return Err(Reason::PasscodeMalformed.into());
    }
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
    if held.step != ActivationStep::Passcode {
        return Err(Reason::StepOutOfOrder.into());
    }
    let [(first, one), (second, two)] = answers else { return Err(Reason::QuestionsWrong.into()) };
    let listed = QUESTIONS.contains(first) && QUESTIONS.contains(second) && first != second;
    if !listed || is_blank(one) || is_blank(two) {
        return Err(Reason::QuestionsWrong.into());
    }
    let number = held.challenge.number;
    let account = case.get::<Account>(number).ok_or(Reason::NotIdentified)?;
    match is_entitled(case, &account) {
        Err(Stop::Refuse(Reason::AlreadyActivated)) if case.strikes(Quirk::SecondDeviceBinds) => {}
        other => other?,
    }
    let level = if account.upgrade_ms.is_some() { Level::Two } else { account.level };
    is_device_free(case, who, number)?;
    let key = device::demand(case, who, held.key)?;
    let Some(hashes) = case.replies.hashes.clone().filter(|hashes| hashes.len() == 2) else {
        return Err(Stop::Ask(Query::Hash { secrets: vec![one.clone(), two.clone()] }));
    };
    displace(case, who, number);
    let activation = ActivationState::Activated { device: who.caller.device, at_ms: case.now_ms() };
    let account = Account {
        activation,
        level,
        upgrade_ms: None,
        password: held.password.clone().or(account.password),
        passcode: held.passcode.clone(),
        questions: [*first, *second].into_iter().zip(hashes).collect(),
        ..account
    };
    let state = account.state();
    case.put(number, account);
    device::bind(case, who, number, key);
    case.put(handle, Activation { step: ActivationStep::Done, ..held });
    Ok(Values { account: Some(state), ..Values::default() })
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

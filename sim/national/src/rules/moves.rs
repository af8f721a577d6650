//! Devices of an account (journey 11): the list, the release, and the move to a new phone.
//!
//! ```text
//!  new phone: device.move (number, password) -> handle             device.move-confirm (handle, code) -> bound here
//!  old phone:                       device.move-code -> code shown ---^
//! ```
//!
//! Invariant: an account stays bound to one device and a device to one account; a move needs the password and the code
//! that the old phone shows, and the proofs of both keys. Release and move end every session; the move leaves level,
//! passcode and questions as they are. The newest move of an account is the only one that goes on, and none outlives the
//! password that it was asked with.

use std::time::Duration;

use songsinh_contract::{CitizenNumber, Code, Operation, Reason, ResendPolicy, Secret, Token, Values};

use super::case::millis;
use super::{Case, Stop, Who, activation, code, device, password};
use crate::quirks::Quirk;
use crate::records::{Account, ActivationState, Binding, Challenge, Handle, HandleKind, Move, Moving};

/// Decides an operation of this group.
pub(super) fn decide(case: &mut Case<'_>, who: Who<'_>, operation: &Operation) -> Result<Values, Stop> {
    match operation {
        Operation::DeviceList => {
            let (_, _, account) = device::session_anywhere(case, who)?;
            Ok(Values { devices: account.device().into_iter().collect(), ..Values::default() })
        }
        Operation::DeviceRelease => release(case, who),
        Operation::DeviceMove { number, password } => ask(case, who, *number, password),
        Operation::DeviceMoveCode => show(case, who),
        Operation::DeviceMoveConfirm { challenge, code } => confirm(case, who, challenge, *code),
        _ => Err(Reason::Malformed.into()),
    }
}

/// The device of the session is free again.
fn release(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    let device = account.device().ok_or(Reason::NotActivated)?;
    let era = account.era;
    case.mark(Quirk::QrSurvivesRelease, &device);
    let mut account = account.unbound(case.now_ms());
    if case.strikes(Quirk::ReleaseKeepsSessions) {
        account.era = era;
    }
    let state = account.state();
    // A misbehaving twin needs the key still to find a live QR genuine.
    if !case.frame.quirks.has(Quirk::QrSurvivesRelease) {
        case.remove::<Binding>(device);
    }
    case.put(account.number, account);
    Ok(Values { account: Some(state), ..Values::default() })
}

/// The new phone asks, with the password and a proof of its own key.
fn ask(case: &mut Case<'_>, who: Who<'_>, number: CitizenNumber, typed: &Secret) -> Result<Values, Stop> {
    let key = device::demand(case, who, None)?;
    let account = password::prove(case, number, typed)?;
    let from = account.device().ok_or(Reason::NotActivated)?;
    let bound = case.get::<Binding>(who.caller.device);
    if bound.is_some_and(|binding| binding.number == number && binding.key == key) {
        return Err(Reason::AlreadyActivated.into());
    }
    activation::is_device_free(case, who, number)?;
    if let Some(before) = case.get::<Moving>(number)
        && let Some(mut held) = case.get::<Move>(before.handle)
        && held.challenge.used_ms.is_none()
    {
        held.challenge.superseded = true;
        case.put(before.handle, held);
    }
    let handle = Handle::draw(HandleKind::Move, case.chance);
    let asked_ms = case.now_ms();
    let challenge = Challenge {
        number,
        phone: account.phone,
        device: who.caller.device,
        code: code::draw(case, account.phone),
        issued_ms: asked_ms,
        tries: 0,
        superseded: false,
        used_ms: None,
        older: Vec::new(),
    };
    case.put(handle, Move { challenge, asked_ms, from, key, era: account.era, shown: false });
    case.put(number, Moving { handle, opened_ms: asked_ms });
    let expires_in = Some(case.frame.book.after_code);
    Ok(Values { handle: Some(handle.token()), expires_in, ..Values::default() })
}

/// The old phone shows the code of the newest move. Asked again it shows a new one, or the same, as the rulebook says
/// of resends; either way with fresh tries.
fn show(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    let device = account.device().ok_or(Reason::NotActivated)?;
    let moving = case.get::<Moving>(account.number).ok_or(Reason::MoveNotAsked)?;
    let mut held = case.get::<Move>(moving.handle).ok_or(Reason::MoveNotAsked)?;
    let book = case.frame.book;
    let is_over = held.challenge.used_ms.is_some()
        || (held.from, held.era) != (device, account.era)
        || case.is_over(held.asked_ms, book.after_code);
    if is_over {
        return Err(Reason::MoveNotAsked.into());
    }
    let repeats = held.shown
        && book.otp_resend_policy == ResendPolicy::SameCode
        && !case.is_over(held.challenge.issued_ms, book.otp_lifetime);
    if !repeats {
        code::renew(case, &mut held.challenge);
    }
    held.challenge.tries = 0;
    held.shown = true;
    let left_ms = held.challenge.issued_ms + millis(book.otp_lifetime) - case.now_ms();
    let code = Some(held.challenge.code);
    case.put(moving.handle, held);
    let expires_in = Some(Duration::from_millis(u64::try_from(left_ms).unwrap_or(0)));
    Ok(Values { code, expires_in, ..Values::default() })
}

/// The new phone enters the code, with a proof of the key that asked → bound here, the old phone logged out.
fn confirm(case: &mut Case<'_>, who: Who<'_>, token: &Token, typed: Code) -> Result<Values, Stop> {
    let (handle, held) = code::own::<Move>(case, who, token)?;
    let key = device::demand(case, who, Some(held.key))?;
    let held = if case.strikes(Quirk::MoveWithoutCode) {
        held
    } else if !held.shown && !held.challenge.superseded {
        return Err(Reason::StepOutOfOrder.into());
    } else {
        code::confirm::<Move>(case, who, token, typed)?.1
    };
    let number = held.challenge.number;
    let stands = |account: &Account| (account.device(), account.era) == (Some(held.from), held.era);
    let account = case.get::<Account>(number).filter(stands);
    let account = account.ok_or(Reason::MoveNotAsked)?;
    activation::is_device_free(case, who, number)?;
    activation::displace(case, who, number);
    let now_ms = case.now_ms();
    let account = Account {
        activation: ActivationState::Activated { device: who.caller.device, at_ms: now_ms },
        era: account.era + 1,
        unlock: false,
        ..account
    };
    let state = account.state();
    case.remove::<Binding>(held.from);
    device::bind(case, who, number, key);
    case.put(number, account);
    let challenge = Challenge { used_ms: Some(now_ms), ..held.challenge };
    case.put(handle, Move { challenge, ..held });
    Ok(Values { account: Some(state), ..Values::default() })
}

//! One-time codes: asking, asking again, entering. The same for registration, activation and reset; a move
//! to a new phone shares the entering.
//!
//! Invariants: a code is accepted only while it is live, not void and not used, from the device that asked; no two
//! different codes of one citizen, phone and purpose are accepted; refused wrong codes are counted.
//!
//! Limits: between two codes for a phone and purpose lies the resend gap (a request within the gap of the last code is
//! a resend too soon, unless that code was used); resends, counted by phone and purpose over the rolling window, are
//! limited, first codes are not; wrong codes are limited by code and, over all purposes, by account and window.

use std::time::Duration;

use songsinh_contract::{CitizenNumber, Code, DeviceId, PhoneNumber, Reason, ResendPolicy, SmsPurpose, Token, Values};

use super::case::millis;
use super::{Case, Stop, Who};
use crate::quirks::Quirk;
use crate::records::{
    Activation, Addressed, Attempts, Challenge, Challenged, Handle, HandleKind, Latest, Opened, Person, Rate,
    Registration, Reset,
};
use crate::words;

/// How many codes before the newest are kept under `old-code-works`.
const OLDER_CODES: usize = 8;

/// For how long a code passes once more under `otp-serves-twice-at-once`, as if the two uses had raced.
const RACE_MS: i64 = 250;
/// Of the misbehaviours that err by a second.
pub(super) const SECOND: Duration = Duration::from_secs(1);

/// For whom a code is drawn.
pub(super) struct Recipient {
    pub number: CitizenNumber,
    pub phone: PhoneNumber,
    pub device: DeviceId,
}

/// Whether a first code may go out now: not within the gap of the last one, unless that was used.
pub(super) fn may_open(case: &Case<'_>, purpose: SmsPurpose, phone: PhoneNumber) -> Result<(), Stop> {
    let Some(rate) = case.get::<Rate>(Addressed(phone, purpose)) else { return Ok(()) };
    if case.is_over(rate.last_ms, case.frame.book.otp_resend_gap) || was_used(case, purpose, rate.last) {
        return Ok(());
    }
    Err(Reason::ResendTooSoon.into())
}

fn was_used(case: &Case<'_>, purpose: SmsPurpose, handle: Handle) -> bool {
    let used_ms = match purpose {
        SmsPurpose::Register => case.get::<Registration>(handle).and_then(|one| one.challenge.used_ms),
        SmsPurpose::Reset => case.get::<Reset>(handle).and_then(|one| one.challenge.used_ms),
        _ => case.get::<Activation>(handle).and_then(|one| one.challenge.used_ms),
    };
    used_ms.is_some()
}

/// Draws a first code, voids the one before it and sends it.
pub(super) fn open<T: Challenged>(case: &mut Case<'_>, purpose: SmsPurpose, to: &Recipient) -> (Handle, Challenge) {
    let (handle, challenge) = open_unsent::<T>(case, purpose, to);
    dispatch(case, purpose, &challenge);
    (handle, challenge)
}

/// Draws a first code as [`open`] does, and sends it to nobody.
pub(super) fn open_unsent<T: Challenged>(
    case: &mut Case<'_>,
    purpose: SmsPurpose,
    to: &Recipient,
) -> (Handle, Challenge) {
    let opened = Opened(to.number, to.phone, purpose);
    if let Some(before) = case.get::<Latest>(opened)
        && let Some(mut held) = case.get::<T>(before.handle)
        && held.challenge().used_ms.is_none()
    {
        held.challenge_mut().superseded = true;
        case.put(before.handle, held);
    }
    let handle = Handle::draw(T::KIND, case.chance);
    let challenge = Challenge {
        number: to.number,
        phone: to.phone,
        device: to.device,
        code: draw(case, to.phone),
        issued_ms: case.now_ms(),
        tries: 0,
        superseded: false,
        used_ms: None,
        older: Vec::new(),
    };
    case.put(opened, Latest { handle, opened_ms: case.now_ms() });
    let resends_ms = recent_resends(case, purpose, to.phone);
    case.put(Addressed(to.phone, purpose), Rate { last_ms: case.now_ms(), last: handle, resends_ms });
    (handle, challenge)
}

/// The values that answer an opened challenge.
pub(super) fn opened(case: &Case<'_>, handle: Handle) -> Values {
    Values { handle: Some(handle.token()), expires_in: Some(case.frame.book.otp_lifetime), ..Values::default() }
}

/// Sends the code of a challenge once more, or a new one. `held` is written by the caller's commit.
pub(super) fn resend<T: Challenged>(
    case: &mut Case<'_>,
    purpose: SmsPurpose,
    handle: Handle,
    mut held: T,
) -> Result<Values, Stop> {
    let phone = held.challenge().phone;
    if held.challenge().used_ms.is_some() {
        return Err(Reason::StepOutOfOrder.into());
    }
    if held.challenge().superseded {
        return Err(Reason::CodeVoid.into());
    }
    let book = case.frame.book;
    let rate = case.get::<Rate>(Addressed(phone, purpose));
    if rate.as_ref().is_some_and(|rate| !case.is_over(rate.last_ms, book.otp_resend_gap))
        && !case.strikes(Quirk::ResendGapUnchecked)
    {
        return Err(Reason::ResendTooSoon.into());
    }
    let mut resends_ms = recent_resends(case, purpose, phone);
    let limit = book.otp_resends_per_window as usize;
    if resends_ms.len() >= limit && !(resends_ms.len() == limit && case.strikes(Quirk::OneResendMore)) {
        return Err(Reason::ResendTooMany.into());
    }
    resends_ms.push(case.now_ms());
    let repeats = book.otp_resend_policy == ResendPolicy::SameCode
        && !case.is_over(held.challenge().issued_ms, book.otp_lifetime);
    if !repeats {
        renew(case, held.challenge_mut());
    } else if case.strikes(Quirk::ResendLengthensLife) {
        held.challenge_mut().issued_ms = case.now_ms();
    }
    held.challenge_mut().tries = 0;
    let person = Person(held.challenge().number, phone);
    if case.get::<Attempts>(person).is_some() && case.strikes(Quirk::ResendForgivesAll) {
        case.remove::<Attempts>(person);
    }
    case.put(Addressed(phone, purpose), Rate { last_ms: case.now_ms(), last: handle, resends_ms });
    if held.is_live() {
        dispatch(case, purpose, held.challenge());
    }
    let left = held.challenge().issued_ms + millis(book.otp_lifetime) - case.now_ms();
    let expires_in = Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)));
    case.put(handle, held);
    Ok(Values { handle: Some(handle.token()), expires_in, ..Values::default() })
}

/// A new code in place of the one before.
pub(super) fn renew(case: &mut Case<'_>, challenge: &mut Challenge) {
    if case.frame.quirks.has(Quirk::OldCodeWorks) {
        challenge.older.insert(0, challenge.code);
        challenge.older.truncate(OLDER_CODES);
    }
    challenge.code = draw(case, challenge.phone);
    challenge.issued_ms = case.now_ms();
}

fn recent_resends(case: &Case<'_>, purpose: SmsPurpose, phone: PhoneNumber) -> Vec<i64> {
    let mut times = case.get::<Rate>(Addressed(phone, purpose)).map(|rate| rate.resends_ms).unwrap_or_default();
    times.retain(|&at_ms| !case.is_over(at_ms, case.frame.book.otp_window));
    times
}

/// Six digits.
pub(super) fn draw(case: &mut Case<'_>, phone: PhoneNumber) -> Code {
    if case.strikes(Quirk::CodeFromPhone) {
        return Code((phone.as_u64() % 1_000_000) as u32);
    }
    Code(case.chance.below(1_000_000) as u32)
}

fn dispatch(case: &mut Case<'_>, purpose: SmsPurpose, challenge: &Challenge) {
    let mut text = words::code_sms(purpose, challenge.code, case.frame.book.otp_lifetime);
    if case.strikes(Quirk::CodeSmsWithLink) {
        text.push_str(" https://vneid.gov.vn");
    }
    case.send(purpose, challenge.phone, text, Some(case.frame.book.otp_lifetime));
    if case.strikes(Quirk::CodeInAnswer) {
        case.leak(challenge.code);
    }
}

/// The record of a handle that this device was given; anything else is unknown.
pub(super) fn own<T: Challenged>(case: &Case<'_>, who: Who<'_>, token: &Token) -> Result<(Handle, T), Stop> {
    let handle = Handle::of_token(T::KIND, token).ok_or(Reason::HandleUnknown)?;
    let held = case.get::<T>(handle).ok_or(Reason::HandleUnknown)?;
    if held.challenge().device != who.caller.device {
        return Err(Reason::HandleUnknown.into());
    }
    Ok((handle, held))
}

/// Enters a code. Gives back the record with the code used, which the caller is to put.
pub(super) fn confirm<T: Challenged>(
    case: &mut Case<'_>,
    who: Who<'_>,
    token: &Token,
    typed: Code,
) -> Result<(Handle, T), Stop> {
    let (handle, mut held) = own::<T>(case, who, token)?;
    let challenge = held.challenge().clone();
    if let Some(used_ms) = challenge.used_ms {
        if challenge.code == typed && serves_again(case, used_ms) {
            return Ok((handle, held));
        }
        return Err(Reason::CodeUsed.into());
    }
    let old_works = (challenge.superseded || challenge.older.contains(&typed)) && case.strikes(Quirk::OldCodeWorks);
    if (challenge.superseded && !old_works) || is_tired(case, &challenge) {
        return Err(Reason::CodeVoid.into());
    }
    if is_expired(case, &challenge) {
        return Err(Reason::CodeExpired.into());
    }
    let person = Person(challenge.number, challenge.phone);
    let mut attempts = case.get::<Attempts>(person).unwrap_or_default();
    attempts.wrong_ms.retain(|&at_ms| !case.is_over(at_ms, case.frame.book.otp_window));
    if attempts.wrong_ms.len() >= case.frame.book.otp_attempts_per_window as usize {
        return Err(Reason::AttemptsExhausted.into());
    }
    let right = challenge.code == typed || (old_works && challenge.older.contains(&typed));
    if !held.is_live() || (!right && !is_of_other_purpose(case, &challenge, typed) && !accepts_any::<T>(case)) {
        attempts.wrong_ms.push(case.now_ms());
        case.count(person, attempts);
        held.challenge_mut().tries += 1;
        case.count(handle, held);
        return Err(Reason::CodeWrong.into());
    }
    held.challenge_mut().used_ms = Some(case.now_ms());
    Ok((handle, held))
}

/// Whether a used code is taken once more.
fn serves_again(case: &mut Case<'_>, used_ms: i64) -> bool {
    let raced = case.now_ms() - used_ms < RACE_MS;
    case.strikes(Quirk::OtpReusable) || (raced && case.strikes(Quirk::OtpServesTwiceAtOnce))
}

/// Whether so many wrong codes came that even the right one is refused.
fn is_tired(case: &mut Case<'_>, challenge: &Challenge) -> bool {
    let limit = case.frame.book.otp_attempts;
    challenge.tries >= limit
        && !(challenge.tries == limit && case.strikes(Quirk::AttemptsOffByOne))
        && !case.strikes(Quirk::AttemptsUnlimited)
}

/// Whether the code is the newest that went to the phone for another purpose (misbehaviour `code-of-any-purpose`).
fn is_of_other_purpose(case: &mut Case<'_>, challenge: &Challenge, typed: Code) -> bool {
    if !case.frame.quirks.has(Quirk::CodeOfAnyPurpose) {
        return false;
    }
    let sent = [SmsPurpose::Register, SmsPurpose::Activate, SmsPurpose::Reset]
        .into_iter()
        .filter_map(|purpose| case.get::<Rate>(Addressed(challenge.phone, purpose)))
        .filter_map(|rate| code_of(case, rate.last));
    let fits = sent.into_iter().any(|code| code == typed);
    fits && case.strikes(Quirk::CodeOfAnyPurpose)
}

fn code_of(case: &Case<'_>, handle: Handle) -> Option<Code> {
    let registered = case.get::<Registration>(handle).map(|one| one.challenge.code);
    let activated = || case.get::<Activation>(handle).map(|one| one.challenge.code);
    registered.or_else(activated).or_else(|| case.get::<Reset>(handle).map(|one| one.challenge.code))
}

fn accepts_any<T: Challenged>(case: &mut Case<'_>) -> bool {
    case.strikes(Quirk::AnyCodeWorks)
        || (T::KIND == HandleKind::Activation && case.strikes(Quirk::ActivationWithoutCode))
}

fn is_expired(case: &mut Case<'_>, challenge: &Challenge) -> bool {
    let life = case.frame.book.otp_lifetime;
    let life = if case.strikes(Quirk::OtpLivesTwice) {
        life * 2
    } else if case.strikes(Quirk::OtpExpiresEarly) {
        life / 2
    } else if case.strikes(Quirk::OtpASecondMore) {
        life + SECOND
    } else {
        life
    };
    case.is_over(challenge.issued_ms, life)
}

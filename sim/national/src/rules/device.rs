//! Devices, their keys, and sessions: who is calling, really?
//!
//! Invariant: before activation the device id alone stands; from activation on a call of a bound device needs a proof by
//! the bound key that holds for this request, lies in its window and was never shown before. Activation calls are not
//! held to it: whoever may go on there has no bound device yet.

use std::time::Duration;

use songsinh_contract::{CitizenNumber, DeviceId, Digest, Reason};

use super::{Case, ProofClaim, Stop, Who, code};
use crate::quirks::Quirk;
use crate::records::{Account, Binding, Handle, HandleKind, Maker, Session};

/// Demands a proof if the calling device is bound.
pub(super) fn gate(case: &mut Case<'_>, who: Who<'_>) -> Result<(), Stop> {
    let Some(binding) = case.get::<Binding>(who.caller.device) else { return Ok(()) };
    demand(case, who, Some(binding.key)).map(|_| ())
}

/// Demands a proof, by `key` if one is given, and tells the key that signed it.
pub(super) fn demand(case: &mut Case<'_>, who: Who<'_>, key: Option<Digest>) -> Result<Digest, Stop> {
    let shown = who.proof;
    if case.strikes(Quirk::ProofUnchecked) {
        return Ok(match shown {
            ProofClaim::Sound { key: signer, .. } => key.unwrap_or(*signer),
            _ => key.unwrap_or(who.caller.key),
        });
    }
    match shown {
        ProofClaim::Missing => Err(Reason::ProofMissing.into()),
        ProofClaim::Unsound => Err(Reason::ProofForeign.into()),
        ProofClaim::Sound { key: signer, .. } if key.is_some_and(|key| key != *signer) => {
            Err(Reason::ProofForeign.into())
        }
        ProofClaim::Sound { iat_ms, .. }
            if !case.proof_is_timely(*iat_ms) && !case.strikes(Quirk::ProofAgeUnchecked) =>
        {
            Err(Reason::ProofStale.into())
        }
        ProofClaim::Sound { .. } if case.proof_was_seen() && !case.strikes(Quirk::ProofReplayable) => {
            Err(Reason::ProofReplayed.into())
        }
        ProofClaim::Sound { key: signer, .. } => Ok(*signer),
    }
}

/// Binds the calling device to an account, under the key that [`demand`] has told. The public key comes from the proof;
/// without one (only under `proof-unchecked`) nothing that the device signs later can be checked.
pub(super) fn bind(case: &mut Case<'_>, who: Who<'_>, number: CitizenNumber, key: Digest) {
    let jwk: Box<str> = match who.proof {
        ProofClaim::Sound { jwk, .. } => jwk.as_ref().into(),
        _ => Box::default(),
    };
    if case.frame.quirks.has(Quirk::QrAnyDevice) {
        case.put(key, Maker { jwk: jwk.clone() });
    }
    case.put(who.caller.device, Binding { number, key, jwk });
}

/// The account of the caller's session, on the account's own device once it is bound to one. A session whose device
/// and proof hold stays alive, even if the call is refused later.
pub(super) fn session(case: &mut Case<'_>, who: Who<'_>) -> Result<Account, Stop> {
    session_on(case, who, false).map(|(_, _, account)| account)
}

/// The caller's session, its record and its account. Under a rulebook that lets an active account log in on another
/// phone, such a session serves as well: for the account's page, notices and devices, a change of password, and its own
/// refresh and end.
pub(super) fn session_anywhere(case: &mut Case<'_>, who: Who<'_>) -> Result<(Handle, Session, Account), Stop> {
    let elsewhere_too = !case.frame.book.login_elsewhere_refused;
    session_on(case, who, elsewhere_too)
}

fn session_on(case: &mut Case<'_>, who: Who<'_>, elsewhere_too: bool) -> Result<(Handle, Session, Account), Stop> {
    let token = who.caller.session.as_ref().ok_or(Reason::SessionMissing)?;
    let handle = Handle::of_token(HandleKind::Session, token).ok_or(Reason::SessionMissing)?;
    let session = case.get::<Session>(handle).ok_or(Reason::SessionMissing)?;
    if is_over(case, &session) {
        return Err(Reason::SessionExpired.into());
    }
    if session.device != who.caller.device && !case.strikes(Quirk::SessionFollowsAnyDevice) {
        return Err(Reason::SessionForeignDevice.into());
    }
    let account = case.get::<Account>(session.number).ok_or(Reason::SessionMissing)?;
    if session.era != account.era {
        return Err(Reason::SessionMissing.into());
    }
    if !elsewhere_too && is_elsewhere(&account, session.device) {
        return Err(Reason::BoundElsewhere.into());
    }
    gate(case, who)?;
    case.count(handle, Session { used_ms: case.now_ms(), ..session });
    Ok((handle, session, account))
}

/// Whether a session's life is over, by idling or by age.
pub(super) fn is_over(case: &mut Case<'_>, session: &Session) -> bool {
    let book = case.frame.book;
    let more = if case.strikes(Quirk::SessionASecondMore) { code::SECOND } else { Duration::ZERO };
    case.is_over(session.used_ms, book.session_idle + more) || case.is_over(session.opened_ms, book.session_absolute)
}

/// Whether the account is bound to a device other than this one.
pub(super) fn is_elsewhere(account: &Account, device: DeviceId) -> bool {
    account.device().is_some_and(|bound| bound != device)
}

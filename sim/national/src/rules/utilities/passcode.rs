//! The passcode opens the utilities for a session.
//!
//! Invariant: an opening is the session's own and ends with the next lock. Whether a passcode is right, and when it
//! locks, is judged in `rules::passcode`.

use songsinh_contract::{Reason, Secret, Values};

use super::super::passcode::check;
use super::super::standing::active_level;
use super::{Case, Stop, Who, device};
use crate::quirks::Quirk;
use crate::records::{Account, Handle, HandleKind, Opening, Passcodes};

/// Opens the utilities for the caller's session.
pub(super) fn enter(case: &mut Case<'_>, who: Who<'_>, typed: &Secret) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    if active_level(&account).is_none() {
        return Err(Reason::NotActivated.into());
    }
    check(case, &account, typed)?;
    let locks = case.get::<Passcodes>(account.number).unwrap_or_default().locks;
    let handle = session_handle(who)?;
    let at_ms = case.now_ms();
    case.put(handle, Opening { at_ms, locks });
    Ok(Values::default())
}

/// Refuses while the utilities are locked, or were not opened in this session since the last lock.
pub(super) fn is_open(case: &mut Case<'_>, who: Who<'_>, account: &Account) -> Result<(), Stop> {
    if case.strikes(Quirk::UtilityWithoutPasscode) {
        return Ok(());
    }
    let passcodes = case.get::<Passcodes>(account.number).unwrap_or_default();
    if case.now_ms() < passcodes.locked_until_ms {
        return Err(Reason::UtilitiesLocked.into());
    }
    let opening = case.get::<Opening>(session_handle(who)?);
    if opening.is_none_or(|opening| opening.locks != passcodes.locks) {
        return Err(Reason::PasscodeWanted.into());
    }
    Ok(())
}

fn session_handle(who: Who<'_>) -> Result<Handle, Stop> {
    let handle = who.caller.session.as_ref().and_then(|token| Handle::of_token(HandleKind::Session, token));
    Ok(handle.ok_or(Reason::SessionMissing)?)
}

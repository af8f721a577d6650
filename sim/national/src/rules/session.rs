//! Sessions after the login: renewed by a refresh token, opened by the device's key, ended.
//!
//! ```text
//!  login ----- session 1 ----- session 2 ----- … ---| absolute end, counted from the login
//!         refresh token 1 ^  token 2 ^
//! ```
//!
//! Invariant: of one login at most one session lives. A refresh token serves once (or, if the rulebook says so, again and
//! again), on its device, while its session lives; shown again where it serves once, it ends the login's session. The
//! device's key logs in only where it is the bound one and the switch is on: whatever else is the case is answered alike,
//! so the answer does not tell who has an account.

use std::time::Duration;

use songsinh_contract::{CitizenNumber, Reason, Token, Values};

use super::case::millis;
use super::{Case, Stop, Who, device};
use crate::quirks::Quirk;
use crate::records::{Account, Binding, Family, Handle, HandleKind, OfficerSession, Refresh, Session};

/// A new login on the calling device.
pub(super) fn open(case: &mut Case<'_>, who: Who<'_>, account: &Account) -> Values {
    let family = Handle::draw(HandleKind::Family, case.chance);
    let opened_ms = case.now_ms();
    go_on(case, who, account, family, opened_ms)
}

/// The next session of a login, and what renews it.
fn go_on(case: &mut Case<'_>, who: Who<'_>, account: &Account, family: Handle, opened_ms: i64) -> Values {
    let (number, device, now_ms) = (account.number, who.caller.device, case.now_ms());
    let session = Handle::draw(HandleKind::Session, case.chance);
    let refresh = Handle::draw(HandleKind::Refresh, case.chance);
    let held = Session { number, device, opened_ms, used_ms: now_ms, era: account.era, family: Some(family) };
    case.put(session, held);
    case.put(refresh, Refresh { family, opened_ms, used: false });
    case.put(family, Family { number, device, opened_ms, session });
    let left_ms = opened_ms + millis(case.frame.book.session_absolute) - now_ms;
    Values {
        session: Some(session.token()),
        refresh: Some(refresh.token()),
        expires_in: Some(Duration::from_millis(u64::try_from(left_ms).unwrap_or(0))),
        account: Some(account.state()),
        ..Values::default()
    }
}

/// Refresh token → the next session of the login; the one before ends.
pub(super) fn refresh(case: &mut Case<'_>, who: Who<'_>, token: &Token) -> Result<Values, Stop> {
    let handle = Handle::of_token(HandleKind::Refresh, token).ok_or(Reason::RefreshUsed)?;
    let refresh = case.get::<Refresh>(handle).ok_or(Reason::RefreshUsed)?;
    let family = case.get::<Family>(refresh.family).ok_or(Reason::RefreshUsed)?;
    if family.device != who.caller.device && !case.strikes(Quirk::SessionFollowsAnyDevice) {
        return Err(Reason::SessionForeignDevice.into());
    }
    device::gate(case, who)?;
    if refresh.used && case.frame.book.refresh_rotates && !case.strikes(Quirk::RefreshReusable) {
        case.uncount::<Session>(family.session);
        return Err(Reason::RefreshUsed.into());
    }
    let session = case.get::<Session>(family.session).ok_or(Reason::RefreshUsed)?;
    let account = case.get::<Account>(family.number).ok_or(Reason::RefreshUsed)?;
    if device::is_over(case, &session) || session.era != account.era {
        return Err(Reason::RefreshUsed.into());
    }
    if case.frame.book.login_elsewhere_refused && device::is_elsewhere(&account, session.device) {
        return Err(Reason::BoundElsewhere.into());
    }
    case.remove::<Session>(family.session);
    case.put(handle, Refresh { used: true, ..refresh });
    Ok(go_on(case, who, &account, refresh.family, refresh.opened_ms))
}

/// Ends the session, a citizen's or an officer's.
pub(super) fn logout(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let officers = who.caller.session.as_ref().and_then(|token| Handle::of_token(HandleKind::Officer, token));
    if let Some(handle) = officers {
        super::counter::officer(case, who)?;
        case.remove::<OfficerSession>(handle);
        return Ok(Values::default());
    }
    let (handle, _, _) = device::session_anywhere(case, who)?;
    if !case.strikes(Quirk::LogoutKeepsSession) {
        case.remove::<Session>(handle);
    }
    Ok(Values::default())
}

/// The bound device's key → session.
pub(super) fn unlock(case: &mut Case<'_>, who: Who<'_>, number: CitizenNumber) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let is_here = case.get::<Binding>(who.caller.device).is_some_and(|binding| binding.number == number);
    let account = case.get::<Account>(number).filter(|_| is_here);
    let account = account.filter(|account| account.unlock || case.strikes(Quirk::UnlockWithoutSwitch));
    let account = account.filter(|account| account.device() == Some(who.caller.device)).ok_or(Reason::UnlockOff)?;
    Ok(open(case, who, &account))
}

/// Login by fingerprint or face on or off.
pub(super) fn switch(case: &mut Case<'_>, who: Who<'_>, on: bool) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    if account.device().is_none() {
        return Err(Reason::NotActivated.into());
    }
    case.put(account.number, Account { unlock: on, ..account });
    Ok(Values::default())
}

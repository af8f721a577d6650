//! Journey 2: number and password → session; and the account page that a session shows.
//!
//! Invariant: wrong passwords add up until a right one. The one that reaches the limit locks, and so does every wrong
//! one after a lock has ended; tries while locked count nothing and do not lengthen the lock. A number without an
//! account counts, locks and answers just the same, and costs the same work.

use songsinh_contract::{CitizenNumber, Reason, Secret, Shown, Values};

use super::case::millis;
use super::{Case, Query, Stop, Who, device};
use crate::quirks::Quirk;
use crate::records::{Account, Handle, HandleKind, Logins, Only, Session, Showcase};

/// Number and password → session.
pub(super) fn login(
    case: &mut Case<'_>,
    who: Who<'_>,
    number: CitizenNumber,
    password: &Secret,
) -> Result<Values, Stop> {
    device::gate(case, who)?;
    let mut logins = case.get::<Logins>(number).unwrap_or_default();
    if case.now_ms() < logins.locked_until_ms {
        return Err(Reason::Locked.into());
    }
    let account = case.get::<Account>(number);
    let against = account.as_ref().and_then(|account| account.password.clone());
    let fits = match &case.replies.check {
        Some((checked, fits)) if *checked == against => *fits,
        _ => return Err(Stop::Ask(Query::Check { secret: password.clone(), against })),
    };
    let Some(account) = account.filter(|_| fits) else {
        logins.wrong = logins.wrong.saturating_add(1);
        if logins.wrong >= case.frame.book.login_attempts && !case.strikes(Quirk::LockoutMissing) {
            logins.locked_until_ms = case.now_ms() + lock_ms(case);
        }
        case.count(number, logins);
        return Err(Reason::CredentialsWrong.into());
    };
    if logins != Logins::default() {
        case.uncount::<Logins>(number);
    }
    if device::is_elsewhere(&account, who.caller.device) {
        return Err(Reason::BoundElsewhere.into());
    }
    let now_ms = case.now_ms();
    let handle = Handle::draw(HandleKind::Session, case.chance);
    case.put(handle, Session { number, device: who.caller.device, opened_ms: now_ms, used_ms: now_ms });
    if case.frame.quirks.has(Quirk::OtherCitizensData) {
        case.put(Only, Showcase { number });
    }
    Ok(Values {
        session: Some(handle.token()),
        expires_in: Some(case.frame.book.session_absolute),
        account: Some(account.state()),
        ..Values::default()
    })
}

fn lock_ms(case: &mut Case<'_>) -> i64 {
    let whole = millis(case.frame.book.login_lock);
    if case.strikes(Quirk::LockoutEndsEarly) { whole / 2 } else { whole }
}

/// The account of the session.
pub(super) fn show(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let mut account = device::session(case, who)?;
    if case.strikes(Quirk::OtherCitizensData)
        && let Some(other) = case.get::<Showcase>(Only)
        && let Some(other) = case.get::<Account>(other.number)
    {
        account = other;
    }
    let shown = Shown {
        number: Some(account.number),
        name: Some(account.name.clone()),
        born: Some(account.born),
        sex: Some(account.sex),
    };
    Ok(Values { shown: Some(Box::new(shown)), account: Some(account.state()), ..Values::default() })
}

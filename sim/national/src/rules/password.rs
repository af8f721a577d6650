//! Is this the password of that account? Asked at the login, at a change of password and at a move to a new phone.
//!
//! Invariant: wrong passwords add up until a right one, wherever they were typed. The one that reaches the limit locks,
//! and so does every wrong one after a lock has ended; tries while locked count nothing and do not lengthen the lock. A
//! number without an account counts, locks and answers just the same, and costs the same work.

use songsinh_contract::{CitizenNumber, Reason, Secret};

use super::case::millis;
use super::{Case, Query, Stop};
use crate::quirks::Quirk;
use crate::records::{Account, Logins};

/// The account whose password it is.
pub(super) fn prove(case: &mut Case<'_>, number: CitizenNumber, password: &Secret) -> Result<Account, Stop> {
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
    let is_unknown = account.is_none();
    let Some(account) = account.filter(|_| fits) else {
        (logins.tried_ms, logins.is_unknown) = (case.now_ms(), is_unknown);
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
    Ok(account)
}

pub(super) fn lock_ms(case: &mut Case<'_>) -> i64 {
    let whole = millis(case.frame.book.login_lock);
    if case.strikes(Quirk::LockoutEndsEarly) { whole / 2 } else { whole }
}

/// The hash of a new secret, once the shell has made it.
pub(super) fn hash_of(case: &Case<'_>, secret: &Secret) -> Result<Box<str>, Stop> {
    let hash = case.replies.hashes.as_ref().and_then(|hashes| hashes.first()).cloned();
    hash.ok_or_else(|| Stop::Ask(Query::Hash { secrets: vec![secret.clone()] }))
}

/// Refuses a password that does not meet the policy.
pub(super) fn is_strong(password: &Secret) -> Result<(), Stop> {
    if password.shape().is_strong_password() { Ok(()) } else { Err(Reason::PasswordWeak.into()) }
}

//! Is this the password of that account? Asked at the login, at a change of password and at a move to a new phone.
//!
//! Invariant: wrong passwords add up until a right one, wherever they were typed. The one that reaches the limit locks,
//! and so does every wrong one after a lock has ended; tries while locked count nothing and do not lengthen the lock. A
//! number without an account counts, locks and answers just the same, and costs the same work.

use songsinh_contract::{CitizenNumber, Reason, Secret, SecretShape};

use super::case::millis;
use super::{Case, Query, Stop, registration};
use crate::quirks::Quirk;
use crate::records::{Account, Logins};

/// The account whose password it is.
pub(super) fn prove(case: &mut Case<'_>, number: CitizenNumber, password: &Secret) -> Result<Account, Stop> {
    let mut logins = case.get::<Logins>(number).unwrap_or_default();
    if is_forgotten(case, &logins) {
        logins = Logins::default();
        case.uncount::<Logins>(number);
    }
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
    let is_begun = account.as_ref().is_some_and(|account| registration::is_begun(case, account));
    let fits = fits || is_begun || (account.is_some() && case.strikes(Quirk::PasswordUnchecked));
    let Some(account) = account.filter(|_| fits) else {
        (logins.tried_ms, logins.is_unknown) = (case.now_ms(), is_unknown);
        logins.wrong = logins.wrong.saturating_add(1);
        if locks(case, logins.wrong) {
            logins.locked_until_ms = case.now_ms() + lock_ms(case);
        }
        case.count(number, logins);
        return Err(Reason::CredentialsWrong.into());
    };
    if logins != Logins::default() {
        case.uncount::<Logins>(number);
    }
    case.mark(Quirk::LockoutForgotten, &"");
    Ok(account)
}

/// Whether so many wrong passwords lock.
pub(super) fn locks(case: &mut Case<'_>, wrong: u32) -> bool {
    let limit = case.frame.book.login_attempts;
    wrong >= limit && !(wrong == limit && case.strikes(Quirk::LockoutOffByOne)) && !case.strikes(Quirk::LockoutMissing)
}

/// Whether somebody logged in since the last wrong password (misbehaviour `lockout-forgotten`).
fn is_forgotten(case: &mut Case<'_>, logins: &Logins) -> bool {
    let since = case.marked(Quirk::LockoutForgotten, &"").is_some_and(|at_ms| at_ms > logins.tried_ms);
    since && logins.wrong > 0 && case.strikes(Quirk::LockoutForgotten)
}

pub(super) fn lock_ms(case: &mut Case<'_>) -> i64 {
    let whole = millis(case.frame.book.login_lock);
    if case.strikes(Quirk::LockoutEndsEarly) {
        whole / 2
    } else if case.strikes(Quirk::LockASecondShort) {
        (whole - 1_000).max(0)
    } else {
        whole
    }
}

/// The hash of a new secret, once the shell has made it.
pub(super) fn hash_of(case: &Case<'_>, secret: &Secret) -> Result<Box<str>, Stop> {
    let hash = case.replies.hashes.as_ref().and_then(|hashes| hashes.first()).cloned();
    hash.ok_or_else(|| Stop::Ask(Query::Hash { secrets: vec![secret.clone()] }))
}

/// Refuses a password that does not meet the policy.
pub(super) fn is_strong(case: &mut Case<'_>, password: &Secret) -> Result<(), Stop> {
    let shape = password.shape();
    let with_sign = SecretShape { special: true, ..shape };
    if shape.is_strong_password() || (with_sign.is_strong_password() && case.strikes(Quirk::PasswordWithoutSign)) {
        return Ok(());
    }
    Err(Reason::PasswordWeak.into())
}

//! The passcode of an account: is it the right one? Asked where it opens the utilities and where it is changed.
//!
//! Invariant: wrong passcodes add up until a right one, wherever they were typed. The one that reaches the limit locks,
//! and so does every wrong one after a lock has ended; tries while locked count nothing.

use songsinh_contract::{Reason, Secret, SecretShape};

use super::case::millis;
use super::{Case, Query, Stop};
use crate::quirks::Quirk;
use crate::records::{Account, Passcodes};

/// Refuses a wrong passcode and counts it; forgets the wrong ones after a right one.
pub(super) fn check(case: &mut Case<'_>, account: &Account, typed: &Secret) -> Result<(), Stop> {
    let mut passcodes = case.get::<Passcodes>(account.number).unwrap_or_default();
    if case.now_ms() < passcodes.locked_until_ms {
        return Err(Reason::UtilitiesLocked.into());
    }
    let against = account.passcode.clone();
    let fits = match &case.replies.check {
        Some((checked, fits)) if *checked == against => *fits,
        _ => return Err(Stop::Ask(Query::Check { secret: typed.clone(), against })),
    };
    if fits {
        if passcodes.wrong > 0 {
            case.count(account.number, Passcodes { wrong: 0, ..passcodes });
        }
        return Ok(());
    }
    passcodes.wrong = passcodes.wrong.saturating_add(1);
    if passcodes.wrong >= case.frame.book.passcode_attempts && !case.strikes(Quirk::PasscodeNeverLocks) {
        passcodes.locked_until_ms = case.now_ms() + millis(case.frame.book.passcode_lock);
        passcodes.locks = passcodes.locks.saturating_add(1);
    }
    case.count(account.number, passcodes);
    Err(Reason::PasscodeWrong.into())
}

/// Refuses what is not six digits.
pub(super) fn is_well_formed(case: &mut Case<'_>, passcode: &Secret) -> Result<(), Stop> {
    let shape = passcode.shape();
    let digits = SecretShape { length: 6, ..shape }.is_passcode() && (4..=8).contains(&shape.length);
    if shape.is_passcode() || (digits && case.strikes(Quirk::ShortPasscode)) {
        return Ok(());
    }
    Err(Reason::PasscodeMalformed.into())
}

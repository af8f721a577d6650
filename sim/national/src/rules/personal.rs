//! The personal page (journey 11) and what stands beside it: which rule decides which operation; and changes of password
//! and passcode, and the notices.
//!
//! Invariant: a change of password ends every session but the one that asked for it.

use songsinh_contract::{Operation, Reason, Secret, Values};

use super::{Case, Stop, Who, device, passcode, password, reset, session};
use crate::quirks::Quirk;
use crate::records::{Account, Session};

/// Decides an operation of this group.
pub(super) fn decide(case: &mut Case<'_>, who: Who<'_>, operation: &Operation) -> Result<Values, Stop> {
    match operation {
        Operation::ServiceTerms => Ok(Values::default()),
        Operation::SessionRefresh { refresh } => session::refresh(case, who, refresh),
        Operation::SessionLogout => session::logout(case, who),
        Operation::SessionUnlock { number } => session::unlock(case, who, *number),
        Operation::UnlockSwitch { on } => session::switch(case, who, *on),
        Operation::NoticeList => {
            let (_, _, account) = device::session_anywhere(case, who)?;
            Ok(Values { notices: account.notices, ..Values::default() })
        }
        Operation::PasswordChange { old, new } => change_password(case, who, old, new),
        Operation::PasscodeChange { old, new } => change_passcode(case, who, old, new),
        Operation::ResetRequest { number, phone } => reset::request(case, who, *number, *phone),
        Operation::ResetResend { challenge } => reset::resend(case, who, challenge),
        Operation::ResetConfirm { challenge, code } => reset::confirm(case, who, challenge, *code),
        Operation::ResetAnswer { challenge, answers } => reset::answer(case, who, challenge, answers),
        Operation::ResetSetPassword { challenge, password } => reset::set_password(case, who, challenge, password),
        _ => Err(Reason::Malformed.into()),
    }
}

fn change_password(case: &mut Case<'_>, who: Who<'_>, old: &Secret, new: &Secret) -> Result<Values, Stop> {
    let (handle, session, account) = device::session_anywhere(case, who)?;
    if let Err(stop) = password::prove(case, account.number, old) {
        if matches!(stop, Stop::Refuse(_)) && case.strikes(Quirk::RefusedChangeChanges) {
            let password = Some(password::hash_of(case, new)?);
            case.count(account.number, Account { password, ..account });
        }
        return Err(stop);
    }
    password::is_strong(case, new)?;
    let password = Some(password::hash_of(case, new)?);
    if case.strikes(Quirk::PasswordChangeLies) {
        return Ok(Values::default());
    }
    let era = if case.strikes(Quirk::OldSessionsSurvive) { account.era } else { account.era + 1 };
    case.put(handle, Session { era, used_ms: case.now_ms(), ..session });
    case.put(account.number, Account { password, era, ..account });
    Ok(Values::default())
}

fn change_passcode(case: &mut Case<'_>, who: Who<'_>, old: &Secret, new: &Secret) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    if account.device().is_none() {
        return Err(Reason::NotActivated.into());
    }
    passcode::check(case, &account, old)?;
    passcode::is_well_formed(case, new)?;
    let passcode = Some(password::hash_of(case, new)?);
    case.put(account.number, Account { passcode, ..account });
    Ok(Values::default())
}

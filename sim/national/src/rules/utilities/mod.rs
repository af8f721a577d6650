//! Journeys 8 to 10: the passcode that opens the utilities, wallet, public services, payments.
//!
//! Invariant: every utility asks in one order: session, activated, level, passcode; then its own questions. A request id
//! serves one content: shown again with the same it gives the same receipt and changes nothing.

mod forms;
mod passcode;
mod payments;
mod wallet;

use songsinh_contract::{Level, Operation, Reason, Token, Values};

use super::standing::active_level;
use super::{Case, Query, Stop, Who, device};
use crate::quirks::Quirk;
use crate::records::Account;

/// The longest request id that is taken.
const REQUEST_MAX_BYTES: usize = 128;

/// Decides an operation of this group.
pub(super) fn decide(case: &mut Case<'_>, who: Who<'_>, operation: &Operation) -> Result<Values, Stop> {
    match operation {
        Operation::PasscodeEnter { passcode } => passcode::enter(case, who, passcode),
        Operation::WalletAdd { kind, number } => wallet::add(case, who, *kind, number),
        Operation::WalletList => wallet::list(case, who),
        Operation::WalletShow { kind } => wallet::show(case, who, *kind),
        Operation::FormOpen { service: _ } => forms::open(case, who),
        Operation::FormSubmit { service, request, text } => forms::submit(case, who, *service, request, text),
        Operation::FormList => forms::list(case, who),
        Operation::PaymentBills => payments::bills(case, who),
        Operation::PaymentBalance => payments::balance(case, who),
        Operation::PaymentPay { request, bill, amount_vnd } => payments::pay(case, who, request, bill, *amount_vnd),
        Operation::PaymentTransfer { request, to, amount_vnd } => {
            payments::transfer(case, who, request, *to, *amount_vnd)
        }
        _ => Err(Reason::Malformed.into()),
    }
}

/// The account of a session whose utilities are open. `least` is the level that the utility wants.
fn entered(case: &mut Case<'_>, who: Who<'_>, least: Level) -> Result<Account, Stop> {
    let account = device::session(case, who)?;
    let Some(level) = active_level(&account) else {
        let open = case.strikes(Quirk::UtilityWithoutActivation);
        return if open { Ok(account) } else { Err(Reason::NotActivated.into()) };
    };
    if level < least && !case.strikes(Quirk::UtilityWithoutLevel2) {
        return Err(Reason::Level2Wanted.into());
    }
    passcode::is_open(case, who, &account)?;
    Ok(account)
}

/// The text of a request id.
fn request_id(request: &Token) -> Result<&str, Stop> {
    let fits = |text: &&str| !text.is_empty() && text.len() <= REQUEST_MAX_BYTES;
    Ok(request.text().filter(fits).ok_or(Reason::Malformed)?)
}

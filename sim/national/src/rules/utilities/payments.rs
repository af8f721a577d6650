//! Journey 10: bills and money.
//!
//! Invariant: a request id moves money once. What leaves a purse for another arrives there in the same commit, so money
//! leaves the twin only with bills that are paid, each of them once.

use songsinh_contract::{Bill, CitizenNumber, Level, Reason, Receipt, Token, Values};

use super::super::standing::active_level;
use super::{Case, Query, Stop, Who, entered, request_id};
use crate::quirks::Quirk;
use crate::records::{Account, Cause, Entry, Handle, HandleKind, Purse};

/// Payments and transfers that an account may have made.
const PAYMENTS_MAX: usize = 1_000;

/// The bills of the register, and which of them are paid.
pub(super) fn bills(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let account = entered(case, who, Level::Two)?;
    let purse = purse(case, account.number);
    let mut bills = registered(case, account.number)?;
    for bill in &mut bills {
        bill.paid = is_paid(&purse, &bill.id);
    }
    Ok(Values { bills, ..Values::default() })
}

/// The balance and all receipts, oldest first.
pub(super) fn balance(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let account = entered(case, who, Level::Two)?;
    let purse = purse(case, account.number);
    let receipts = purse.entries.iter().map(receipt).collect();
    Ok(Values { balance_vnd: Some(purse.balance_vnd), receipts, ..Values::default() })
}

/// Pays a bill whole.
pub(super) fn pay(
    case: &mut Case<'_>,
    who: Who<'_>,
    request: &Token,
    bill: &str,
    amount_vnd: i64,
) -> Result<Values, Stop> {
    let account = entered(case, who, Level::Two)?;
    let request = request_id(request)?;
    let purse = purse(case, account.number);
    let cause = Cause::Bill { request: request.into(), bill: bill.into() };
    // What was unpaid before the register was asked is taken to be unpaid still.
    let checked = case.replies.bills.is_some() && case.strikes(Quirk::PaidTwiceAtOnce);
    let again = if checked { Retry::PaidTwice } else { retried(case, &purse, request, &cause, amount_vnd)? };
    if let Retry::Answered(values) = again {
        return Ok(*values);
    }
    let bills = registered(case, account.number)?;
    let due = |one: &&Bill| *one.id == *bill && one.amount_vnd == amount_vnd && amount_vnd > 0;
    if !bills.iter().any(|bill| due(&bill)) {
        if bills.iter().any(|one| *one.id == *bill) && case.strikes(Quirk::RefusedPaymentPays) {
            let balance_vnd = purse.balance_vnd.saturating_sub(amount_vnd);
            case.count(account.number, Purse { balance_vnd, ..purse });
        }
        return Err(Reason::BillUnknown.into());
    }
    if is_paid(&purse, bill) && again != Retry::PaidTwice {
        return Err(Reason::BillPaid.into());
    }
    spend(case, &account, purse, amount_vnd, cause)
}

/// Sends money to an activated account other than one's own.
pub(super) fn transfer(
    case: &mut Case<'_>,
    who: Who<'_>,
    request: &Token,
    to: CitizenNumber,
    amount_vnd: i64,
) -> Result<Values, Stop> {
    let account = entered(case, who, Level::Two)?;
    let request = request_id(request)?;
    if amount_vnd <= 0 {
        return Err(Reason::Malformed.into());
    }
    let sender = purse(case, account.number);
    let cause = Cause::Sent { request: request.into(), to };
    if let Retry::Answered(values) = retried(case, &sender, request, &cause, amount_vnd)? {
        return Ok(*values);
    }
    let is_fit = case.get::<Account>(to).is_some_and(|other| active_level(&other).is_some());
    if (!is_fit && !case.strikes(Quirk::TransferToAnybody)) || to == account.number {
        return Err(Reason::RecipientUnfit.into());
    }
    let values = spend(case, &account, sender, amount_vnd, cause)?;
    if !case.strikes(Quirk::TransferLost) {
        let receiver = purse(case, to);
        booked(case, to, receiver, -amount_vnd, Cause::Received { from: account.number })?;
    }
    Ok(values)
}

/// What a request id says about a payment.
#[derive(Debug, PartialEq)]
enum Retry {
    /// It is new.
    New,
    /// It was carried out with this content: the same receipt.
    Answered(Box<Values>),
    /// It was carried out, and shall be again (misbehaviour `payment-made-twice`).
    PaidTwice,
}

fn retried(case: &mut Case<'_>, purse: &Purse, request: &str, cause: &Cause, amount_vnd: i64) -> Result<Retry, Stop> {
    let Some(before) = purse.entries.iter().find(|entry| entry.cause.request() == Some(request)) else {
        return Ok(Retry::New);
    };
    if before.cause != *cause || before.amount_vnd != amount_vnd {
        return Err(Reason::RequestDiffers.into());
    }
    if case.strikes(Quirk::PaymentMadeTwice) {
        return Ok(Retry::PaidTwice);
    }
    let balance_vnd = Some(purse.balance_vnd);
    Ok(Retry::Answered(Box::new(Values { receipts: vec![receipt(before)], balance_vnd, ..Values::default() })))
}

/// Takes money out of the account's purse.
fn spend(case: &mut Case<'_>, account: &Account, purse: Purse, amount_vnd: i64, cause: Cause) -> Result<Values, Stop> {
    if purse.entries.iter().filter(|entry| entry.cause.request().is_some()).count() >= PAYMENTS_MAX {
        return Err(Reason::Malformed.into());
    }
    if amount_vnd > purse.balance_vnd && !case.strikes(Quirk::Overdraft) {
        return Err(Reason::BalanceLow.into());
    }
    booked(case, account.number, purse, amount_vnd, cause)
}

/// Changes a purse by an entry; gives the receipt and the new balance.
fn booked(
    case: &mut Case<'_>,
    number: CitizenNumber,
    mut purse: Purse,
    amount_vnd: i64,
    cause: Cause,
) -> Result<Values, Stop> {
    purse.balance_vnd = purse.balance_vnd.checked_sub(amount_vnd).ok_or(Reason::Malformed)?;
    let entry = Entry { receipt: Handle::draw(HandleKind::Receipt, case.chance), amount_vnd, cause };
    let values = Values { receipts: vec![receipt(&entry)], balance_vnd: Some(purse.balance_vnd), ..Values::default() };
    purse.entries.push(entry);
    case.put(number, purse);
    Ok(values)
}

fn purse(case: &Case<'_>, number: CitizenNumber) -> Purse {
    let opened = || Purse { balance_vnd: case.frame.opening_balance_vnd, entries: Vec::new() };
    case.get::<Purse>(number).unwrap_or_else(opened)
}

fn is_paid(purse: &Purse, bill: &str) -> bool {
    purse.entries.iter().any(|entry| matches!(&entry.cause, Cause::Bill { bill: paid, .. } if **paid == *bill))
}

/// What the billers' register holds of the citizen.
fn registered(case: &Case<'_>, number: CitizenNumber) -> Result<Vec<Bill>, Stop> {
    case.replies.bills.clone().ok_or(Stop::Ask(Query::Bills { number }))
}

fn receipt(entry: &Entry) -> Receipt {
    let request = entry.cause.request().map(Token::new);
    Receipt { id: entry.receipt.token(), request, amount_vnd: Some(entry.amount_vnd) }
}

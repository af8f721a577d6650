//! Journey 9: public services.
//!
//! Invariant: a form comes filled with what the register says; a request id is kept once, with one content.

use songsinh_contract::{CitizenNumber, Level, PublicService, Reason, Receipt, Shown, Token, Values};

use super::{Case, Query, Stop, Who, entered, request_id};
use crate::quirks::Quirk;
use crate::records::{Account, Handle, HandleKind, Submission, Submissions};

/// The longest text that is taken.
const TEXT_MAX_BYTES: usize = 16 * 1024;
/// Submissions that an account may have.
const SUBMISSIONS_MAX: usize = 1_000;

/// The level that a public service wants.
fn applicant(case: &mut Case<'_>, who: Who<'_>) -> Result<Account, Stop> {
    let least = if case.frame.book.level1_services { Level::One } else { Level::Two };
    entered(case, who, least)
}

/// A form of any service, the personal fields filled.
pub(super) fn open(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let account = applicant(case, who)?;
    let number: CitizenNumber = account.number;
    let entry = case.replies.entry.clone().ok_or(Stop::Ask(Query::PopulationLookup { number }))?;
    let entry = entry.ok_or(Reason::PopulationMismatch)?;
    let address = if case.strikes(Quirk::FormFilledWrong) { "Không rõ".into() } else { entry.address };
    let shown = Shown {
        number: Some(number),
        name: Some(entry.name),
        born: Some(entry.born),
        sex: Some(entry.sex),
        portrait: None,
    };
    Ok(Values { shown: Some(Box::new(shown)), address: Some(address), ..Values::default() })
}

/// Keeps a submission, once for each request id.
pub(super) fn submit(
    case: &mut Case<'_>,
    who: Who<'_>,
    service: PublicService,
    request: &Token,
    text: &str,
) -> Result<Values, Stop> {
    let account = applicant(case, who)?;
    let request = request_id(request)?;
    if text.len() > TEXT_MAX_BYTES {
        return Err(Reason::Malformed.into());
    }
    let mut submissions = case.get::<Submissions>(account.number).unwrap_or_default();
    let before = submissions.kept.iter().find(|one| *one.request == *request);
    if let Some(before) = before
        && !case.strikes(Quirk::SubmissionKeptTwice)
    {
        let same = before.service == service && *before.text == *text;
        return if same { Ok(told(vec![receipt(before)])) } else { Err(Reason::RequestDiffers.into()) };
    }
    if submissions.kept.len() >= SUBMISSIONS_MAX {
        return Err(Reason::Malformed.into());
    }
    let receipt_handle = Handle::draw(HandleKind::Receipt, case.chance);
    let one = Submission { receipt: receipt_handle, request: request.into(), service, text: text.into() };
    let values = told(vec![receipt(&one)]);
    submissions.kept.push(one);
    case.put(account.number, submissions);
    Ok(values)
}

/// The receipts of the account, oldest first.
pub(super) fn list(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let account = applicant(case, who)?;
    let submissions = case.get::<Submissions>(account.number).unwrap_or_default();
    Ok(told(submissions.kept.iter().map(receipt).collect()))
}

fn receipt(one: &Submission) -> Receipt {
    Receipt { id: one.receipt.token(), request: Some(Token::new(&one.request)), amount_vnd: None }
}

fn told(receipts: Vec<Receipt>) -> Values {
    Values { receipts, ..Values::default() }
}

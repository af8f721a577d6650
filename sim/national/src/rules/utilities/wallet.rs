//! Journey 8: papers.
//!
//! Invariant: a wallet holds only what the register holds of the citizen under that number, and what it shows is what
//! the register says at the moment of showing.

use songsinh_contract::{CitizenNumber, Level, Paper, PaperKind, Reason, Values};

use super::{Case, Query, Stop, Who, entered};
use crate::quirks::Quirk;
use crate::records::Wallet;

/// Adds a paper; one that is there already is added again.
pub(super) fn add(case: &mut Case<'_>, who: Who<'_>, kind: PaperKind, number: &str) -> Result<Values, Stop> {
    let account = entered(case, who, Level::Two)?;
    let registered = registered(case, account.number)?;
    let paper = match held(&registered, kind, number) {
        Some(paper) => paper,
        None if case.strikes(Quirk::PaperUnchecked) => made_up(case, account.number, kind, number),
        None => return Err(Reason::PaperUnknown.into()),
    };
    let mut wallet = case.get::<Wallet>(account.number).unwrap_or_default();
    wallet.papers.retain(|one| one.kind != kind);
    wallet.papers.push(paper.clone());
    wallet.papers.sort_by_key(|one| one.kind);
    case.put(account.number, wallet);
    Ok(Values { papers: vec![paper], ..Values::default() })
}

/// Kinds and numbers.
pub(super) fn list(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let account = entered(case, who, Level::Two)?;
    let wallet = case.get::<Wallet>(account.number).unwrap_or_default();
    Ok(Values { papers: wallet.papers, ..Values::default() })
}

/// One paper, as its register says now.
pub(super) fn show(case: &mut Case<'_>, who: Who<'_>, kind: PaperKind) -> Result<Values, Stop> {
    let account = entered(case, who, Level::Two)?;
    let wallet = case.get::<Wallet>(account.number).unwrap_or_default();
    let kept = wallet.papers.into_iter().find(|paper| paper.kind == kind).ok_or(Reason::PaperUnknown)?;
    let registered = registered(case, account.number)?;
    let mut paper = match held(&registered, kind, &kept.number) {
        Some(paper) => paper,
        None if case.strikes(Quirk::PaperUnchecked) => kept,
        None => return Err(Reason::PaperUnknown.into()),
    };
    if case.strikes(Quirk::PaperShownWrong) {
        paper.detail = format!("{} (cũ)", paper.detail).into();
    }
    Ok(Values { papers: vec![paper], ..Values::default() })
}

/// What the register holds of the citizen.
fn registered(case: &Case<'_>, number: CitizenNumber) -> Result<Vec<Paper>, Stop> {
    case.replies.papers.clone().ok_or(Stop::Ask(Query::Papers { number }))
}

fn held(registered: &[Paper], kind: PaperKind, number: &str) -> Option<Paper> {
    registered.iter().find(|paper| paper.kind == kind && *paper.number == *number).cloned()
}

/// What the misbehaviour `paper-unchecked` takes without asking.
fn made_up(case: &Case<'_>, holder: CitizenNumber, kind: PaperKind, number: &str) -> Paper {
    Paper { kind, number: number.into(), holder, detail: Box::default(), issued: case.frame.day, expires: None }
}

//! Journey 3 with the printed QR: card, portrait, confirmation; then the application waits for the clerk.
//!
//! Invariant: every step needs the session of the account whose application it is; a submitted application has a card
//! in force that is the citizen's own, and a portrait.

use songsinh_contract::{
    Application as ApplicationWord, CardFacts, CardState, Level, LifeStatus, Portrait, PrintedCard, Reason, Sex, Shown,
    Token, Values, names_match,
};

use super::{Case, Query, RegisterEntry, Stop, Who, approval, device};
use crate::quirks::Quirk;
use crate::records::{Account, Application, ApplicationStage, Handle, HandleKind};

/// The longest e-mail address (RFC 5321, section 4.5.3.1).
const EMAIL_MAX_BYTES: usize = 254;

/// The card's printed QR → an application with the data shown for confirmation.
pub(super) fn read_card(case: &mut Case<'_>, who: Who<'_>, printed: &PrintedCard, nfc: bool) -> Result<Values, Stop> {
    let account = applicant(case, who, printed)?;
    may_apply(&account)?;
    if printed.number != account.number && !case.strikes(Quirk::CardOfAnother) {
        return Err(Reason::CardNotOwn.into());
    }
    if nfc && !case.strikes(Quirk::PrintedQrAlways) {
        return Err(Reason::ChipWanted.into());
    }
    let Some(entry) = case.replies.entry.clone() else {
        return Err(Stop::Ask(Query::PopulationLookup { number: printed.number }));
    };
    let entry = entry.ok_or(Reason::CardNotOwn)?;
    judge_card(case, printed, &entry)?;
    let handle = Handle::draw(HandleKind::Application, case.chance);
    let application = Application {
        number: account.number,
        opened_ms: case.now_ms(),
        reference: entry.portrait,
        portrait: None,
        email: None,
        stage: ApplicationStage::Draft,
        level: Level::One,
    };
    case.put(handle, application);
    let shown = Shown {
        number: Some(printed.number),
        name: Some(printed.name.clone()),
        born: Some(printed.born),
        sex: Some(if case.strikes(Quirk::CardShownWrong) { other(printed.sex) } else { printed.sex }),
        portrait: None,
    };
    Ok(Values { handle: Some(handle.token()), shown: Some(Box::new(shown)), ..Values::default() })
}

/// The account of the session; under `level1-without-login` else that of whoever the card belongs to.
fn applicant(case: &mut Case<'_>, who: Who<'_>, printed: &PrintedCard) -> Result<Account, Stop> {
    match device::session(case, who) {
        Err(Stop::Refuse(reason)) if case.strikes(Quirk::Level1WithoutLogin) => {
            Ok(case.get::<Account>(printed.number).ok_or(reason)?)
        }
        other => other,
    }
}

fn other(sex: Sex) -> Sex {
    match sex {
        Sex::Male => Sex::Female,
        Sex::Female => Sex::Male,
    }
}

/// No level yet, and no application that waits.
fn may_apply(account: &Account) -> Result<(), Stop> {
    match account.application {
        ApplicationWord::Pending | ApplicationWord::Approved => Err(Reason::ApplicationExists.into()),
        _ if account.level >= Level::One => Err(Reason::ApplicationExists.into()),
        _ => Ok(()),
    }
}

/// Every printed field is the register's, and the card is the one in force on the day. A card with another day of issue
/// is an older one.
pub(super) fn judge_card(case: &mut Case<'_>, printed: &PrintedCard, entry: &RegisterEntry) -> Result<(), Stop> {
    let own = printed.old_number == entry.old_number
        && names_match(&printed.name, &entry.name)
        && entry.born.admits(printed.born)
        && printed.sex == entry.sex
        && names_match(&printed.address, &entry.address);
    if !own {
        return Err(Reason::CardNotOwn.into());
    }
    if entry.life != LifeStatus::Alive {
        return Err(Reason::PersonNotEligible.into());
    }
    let day = case.frame.day;
    let in_force = |card: CardFacts| card.issued == printed.issued && card.state_on(day) == CardState::InForce;
    if !entry.card.is_some_and(in_force) && !case.strikes(Quirk::WithdrawnCardServes) {
        return Err(Reason::CardNotInForce.into());
    }
    Ok(())
}

/// The application of a handle, if it is this account's.
fn own(case: &Case<'_>, account: &Account, token: &Token) -> Result<(Handle, Application), Stop> {
    let handle = Handle::of_token(HandleKind::Application, token).ok_or(Reason::HandleUnknown)?;
    let application = case.get::<Application>(handle).ok_or(Reason::HandleUnknown)?;
    if application.number != account.number {
        return Err(Reason::HandleUnknown.into());
    }
    Ok((handle, application))
}

/// The portrait; a later one takes the place of an earlier one until the application is submitted.
pub(super) fn portrait(
    case: &mut Case<'_>,
    who: Who<'_>,
    token: &Token,
    portrait: Option<Portrait>,
) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    let (handle, application) = own(case, &account, token)?;
    if application.stage != ApplicationStage::Draft {
        return Err(Reason::StepOutOfOrder.into());
    }
    let portrait = portrait.ok_or(Reason::PortraitMissing)?;
    let differs = case.frame.book.portrait_must_match && !portrait.matches(application.reference);
    if differs && !case.strikes(Quirk::PortraitUnchecked) {
        return Err(Reason::PortraitDiffers.into());
    }
    case.put(handle, Application { portrait: Some(portrait), ..application });
    Ok(Values::default())
}

/// "Xác nhận thông tin đăng ký": from here on the application waits.
pub(super) fn submit(case: &mut Case<'_>, who: Who<'_>, token: &Token, email: Option<&str>) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    let (handle, application) = own(case, &account, token)?;
    if application.stage != ApplicationStage::Draft {
        return Err(Reason::StepOutOfOrder.into());
    }
    may_apply(&account)?;
    if application.portrait.is_none() && !case.strikes(Quirk::PortraitOptional) {
        return Err(Reason::PortraitMissing.into());
    }
    if email.map_or_else(|| case.strikes(Quirk::EmailRequired), |email| !is_email(email)) {
        return Err(Reason::Malformed.into());
    }
    let application = Application { email: email.map(Into::into), ..application };
    let state = approval::file(case, account, handle, application);
    Ok(Values { account: Some(state), ..Values::default() })
}

pub(super) fn is_email(text: &str) -> bool {
    text.len() <= EMAIL_MAX_BYTES
        && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

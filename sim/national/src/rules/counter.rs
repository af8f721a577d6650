//! Journey 5 and the police queue of journey 4: officers at counters.
//!
//! Invariant: a level-2 application is filed, and an application decided, only in the session of an officer of the
//! twin's list. Who has no account gets one without level, password and session, which is gone after a rejection.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use songsinh_contract::{
    Application as ApplicationWord, CitizenNumber, CounterFiling, Digest, Level, Operation, Reason, Secret, Values,
};

use super::application::{is_email, judge_card};
use super::{Case, Query, RegisterEntry, Stop, Who, approval, password, registration};
use crate::quirks::Quirk;
use crate::records::{
    Account, ActivationState, Application, ApplicationStage, Handle, HandleKind, OfficerLogins, OfficerSession, Owner,
};

/// Decides an operation of this group.
pub(super) fn decide(case: &mut Case<'_>, who: Who<'_>, operation: &Operation) -> Result<Values, Stop> {
    match operation {
        Operation::OfficerLogin { user, password } => login(case, who, user, password),
        Operation::Level2File { filing } => file(case, who, filing),
        Operation::ApplicationDecide { number, approve } => settle(case, who, *number, *approve),
        _ => Err(Reason::Malformed.into()),
    }
}

/// User and password → an officer's session. The list is the twin's setting, not a record: nothing is hashed. Wrong
/// passwords lock a name as they lock a citizen number, whether there is such an officer or not.
fn login(case: &mut Case<'_>, who: Who<'_>, user: &str, typed: &Secret) -> Result<Values, Stop> {
    let desk = Digest::of(user.as_bytes());
    let mut logins = case.get::<OfficerLogins>(desk).unwrap_or_default();
    if case.now_ms() < logins.locked_until_ms {
        return Err(Reason::Locked.into());
    }
    let officer = case.frame.officers.iter().find(|officer| &*officer.user == user);
    let Some(officer) = officer.filter(|officer| is_same(&officer.password, typed)) else {
        logins.wrong = logins.wrong.saturating_add(1);
        logins.tried_ms = case.now_ms();
        if password::locks(case, logins.wrong) {
            logins.locked_until_ms = case.now_ms() + password::lock_ms(case);
        }
        case.count(desk, logins);
        return Err(Reason::CredentialsWrong.into());
    };
    if logins.wrong > 0 {
        case.uncount::<OfficerLogins>(desk);
    }
    let user = officer.user.clone();
    let handle = Handle::draw(HandleKind::Officer, case.chance);
    let (device, now_ms) = (who.caller.device, case.now_ms());
    case.put(handle, OfficerSession { user, device, opened_ms: now_ms, used_ms: now_ms });
    let expires_in = Some(case.frame.book.session_absolute);
    Ok(Values { session: Some(handle.token()), expires_in, ..Values::default() })
}

/// Compared without telling by the time it takes how far they agree.
fn is_same(kept: &Secret, typed: &Secret) -> bool {
    let pair = kept.text().zip(typed.text());
    pair.is_some_and(|(kept, typed)| verify_slices_are_equal(kept.as_bytes(), typed.as_bytes()).is_ok())
}

/// Demands the session of an officer.
pub(super) fn officer(case: &mut Case<'_>, who: Who<'_>) -> Result<(), Stop> {
    let token = who.caller.session.as_ref().ok_or(Reason::OfficerWanted)?;
    let handle = Handle::of_token(HandleKind::Officer, token).ok_or(Reason::OfficerWanted)?;
    let session = case.get::<OfficerSession>(handle).ok_or(Reason::OfficerWanted)?;
    if !case.frame.officers.iter().any(|officer| officer.user == session.user) {
        return Err(Reason::OfficerWanted.into());
    }
    let book = case.frame.book;
    if case.is_over(session.used_ms, book.session_idle) || case.is_over(session.opened_ms, book.session_absolute) {
        return Err(Reason::SessionExpired.into());
    }
    if session.device != who.caller.device && !case.strikes(Quirk::SessionFollowsAnyDevice) {
        return Err(Reason::SessionForeignDevice.into());
    }
    case.count(handle, OfficerSession { used_ms: case.now_ms(), ..session });
    Ok(())
}

/// A filing → an application for level 2 that waits.
fn file(case: &mut Case<'_>, who: Who<'_>, filing: &CounterFiling) -> Result<Values, Stop> {
    match officer(case, who) {
        Err(Stop::Refuse(_)) if case.strikes(Quirk::Level2FromHome) => {}
        other => other?,
    }
    let before = case.get::<Account>(filing.number);
    may_apply(case, before.as_ref(), filing)?;
    if filing.card.number != filing.number && !case.strikes(Quirk::CardOfAnother) {
        return Err(Reason::CardNotOwn.into());
    }
    let Some(entry) = case.replies.entry.clone() else {
        return Err(Stop::Ask(Query::PopulationLookup { number: filing.card.number }));
    };
    let entry = entry.ok_or(Reason::CardNotOwn)?;
    judge_card(case, &filing.card, &entry)?;
    registration::is_eligible(case, entry.life, entry.born)?;
    judge_person(case, filing, &entry)?;
    if filing.email.as_deref().is_some_and(|email| !is_email(email)) {
        return Err(Reason::Malformed.into());
    }
    let account = before.unwrap_or_else(|| waiting(filing, &entry));
    if account.level == Level::None {
        case.put(account.phone, Owner { number: account.number });
    }
    let handle = Handle::draw(HandleKind::Application, case.chance);
    let application = Application {
        number: filing.number,
        opened_ms: case.now_ms(),
        reference: entry.portrait,
        portrait: filing.portrait,
        email: filing.email.clone(),
        stage: ApplicationStage::Draft,
        level: Level::Two,
    };
    let state = approval::file(case, account, handle, application);
    Ok(Values { handle: Some(handle.token()), account: Some(state), ..Values::default() })
}

/// No level 2 yet, nothing that waits, and the phone number is the account's, or a free one.
fn may_apply(case: &mut Case<'_>, account: Option<&Account>, filing: &CounterFiling) -> Result<(), Stop> {
    let Some(account) = account else { return registration::is_phone_free(case, filing.phone) };
    if account.phone != filing.phone {
        return Err(Reason::PhoneNotRegistered.into());
    }
    let waits = |level| {
        let stands = |handle: &Handle| case.get::<Application>(*handle).is_some_and(|one| one.level == level);
        account.pending.iter().any(stands)
    };
    let level1_waits = waits(Level::One) && !case.frame.book.level2_while_pending;
    if account.level == Level::Two || account.upgrade_ms.is_some() || waits(Level::Two) || level1_waits {
        return Err(Reason::ApplicationExists.into());
    }
    Ok(())
}

/// Portrait and fingerprints are the citizen's.
fn judge_person(case: &mut Case<'_>, filing: &CounterFiling, entry: &RegisterEntry) -> Result<(), Stop> {
    if filing.portrait.is_none() && !case.strikes(Quirk::PortraitOptional) {
        return Err(Reason::PortraitMissing.into());
    }
    let matches = filing.portrait.is_none_or(|portrait| portrait.matches(entry.portrait));
    let differs = case.frame.book.portrait_must_match && !matches;
    if differs && !case.strikes(Quirk::PortraitUnchecked) {
        return Err(Reason::PortraitDiffers.into());
    }
    if filing.fingerprints.is_none_or(|prints| prints.of != entry.portrait.face) {
        return Err(Reason::FingerprintsDiffer.into());
    }
    Ok(())
}

/// The account of who never had an app account: holds number and phone while the application waits.
fn waiting(filing: &CounterFiling, entry: &RegisterEntry) -> Account {
    Account {
        number: filing.number,
        phone: filing.phone,
        name: entry.name.clone(),
        born: entry.born,
        sex: entry.sex,
        level: Level::None,
        application: ApplicationWord::None,
        activation: ActivationState::None,
        password: None,
        passcode: None,
        questions: Vec::new(),
        era: 0,
        pending: Vec::new(),
        upgrade_ms: None,
        unlock: false,
        notices: Vec::new(),
        portrait: None,
    }
}

/// An officer's yes or no to the newest application that waits.
fn settle(case: &mut Case<'_>, who: Who<'_>, number: CitizenNumber, approve: bool) -> Result<Values, Stop> {
    match officer(case, who) {
        Err(Stop::Refuse(_)) if case.strikes(Quirk::AnybodyDecides) => {}
        other => other?,
    }
    let newest = case.get::<Account>(number).and_then(|account| account.pending.last().copied());
    let handle = newest.ok_or(Reason::StepOutOfOrder)?;
    let application = case.get::<Application>(handle).ok_or(Reason::StepOutOfOrder)?;
    let state = approval::decide(case, handle, application, approve).ok_or(Reason::StepOutOfOrder)?;
    Ok(Values { account: Some(state), ..Values::default() })
}

//! Journey 7: the switch, tickets for QR codes, scans.
//!
//! ```text
//! mint: ticket {id, iat, exp} -> the bound phone signs -> scan: parse -> whose ticket? -> Ask(signature) -> judged anew
//! ```
//!
//! Invariant: a scan is judged in one order: the official; readable, given, signed by the key that asked, unchanged
//! (else *giả*); the account still active at level 2 on that device (else *giả*); himself; replaced; expired; used. Only
//! a scan that finds the QR genuine uses it up. The signature is checked by the shell, outside of the store's writer.

use songsinh_card::app_qr::{self, ParsedQr};
use songsinh_contract::{Digest, Level, Operation, QrReplay, QrTicket, Reason, Shown, ShownQr, Token, Values};

use super::case::millis;
use super::standing::active_level;
use super::{Case, Query, Stop, Who, device};
use crate::quirks::Quirk;
use crate::records::{Account, ActivationState, Binding, Handle, HandleKind, Maker, QrDesk, Ticket};

/// For how long a second scan passes under `qr-serves-twice-at-once`, as if the two had raced.
const RACE_MS: i64 = 250;

/// Decides an operation of this group.
pub(super) fn decide(case: &mut Case<'_>, who: Who<'_>, operation: &Operation) -> Result<Values, Stop> {
    match operation {
        Operation::QrSwitch { on } => switch(case, who, *on),
        Operation::QrMint => mint(case, who),
        Operation::QrScan { qr } => scan(case, who, qr),
        _ => Err(Reason::Malformed.into()),
    }
}

/// The switch on or off. Turned off it voids the live QR, if the rulebook says so.
fn switch(case: &mut Case<'_>, who: Who<'_>, on: bool) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    let desk = case.get::<QrDesk>(account.number).unwrap_or_default();
    if !on && case.frame.book.qr_switch_voids {
        replace(case, desk.newest);
    }
    case.put(account.number, QrDesk { on, ..desk });
    Ok(Values::default())
}

/// A ticket for the bound phone to sign.
fn mint(case: &mut Case<'_>, who: Who<'_>) -> Result<Values, Stop> {
    let account = device::session(case, who)?;
    if !may_show(case, &account) {
        return Err(Reason::Level2Wanted.into());
    }
    let desk = case.get::<QrDesk>(account.number).unwrap_or_default();
    if !desk.on && !case.strikes(Quirk::QrWithoutSwitch) {
        return Err(Reason::SwitchOff.into());
    }
    let device = who.caller.device;
    let key = case.get::<Binding>(device).map_or(who.caller.key, |binding| binding.key);
    replace(case, desk.newest);
    let handle = Handle::draw(HandleKind::Ticket, case.chance);
    let issued_ms = case.now_ms();
    let expires_ms = issued_ms.saturating_add(millis(case.frame.book.qr_lifetime));
    let number = account.number;
    case.put(handle, Ticket { number, device, key, issued_ms, expires_ms, replaced: false, used_ms: None });
    case.put(number, QrDesk { newest: Some(handle), ..desk });
    let ticket = QrTicket { id: handle.token(), issued_ms, expires_ms };
    Ok(Values { ticket: Some(ticket), ..Values::default() })
}

/// Whether the account may show a QR: it is activated at level 2.
fn may_show(case: &mut Case<'_>, account: &Account) -> bool {
    match active_level(account) {
        Some(Level::Two) => true,
        Some(_) => case.strikes(Quirk::QrWithoutLevel2),
        None => false,
    }
}

fn replace(case: &mut Case<'_>, ticket: Option<Handle>) {
    if let Some(handle) = ticket
        && let Some(ticket) = case.get::<Ticket>(handle)
    {
        case.put(handle, Ticket { replaced: true, ..ticket });
    }
}

/// What an official is told about a QR. Of a genuine one: number, name, birth, sex, and the digest of the text of the
/// register's picture as it was when the level was granted, for the official's app to compare with the picture it has.
fn scan(case: &mut Case<'_>, who: Who<'_>, shown: &ShownQr) -> Result<Values, Stop> {
    let official = match device::session(case, who) {
        Ok(official) => official,
        Err(stop) => {
            if matches!(stop, Stop::Refuse(_)) && case.strikes(Quirk::RefusedScanUsesUp) {
                use_up(case, shown);
            }
            return Err(stop);
        }
    };
    if active_level(&official) != Some(Level::Two) && !case.strikes(Quirk::QrOfficialUnchecked) {
        return Err(Reason::Level2Wanted.into());
    }
    let Some(qr) = shown.text.text().and_then(|text| app_qr::parse(text).ok()) else {
        let garbage_fails = case.strikes(Quirk::QrGarbageFails);
        return Err(if garbage_fails { Reason::Malformed } else { Reason::QrFake }.into());
    };
    let (handle, ticket, citizen) = genuine(case, &qr)?;
    if citizen.number == official.number && !case.strikes(Quirk::QrSelfScanServes) {
        return Err(Reason::SelfScan.into());
    }
    if ticket.replaced && !case.strikes(Quirk::QrOldWorks) {
        return Err(Reason::QrReplaced.into());
    }
    if is_expired(case, &ticket) {
        return Err(Reason::QrExpired.into());
    }
    if case.frame.book.qr_replay == QrReplay::Once {
        if let Some(used_ms) = ticket.used_ms
            && !serves_again(case, used_ms)
        {
            return Err(Reason::QrUsed.into());
        }
        let used_ms = ticket.used_ms.or(Some(case.now_ms()));
        case.put(handle, Ticket { used_ms, ..ticket });
    }
    let of = if case.strikes(Quirk::QrShowsAnother) { official } else { citizen };
    let picture = of.portrait.map(|portrait| Digest::of(portrait.to_string().as_bytes()));
    let shown = Shown {
        number: Some(of.number),
        name: Some(of.name),
        born: Some(of.born),
        sex: Some(of.sex),
        portrait: picture,
    };
    Ok(Values { shown: Some(Box::new(shown)), ..Values::default() })
}

/// Uses a QR up without looking at it (misbehaviour `refused-scan-uses-up`).
fn use_up(case: &mut Case<'_>, shown: &ShownQr) {
    let read = shown.text.text().and_then(|text| app_qr::parse(text).ok());
    let handle = read.and_then(|qr| Handle::of_token(HandleKind::Ticket, &Token::new(&qr.ticket)));
    if let Some(handle) = handle
        && let Some(ticket) = case.get::<Ticket>(handle)
    {
        case.count(handle, Ticket { used_ms: Some(case.now_ms()), ..ticket });
    }
}

/// The ticket behind a QR and its citizen, if the bound device signed what was given and may still show it.
fn genuine(case: &mut Case<'_>, qr: &ParsedQr) -> Result<(Handle, Ticket, Account), Stop> {
    let fake = Reason::QrFake;
    let handle = Handle::of_token(HandleKind::Ticket, &Token::new(&qr.ticket)).ok_or(fake)?;
    let ticket = case.get::<Ticket>(handle).ok_or(fake)?;
    let is_as_given = qr.issued_ms == ticket.issued_ms && qr.expires_ms == ticket.expires_ms;
    let binding = case.get::<Binding>(ticket.device).ok_or(fake)?;
    if !is_as_given || binding.number != ticket.number || binding.key != ticket.key {
        return Err(fake.into());
    }
    if !case.strikes(Quirk::QrSignatureUnchecked) && !is_signed(case, qr, binding)? {
        return Err(fake.into());
    }
    let citizen = case.get::<Account>(ticket.number).ok_or(fake)?;
    let is_active_since = match citizen.activation {
        ActivationState::Activated { device, at_ms } => device == ticket.device && at_ms <= ticket.issued_ms,
        _ => false,
    };
    let survives = case.marked(Quirk::QrSurvivesRelease, &ticket.device).is_some_and(|at_ms| at_ms >= ticket.issued_ms);
    if survives && case.strikes(Quirk::QrSurvivesRelease) {
        return Ok((handle, ticket, citizen));
    }
    if !is_active_since || !may_show(case, &citizen) {
        return Err(fake.into());
    }
    Ok((handle, ticket, citizen))
}

/// Whether the bound key signed the QR, as the shell has found. A key that was bound meanwhile is asked for anew.
fn is_signed(case: &mut Case<'_>, qr: &ParsedQr, binding: Binding) -> Result<bool, Stop> {
    let named = Digest::of(qr.key_thumbprint.as_bytes());
    let mut jwk = binding.jwk;
    if named != binding.key
        && case.strikes(Quirk::QrAnyDevice)
        && let Some(maker) = case.get::<Maker>(named)
    {
        jwk = maker.jwk;
    }
    match &case.replies.signature {
        Some((checked, fits)) if *checked == jwk => Ok(*fits),
        _ => {
            let any_name = case.strikes(Quirk::QrKeyNameUnchecked);
            Err(Stop::Ask(Query::QrSignature { qr: Box::new(qr.clone()), jwk, any_name }))
        }
    }
}

/// Over from exactly its end on.
fn is_expired(case: &mut Case<'_>, ticket: &Ticket) -> bool {
    let mut end_ms = ticket.expires_ms;
    if case.strikes(Quirk::QrLivesASecondMore) {
        end_ms += 1_000;
    }
    if case.strikes(Quirk::QrWholeSeconds) {
        end_ms = end_ms.div_euclid(1_000) * 1_000;
    }
    if case.strikes(Quirk::QrMinuteOfGrace) {
        end_ms += 60_000;
    }
    case.now_ms() >= end_ms
}

fn serves_again(case: &mut Case<'_>, used_ms: i64) -> bool {
    let raced = case.now_ms() - used_ms < RACE_MS;
    case.strikes(Quirk::QrServesTwice) || (raced && case.strikes(Quirk::QrServesTwiceAtOnce))
}

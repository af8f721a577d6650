//! Journeys 4 and 5: what an officer sends.

use songsinh_contract::{CounterFiling, Operation, Secret};

use super::fields::{card, id, number, phone, portrait};
use super::{Unread, json, malformed};
use crate::http::bodies::{Decision, Filing, OfficerCredentials};

pub(super) fn login(body: &[u8]) -> Result<Operation, Unread> {
    let body: OfficerCredentials = json(body)?;
    Ok(Operation::OfficerLogin { user: id(&body.user, "user")?.into(), password: Secret::new(&body.password) })
}

/// Empty portrait or fingerprints count as none.
pub(super) fn file(body: &[u8]) -> Result<Operation, Unread> {
    let body: Filing = json(body)?;
    let fingerprints = body.fingerprints.as_deref().filter(|text| !text.is_empty()).map(str::parse).transpose();
    let filing = CounterFiling {
        number: number(&body.number)?,
        phone: phone(&body.phone)?,
        email: body.email.map(Into::into),
        card: card(&body.card_qr)?,
        portrait: portrait(body.portrait.as_deref())?,
        fingerprints: fingerprints.map_err(|_| malformed("fingerprints: not prints of this world"))?,
    };
    Ok(Operation::Level2File { filing: Box::new(filing) })
}

pub(super) fn decide(body: &[u8]) -> Result<Operation, Unread> {
    let body: Decision = json(body)?;
    Ok(Operation::ApplicationDecide { number: number(&body.number)?, approve: body.approve })
}

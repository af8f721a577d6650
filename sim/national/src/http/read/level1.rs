//! Journey 3.

use songsinh_contract::{Operation, Token};

use super::fields::{self, card};
use super::{Unread, json, optional};
use crate::http::bodies::{CardShown, PortraitTaken, Submission};

pub(super) fn read_card(body: &[u8]) -> Result<Operation, Unread> {
    let body: CardShown = json(body)?;
    Ok(Operation::Level1ReadCard { printed: Box::new(card(&body.card_qr)?), nfc: body.nfc })
}

pub(super) fn portrait(application: Token, body: &[u8]) -> Result<Operation, Unread> {
    let body: PortraitTaken = json(body)?;
    Ok(Operation::Level1Portrait { application, portrait: fields::portrait(body.portrait.as_deref())? })
}

pub(super) fn submit(application: Token, body: &[u8]) -> Result<Operation, Unread> {
    let body: Submission = optional(body)?;
    Ok(Operation::Level1Submit { application, email: body.email.map(Into::into) })
}

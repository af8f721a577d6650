//! Journeys 8 to 10: wallet, public services, payments.

use songsinh_contract::{Operation, PaperKind, Token};

use super::fields::{id, number, request};
use super::{Unread, json, malformed};
use crate::http::bodies::{BillPaid, FormSent, MoneySent, PaperAdded, ServiceChosen};

pub(super) fn wallet_add(body: &[u8]) -> Result<Operation, Unread> {
    let body: PaperAdded = json(body)?;
    Ok(Operation::WalletAdd { kind: body.kind, number: id(&body.number, "number")?.into() })
}

/// The handle of a paper is its kind.
pub(super) fn wallet_show(handle: &Token) -> Result<Operation, Unread> {
    let kind = handle.text().and_then(PaperKind::named);
    kind.map(|kind| Operation::WalletShow { kind }).ok_or_else(|| malformed("path: not a kind of paper"))
}

pub(super) fn form_open(body: &[u8]) -> Result<Operation, Unread> {
    let body: ServiceChosen = json(body)?;
    Ok(Operation::FormOpen { service: body.service })
}

pub(super) fn form_submit(body: &[u8]) -> Result<Operation, Unread> {
    let body: FormSent = json(body)?;
    let request = request(&body.request)?;
    Ok(Operation::FormSubmit { service: body.service, request, text: body.text.into() })
}

pub(super) fn pay(body: &[u8]) -> Result<Operation, Unread> {
    let body: BillPaid = json(body)?;
    let bill = id(&body.bill, "bill")?.into();
    Ok(Operation::PaymentPay { request: request(&body.request)?, bill, amount_vnd: body.amount_vnd })
}

pub(super) fn transfer(body: &[u8]) -> Result<Operation, Unread> {
    let body: MoneySent = json(body)?;
    let to = number(&body.to)?;
    Ok(Operation::PaymentTransfer { request: request(&body.request)?, to, amount_vnd: body.amount_vnd })
}

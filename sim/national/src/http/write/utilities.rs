//! Journeys 8 to 10: wallet, public services, payments.
//!
//! Invariant: a list of papers tells kinds and numbers alone; only the one that is shown is whole.

use songsinh_contract::{Paper, Receipt, Values};

use super::fields::{person, text};
use crate::http::bodies::{
    Balance, BillShown, Bills, FormFilled, FormReceipt, MoneyPaid, MoneyReceipt, PaperNamed, PaperShown, Papers,
    PersonShown, Submissions,
};

/// The one paper of the answer; none if it holds none.
pub(super) fn paper(values: &Values) -> Option<PaperShown> {
    values.papers.first().map(|paper| PaperShown {
        kind: paper.kind,
        number: paper.number.as_ref().to_owned(),
        holder: paper.holder.to_string(),
        detail: paper.detail.as_ref().to_owned(),
        issued: paper.issued.to_string(),
        expires: paper.expires.map(|day| day.to_string()),
    })
}

pub(super) fn papers(values: &Values) -> Papers {
    let named = |paper: &Paper| PaperNamed { kind: paper.kind, number: paper.number.as_ref().to_owned() };
    Papers { papers: values.papers.iter().map(named).collect() }
}

pub(super) fn form(values: &Values) -> FormFilled {
    let PersonShown { number, name, born, sex } = person(values.shown.as_deref());
    FormFilled { number, name, born, sex, address: values.address.as_deref().unwrap_or_default().to_owned() }
}

fn form_receipt(receipt: &Receipt) -> FormReceipt {
    FormReceipt { receipt: text(Some(&receipt.id)), request: text(receipt.request.as_ref()) }
}

pub(super) fn submitted(values: &Values) -> Option<FormReceipt> {
    values.receipts.first().map(form_receipt)
}

pub(super) fn submissions(values: &Values) -> Submissions {
    Submissions { submissions: values.receipts.iter().map(form_receipt).collect() }
}

pub(super) fn bills(values: &Values) -> Bills {
    let bills = values.bills.iter().map(|bill| BillShown {
        id: bill.id.as_ref().to_owned(),
        kind: bill.kind,
        amount_vnd: bill.amount_vnd,
        paid: bill.paid,
    });
    Bills { bills: bills.collect() }
}

pub(super) fn balance(values: &Values) -> Balance {
    let receipt = |receipt: &Receipt| MoneyReceipt {
        id: text(Some(&receipt.id)),
        request: receipt.request.as_ref().map(|request| text(Some(request))),
        amount_vnd: receipt.amount_vnd.unwrap_or_default(),
    };
    Balance {
        balance_vnd: values.balance_vnd.unwrap_or_default(),
        receipts: values.receipts.iter().map(receipt).collect(),
    }
}

pub(super) fn paid(values: &Values) -> Option<MoneyPaid> {
    values.receipts.first().map(|receipt| MoneyPaid {
        receipt: text(Some(&receipt.id)),
        request: text(receipt.request.as_ref()),
        amount_vnd: receipt.amount_vnd.unwrap_or_default(),
        balance_vnd: values.balance_vnd.unwrap_or_default(),
    })
}

//! Journey 7: tickets and what a scan found.
//!
//! Invariant: whatever a QR is, a scan answers 200; a refusal that is not about the QR stays a problem.

use songsinh_contract::{Reason, Values};

use super::fields::{sex, text};
use crate::http::bodies::{ScanResult, Scanned, TicketGiven};

pub(super) fn ticket(values: &Values) -> TicketGiven {
    let ticket = values.ticket.as_ref();
    TicketGiven {
        ticket: text(ticket.map(|ticket| &ticket.id)),
        issued_ms: ticket.map_or(0, |ticket| ticket.issued_ms),
        expires_ms: ticket.map_or(0, |ticket| ticket.expires_ms),
    }
}

/// What a refused scan says of the QR; none: the refusal is about the official.
pub(super) fn result(reason: Reason) -> Option<ScanResult> {
    match reason {
        Reason::QrFake => Some(ScanResult::Fake),
        Reason::QrExpired => Some(ScanResult::Expired),
        Reason::QrReplaced => Some(ScanResult::Replaced),
        Reason::QrUsed => Some(ScanResult::Used),
        _ => None,
    }
}

/// A QR that is not genuine shows nobody.
pub(super) fn unfit(result: ScanResult) -> Scanned {
    Scanned { result, number: None, name: None, born: None, sex: None, portrait_hash: None }
}

pub(super) fn genuine(values: &Values) -> Scanned {
    let shown = values.shown.as_deref();
    Scanned {
        result: ScanResult::Genuine,
        number: shown.and_then(|one| one.number).map(|number| number.to_string()),
        name: shown.and_then(|one| one.name.as_deref()).map(str::to_owned),
        born: shown.and_then(|one| one.born).map(|born| born.to_string()),
        sex: shown.and_then(|one| one.sex).map(|one| sex(one).to_owned()),
        portrait_hash: shown.and_then(|one| one.portrait).map(|digest| digest.to_string()),
    }
}

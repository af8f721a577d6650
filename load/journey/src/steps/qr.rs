//! Journey 7: the switch, the QR on the citizen's screen, the official who scans it.

use songsinh_contract::{Moment, Operation, Outcome, QrFlaw, QrTicket, ShownQr};

use super::stop;
use crate::{Actor, Ending, Play, Stage};

/// A QR that was made: its life began between `asked` and `answered`.
#[derive(Debug, Clone)]
pub struct Minted {
    /// What the server gave.
    pub ticket: QrTicket,
    /// What the screen shows.
    pub qr: ShownQr,
    /// Just before it was asked for.
    pub asked: Moment,
    /// Just after the answer.
    pub answered: Moment,
}

/// Turns the switch on or off.
pub async fn switch_qr<S: Stage>(play: &mut Play<'_, S>, citizen: &mut Actor, on: bool) -> Outcome {
    let outcome = play.ask(citizen, Operation::QrSwitch { on }).await;
    if outcome.is_done() {
        citizen.has_switched_qr(on);
    }
    outcome
}

/// Has the switch on.
///
/// # Errors
/// How the story ends, if it does not go on.
pub async fn have_switch<S: Stage>(play: &mut Play<'_, S>, citizen: &mut Actor) -> Result<(), Ending> {
    if citizen.bound().is_some_and(|bound| bound.qr_switch) {
        return Ok(());
    }
    let outcome = switch_qr(play, citizen, true).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("QR switch", &outcome)) }
}

/// The QR that a citizen's phone makes of a ticket.
#[must_use]
pub fn screen(citizen: &Actor, ticket: &QrTicket) -> ShownQr {
    citizen.phone.qr(ticket)
}

/// What somebody shows instead: made of a ticket with that flaw, by the citizen's phone or with the key of `other`.
pub fn forged<S: Stage>(
    play: &mut Play<'_, S>,
    citizen: &Actor,
    other: &Actor,
    ticket: &QrTicket,
    flaw: QrFlaw,
) -> ShownQr {
    citizen.phone.forged_qr(ticket, other.phone.signer().as_ref(), flaw, &mut play.chance)
}

/// Asks for a QR's ticket.
pub async fn ask_ticket<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor) -> Outcome {
    play.ask(citizen, Operation::QrMint).await
}

/// Makes a QR.
///
/// # Errors
/// How the story ends, if there is none.
pub async fn mint<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor) -> Result<Minted, Ending> {
    let asked = play.now();
    let outcome = ask_ticket(play, citizen).await;
    let answered = play.now();
    let Some(ticket) = outcome.values().and_then(|values| values.ticket.clone()) else {
        return Err(stop("making the QR", &outcome));
    };
    let qr = screen(citizen, &ticket);
    Ok(Minted { ticket, qr, asked, answered })
}

/// Scans a QR as `official`.
pub async fn scan<S: Stage>(play: &mut Play<'_, S>, official: &Actor, qr: &ShownQr) -> Outcome {
    play.ask(official, Operation::QrScan { qr: Box::new(qr.clone()) }).await
}

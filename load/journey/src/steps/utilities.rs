//! Journeys 8 to 10: the passcode, the wallet, public services, payments.

use songsinh_contract::{
    Bill, CitizenNumber, Loss, Operation, Outcome, PaperKind, PublicService, Secret, Token, Values,
};

use super::stop;
use crate::{Actor, Ending, Play, Stage};

/// Enters a passcode for the session.
pub async fn enter_passcode<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor, passcode: Secret) -> Outcome {
    play.ask(citizen, Operation::PasscodeEnter { passcode }).await
}

/// Opens the utilities with the own passcode.
///
/// # Errors
/// How the story ends, if they stay closed.
pub async fn open_utilities<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor) -> Result<(), Ending> {
    play.think(3.0).await;
    let outcome = enter_passcode(play, citizen, citizen.passcode.clone()).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("passcode of the utilities", &outcome)) }
}

/// A request id of the phone's own choice.
pub fn request_id<S: Stage>(play: &mut Play<'_, S>) -> Token {
    Token::new(&format!("rq-{:016x}", play.chance.bits()))
}

/// How often a lost answer is asked for again.
const MOST_RETRIES: u32 = 2;
/// How often a finger taps twice although the answer came.
const TAPS_TWICE: f64 = 0.1;

/// Asks for what a request id makes harmless to ask twice: again with the same id when the answer was lost, and now
/// and then without need.
pub async fn ask_safely<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor, operation: Operation) -> Outcome {
    let mut outcome = play.ask(citizen, operation.clone()).await;
    for _ in 0..MOST_RETRIES {
        let lost = matches!(outcome, Outcome::Indeterminate(loss) if loss != Loss::NotSent);
        if !lost && !play.chance.happens(TAPS_TWICE) {
            return outcome;
        }
        play.think(2.0).await;
        outcome = play.ask(citizen, operation.clone()).await;
    }
    outcome
}

/// Adds a paper to the wallet.
pub async fn add_paper<S: Stage>(
    play: &mut Play<'_, S>,
    citizen: &Actor,
    kind: PaperKind,
    number: Box<str>,
) -> Outcome {
    play.ask(citizen, Operation::WalletAdd { kind, number }).await
}

/// Shows a paper of the wallet.
pub async fn show_paper<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor, kind: PaperKind) -> Outcome {
    play.ask(citizen, Operation::WalletShow { kind }).await
}

/// Opens a form.
pub async fn open_form<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor, service: PublicService) -> Outcome {
    play.ask(citizen, Operation::FormOpen { service }).await
}

/// A public service, by chance.
pub fn some_service<S: Stage>(play: &mut Play<'_, S>) -> PublicService {
    PublicService::ALL[play.chance.below(PublicService::ALL.len() as u64) as usize]
}

/// Reads the bills, and takes the first that is not paid. None: nothing is to be paid.
///
/// # Errors
/// How the story ends, if they are not shown.
pub async fn next_bill<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor) -> Result<Option<Bill>, Ending> {
    let outcome = play.ask(citizen, Operation::PaymentBills).await;
    let Some(values) = outcome.values() else { return Err(stop("bills", &outcome)) };
    Ok(values.bills.iter().find(|bill| !bill.paid).cloned())
}

/// Reads the balance, in đồng.
///
/// # Errors
/// How the story ends, if it is not shown.
pub async fn balance<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor) -> Result<i64, Ending> {
    let outcome = play.ask(citizen, Operation::PaymentBalance).await;
    let told = |values: &Values| values.balance_vnd;
    outcome.values().and_then(told).ok_or_else(|| stop("balance", &outcome))
}

/// The operation that pays a bill.
#[must_use]
pub fn pay(bill: &Bill, request: Token) -> Operation {
    Operation::PaymentPay { request, bill: bill.id.clone(), amount_vnd: bill.amount_vnd }
}

/// The operation that sends money.
#[must_use]
pub fn transfer(to: CitizenNumber, amount_vnd: i64, request: Token) -> Operation {
    Operation::PaymentTransfer { request, to, amount_vnd }
}

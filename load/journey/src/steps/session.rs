//! Journey 2: logging in, and looking at the own account.

use songsinh_contract::{CitizenNumber, Operation, Outcome, Secret};

use super::{have_account, stop};
use crate::{Actor, Ending, Play, Stage};

/// The phone keeps the session of an answer, or has none.
pub(super) fn keep_session(actor: &mut Actor, outcome: &Outcome) {
    actor.phone.session = outcome.values().and_then(|values| values.session.clone());
    actor.phone.refresh = outcome.values().and_then(|values| values.refresh.clone());
}

/// Logs in with what is given; the phone keeps the session.
pub async fn login_with<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &mut Actor,
    number: CitizenNumber,
    password: &Secret,
) -> Outcome {
    actor.phone.session = None;
    let outcome = play.ask(actor, Operation::SessionLogin { number, password: password.clone() }).await;
    keep_session(actor, &outcome);
    outcome
}

/// Logs in with the own number and password; again when the answer was lost.
pub async fn login<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Outcome {
    actor.phone.session = None;
    let operation = Operation::SessionLogin { number: actor.number(), password: actor.password.clone() };
    let outcome = play.ask_again(actor, operation).await;
    keep_session(actor, &outcome);
    outcome
}

/// Logs in by fingerprint or face, which unlocks the device key.
pub async fn unlock<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Outcome {
    actor.phone.session = None;
    let outcome = play.ask(actor, Operation::SessionUnlock { number: actor.number() }).await;
    keep_session(actor, &outcome);
    outcome
}

/// Looks at the own account.
pub async fn show<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Outcome {
    play.ask(actor, Operation::AccountShow).await
}

/// Journeys 1 and 2, honestly: an account, a session, a first look. Who has an account logs in; who is logged in stays.
///
/// # Errors
/// How the story ends, if there is no session.
pub async fn have_session<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Result<(), Ending> {
    have_account(play, actor).await?;
    if actor.phone.session.is_some() {
        return Ok(());
    }
    play.think(4.0).await;
    let outcome = login(play, actor).await;
    if !outcome.is_done() {
        return Err(stop("login", &outcome));
    }
    play.think(2.0).await;
    show(play, actor).await;
    Ok(())
}

/// Looks at the own account; whose session ended meanwhile logs in again.
///
/// # Errors
/// How the story ends, if there is no session.
pub async fn stay_logged_in<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Result<(), Ending> {
    if show(play, actor).await.is_done() {
        return Ok(());
    }
    let outcome = login(play, actor).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("login", &outcome)) }
}

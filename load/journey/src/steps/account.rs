//! Journey 1: from the form to the password.

use songsinh_contract::{Form, Operation, Outcome, PrintedCard};

use super::{Challenge, Line, enter_code, is_dirty, stop};
use crate::{Actor, Ending, Play, Stage};

/// Fills the form by scanning the own card and asks for the account.
///
/// # Errors
/// The answer, when no challenge came of it.
pub async fn register<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Challenge, Outcome> {
    let scanned = actor.person.card.is_some().then(|| actor.printed());
    register_form(play, actor, actor.form(), scanned).await
}

/// Asks for an account with a form of the story's making.
///
/// # Errors
/// The answer, when no challenge came of it.
pub async fn register_form<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    form: Form,
    scanned: Option<Box<PrintedCard>>,
) -> Result<Challenge, Outcome> {
    let asked = play.now();
    let outcome = play.ask(actor, Operation::AccountRegister { form, scanned }).await;
    let answered = play.now();
    Challenge::from(Line::Registration, &outcome, asked, answered).ok_or(outcome)
}

/// Sets the password; the account exists from here on.
pub async fn set_password<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor, challenge: &Challenge) -> Outcome {
    let password = actor.password.clone();
    let outcome =
        play.ask(actor, Operation::AccountSetPassword { challenge: challenge.handle.clone(), password }).await;
    if outcome.is_done() {
        actor.password_is_set();
    }
    outcome
}

/// Asks for an account, as [`register`]; whom the target knows already is replaced.
///
/// # Errors
/// How the story ends, if no challenge came of it.
pub async fn open<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Challenge, Ending> {
    register(play, actor)
        .await
        .map_err(|outcome| if is_dirty(&outcome) { Ending::Dirty } else { stop("registration", &outcome) })
}

/// The whole journey 1, honestly; whoever has an account does not do it again.
///
/// # Errors
/// How the story ends, if there is no account.
pub async fn have_account<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Result<(), Ending> {
    if actor.standing.is_some() {
        return Ok(());
    }
    let mut challenge = open(play, actor).await?;
    enter_code(play, actor, &mut challenge).await?;
    play.think(8.0).await;
    let outcome = set_password(play, actor, &challenge).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("password", &outcome)) }
}

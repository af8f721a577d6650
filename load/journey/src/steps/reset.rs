//! Journey 12: a new password for who has forgotten the old one.

use songsinh_contract::{CitizenNumber, Operation, Outcome, PhoneNumber, Secret};

use super::{Challenge, Line, enter_code, stop};
use crate::{Actor, Ending, Play, Stage};

/// Asks for a reset, as anybody can: without a session.
///
/// # Errors
/// The answer, when no challenge came of it.
pub async fn request_reset<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    number: CitizenNumber,
    phone: PhoneNumber,
) -> Result<Challenge, Outcome> {
    let asked = play.now();
    let mut caller = actor.phone.caller();
    caller.session = None;
    let outcome = play.ask_by(actor, caller, Operation::ResetRequest { number, phone }).await;
    let answered = play.now();
    Challenge::from(Line::Reset, &outcome, asked, answered).ok_or(outcome)
}

/// Answers the security questions.
pub async fn answer<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    challenge: &Challenge,
    answers: Vec<(u16, Secret)>,
) -> Outcome {
    play.ask(actor, Operation::ResetAnswer { challenge: challenge.handle.clone(), answers }).await
}

/// Sets the next password of this citizen; all sessions end.
pub async fn set_new_password<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor, challenge: &Challenge) -> Outcome {
    let password = actor.secrets.with_next_password().password();
    let outcome = play.ask(actor, Operation::ResetSetPassword { challenge: challenge.handle.clone(), password }).await;
    if outcome.is_done() {
        actor.has_next_password();
        actor.phone.session = None;
        actor.phone.refresh = None;
    }
    outcome
}

/// Asks for a reset and enters the code that comes.
///
/// # Errors
/// How the story ends, if no code went through.
pub async fn begin_reset<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Challenge, Ending> {
    let mut challenge = request_reset(play, actor, actor.number(), actor.phone.number)
        .await
        .map_err(|outcome| stop("asking for a new password", &outcome))?;
    enter_code(play, actor, &mut challenge).await?;
    Ok(challenge)
}

/// Answers the questions, if the account has some, and sets the new password.
///
/// # Errors
/// How the story ends, if it is not set.
pub async fn finish_reset<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &mut Actor,
    challenge: &Challenge,
) -> Result<(), Ending> {
    if !actor.answers.is_empty() {
        play.think(10.0).await;
        let outcome = answer(play, actor, challenge, actor.answers.clone()).await;
        if !outcome.is_done() {
            return Err(stop("answers", &outcome));
        }
    }
    play.think(8.0).await;
    let outcome = set_new_password(play, actor, challenge).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("new password", &outcome)) }
}

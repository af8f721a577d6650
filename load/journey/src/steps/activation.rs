//! Journey 6: activating the account on this device.

use songsinh_contract::{Operation, Outcome, PhoneNumber, Secret};

use super::{Challenge, Line, enter_code, have_approval, login, show, stop};
use crate::{Actor, Ending, Play, Stage};

/// Asks for activation ("Gửi yêu cầu"), without being logged in.
///
/// # Errors
/// The answer, when no challenge came of it.
pub async fn request_activation<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    phone: PhoneNumber,
) -> Result<Challenge, Outcome> {
    let asked = play.now();
    let mut caller = actor.phone.caller();
    caller.session = None;
    let outcome = play.ask_by(actor, caller, Operation::ActivationRequest { number: actor.number(), phone }).await;
    let answered = play.now();
    Challenge::from(Line::Activation, &outcome, asked, answered).ok_or(outcome)
}

/// Sets the passcode.
pub async fn set_passcode<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    challenge: &Challenge,
    passcode: Secret,
) -> Outcome {
    play.ask(actor, Operation::ActivationSetPasscode { challenge: challenge.handle.clone(), passcode }).await
}

/// Reads the list of security questions and answers two different ones of it.
///
/// # Errors
/// How the story ends when there is no list of at least two.
pub async fn two_answers<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Vec<(u16, Secret)>, Ending> {
    let outcome = play.ask(actor, Operation::ServiceQuestions).await;
    let questions = outcome.values().map(|values| values.questions.as_slice()).unwrap_or_default();
    let count = questions.len() as u64;
    if count < 2 {
        return Err(stop("list of questions", &outcome));
    }
    let first = play.chance.below(count);
    let second = (first + 1 + play.chance.below(count - 1)) % count;
    let answers = [first, second].map(|at| {
        let answer = Secret::new(&format!("tra loi {}", play.chance.below(1_000_000)));
        (questions[at as usize], answer)
    });
    Ok(answers.into())
}

/// Answers the security questions: the last step.
pub async fn set_questions<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    challenge: &Challenge,
    answers: Vec<(u16, Secret)>,
) -> Outcome {
    play.ask(actor, Operation::ActivationSetQuestions { challenge: challenge.handle.clone(), answers }).await
}

/// Journey 6, honestly, by a citizen who has the notice.
///
/// # Errors
/// How the story ends, if the account is not active.
pub async fn activate<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<(), Ending> {
    play.think(5.0).await;
    let mut challenge = request_activation(play, actor, actor.phone.number)
        .await
        .map_err(|outcome| stop("activation request", &outcome))?;
    enter_code(play, actor, &mut challenge).await?;
    play.think(4.0).await;
    let outcome = set_passcode(play, actor, &challenge, actor.passcode.clone()).await;
    if !outcome.is_done() {
        return Err(stop("passcode", &outcome));
    }
    play.think(10.0).await;
    let answers = two_answers(play, actor).await?;
    let outcome = set_questions(play, actor, &challenge, answers).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("questions", &outcome)) }
}

/// Journeys 1 to 6, honestly, and a first login with the device's key.
///
/// # Errors
/// How the story ends, if the account is not active.
pub async fn have_activation<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Result<(), Ending> {
    have_approval(play, actor).await?;
    activate(play, actor).await?;
    play.think(3.0).await;
    let outcome = login(play, actor).await;
    if !outcome.is_done() {
        return Err(stop("login with the device key", &outcome));
    }
    show(play, actor).await;
    Ok(())
}

//! Journey 6: activating the account on this device.

use songsinh_contract::{Operation, Outcome, PhoneNumber, Secret};

use super::{Challenge, Line, enter_code, have_approval, have_session, login, show, stop};
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

/// Sets the password, which only those do who had no account before.
async fn set_first_password<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor, challenge: &Challenge) -> Outcome {
    let password = actor.password.clone();
    let outcome =
        play.ask(actor, Operation::ActivationSetPassword { challenge: challenge.handle.clone(), password }).await;
    if outcome.is_done() {
        actor.password_is_set();
    }
    outcome
}

/// Reads the list of security questions and answers two different ones of it: always the same two, so that whoever
/// activates once more gives the answers of before.
///
/// # Errors
/// How the story ends when there is no list of at least two.
pub async fn two_answers<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Vec<(u16, Secret)>, Ending> {
    let outcome = play.ask_again(actor, Operation::ServiceQuestions).await;
    let questions = outcome.values().map(|values| values.questions.as_slice()).unwrap_or_default();
    if questions.len() < 2 {
        return Err(stop("list of questions", &outcome));
    }
    if !actor.answers.is_empty() && actor.answers.iter().all(|(question, _)| questions.contains(question)) {
        return Ok(actor.answers.clone());
    }
    let places = actor.secrets.two_places(questions.len() as u64);
    Ok(places.map(|at| questions[at as usize]).map(|question| (question, actor.secrets.answer(question))).into())
}

/// Answers the security questions: the last step.
pub async fn set_questions<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &mut Actor,
    challenge: &Challenge,
    answers: Vec<(u16, Secret)>,
) -> Outcome {
    let operation = Operation::ActivationSetQuestions { challenge: challenge.handle.clone(), answers: answers.clone() };
    let outcome = play.ask(actor, operation).await;
    if outcome.is_done() {
        actor.is_active(answers);
    }
    outcome
}

/// Asks for activation and enters the code.
///
/// # Errors
/// How the story ends, if no code went through.
pub async fn confirmed<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Challenge, Ending> {
    let mut challenge = request_activation(play, actor, actor.phone.number)
        .await
        .map_err(|outcome| stop("activation request", &outcome))?;
    enter_code(play, actor, &mut challenge).await?;
    Ok(challenge)
}

/// Takes the steps after the code: a password for who has none, the passcode, the questions.
///
/// # Errors
/// How the story ends, if the account is not active.
pub async fn finish_activation<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &mut Actor,
    challenge: &Challenge,
) -> Result<(), Ending> {
    if !actor.has_password() {
        let outcome = set_first_password(play, actor, challenge).await;
        if !outcome.is_done() {
            return Err(stop("first password", &outcome));
        }
        play.think(8.0).await;
    }
    let outcome = set_passcode(play, actor, challenge, actor.passcode.clone()).await;
    if !outcome.is_done() {
        return Err(stop("passcode", &outcome));
    }
    play.think(10.0).await;
    let answers = two_answers(play, actor).await?;
    let outcome = set_questions(play, actor, challenge, answers).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("questions", &outcome)) }
}

/// Journey 6, honestly, by a citizen who has the notice.
///
/// # Errors
/// How the story ends, if the account is not active.
pub async fn activate<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Result<(), Ending> {
    play.think(5.0).await;
    let challenge = confirmed(play, actor).await?;
    play.think(4.0).await;
    finish_activation(play, actor, &challenge).await
}

/// Journey 6, and a first login with the device's key.
///
/// # Errors
/// How the story ends, if the account is not active.
pub async fn activate_and_login<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Result<(), Ending> {
    activate(play, actor).await?;
    play.think(3.0).await;
    let outcome = login(play, actor).await;
    if !outcome.is_done() {
        return Err(stop("login with the device key", &outcome));
    }
    show(play, actor).await;
    Ok(())
}

/// Journeys 1 to 6, honestly, and a first login with the device's key. Who is active already only logs in.
///
/// # Errors
/// How the story ends, if the account is not active.
pub async fn have_activation<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor) -> Result<(), Ending> {
    if actor.bound().is_some() {
        return have_session(play, actor).await;
    }
    have_approval(play, actor).await?;
    activate_and_login(play, actor).await
}

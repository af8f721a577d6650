//! Mistakes and attacks at activation.

use std::time::Duration;

use songsinh_contract::{Operation, Secret};

use crate::steps::{
    Challenge, Line, activate, apply, await_notice, confirm, confirmed, enter_code, finish_activation, have_activation,
    have_approval, have_session, login, register, request_activation, resend, set_passcode, set_questions, show, stop,
    two_answers,
};
use crate::{Actor, Cast, Ending, Play, Stage};

async fn questions<S: Stage>(play: &mut Play<'_, S>, actor: &mut Actor, challenge: &Challenge) -> Result<(), Ending> {
    let answers = two_answers(play, actor).await?;
    let outcome = set_questions(play, actor, challenge, answers).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("questions", &outcome)) }
}

/// Activation is asked for with nothing but an app account: the first message.
pub async fn app_account_only<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let number = cast.main.phone.number;
    let _ = request_activation(play, &cast.main, number).await;
    Ok(())
}

/// Activation is asked for while the application is pending; after the notice it goes on.
pub async fn before_approval<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let submitted = apply(play, &cast.main).await?;
    let number = cast.main.phone.number;
    let _ = request_activation(play, &cast.main, number).await;
    await_notice(play, &mut cast.main, &submitted).await?;
    // A code may have been given when the approval came first: keep the gap.
    play.until(play.now() + play.book.otp_resend_gap).await;
    activate(play, &mut cast.main).await
}

/// Activated already: the second message.
pub async fn activated_twice<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    play.think(2.0).await;
    let number = cast.main.phone.number;
    let _ = request_activation(play, &cast.main, number).await;
    Ok(())
}

/// The phone number typed is not the account's.
pub async fn wrong_phone<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let wrong = cast.other()?.phone.number;
    let _ = request_activation(play, &cast.main, wrong).await;
    play.think(3.0).await;
    activate(play, &mut cast.main).await
}

/// The registration's code is tried at activation.
pub async fn code_of_other_purpose<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let challenge = register(play, &cast.main).await.map_err(|outcome| {
        if crate::steps::is_dirty(&outcome) { Ending::Dirty } else { stop("registration", &outcome) }
    })?;
    let mut registration = challenge;
    enter_code(play, &cast.main, &mut registration).await?;
    let old = play.last_code;
    let outcome = crate::steps::set_password(play, &mut cast.main, &registration).await;
    if !outcome.is_done() {
        return Err(stop("password", &outcome));
    }
    let outcome = login(play, &mut cast.main).await;
    if !outcome.is_done() {
        return Err(stop("login", &outcome));
    }
    let submitted = apply(play, &cast.main).await?;
    await_notice(play, &mut cast.main, &submitted).await?;
    let mut challenge = request_activation(play, &cast.main, cast.main.phone.number)
        .await
        .map_err(|outcome| stop("activation request", &outcome))?;
    if let Some(old) = old {
        confirm(play, &cast.main, &challenge, old).await;
    }
    enter_code(play, &cast.main, &mut challenge).await?;
    if let Some(new) = play.last_code {
        let crossed = Challenge { line: Line::Registration, ..registration };
        confirm(play, &cast.main, &crossed, new).await;
    }
    finish_activation(play, &mut cast.main, &challenge).await
}

/// The questions are answered before a passcode was set; or everything is tried before the code.
pub async fn skip_passcode<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let mut challenge = request_activation(play, &cast.main, cast.main.phone.number)
        .await
        .map_err(|outcome| stop("activation request", &outcome))?;
    if play.chance.happens(0.5) {
        set_passcode(play, &cast.main, &challenge, cast.main.passcode.clone()).await;
    }
    enter_code(play, &cast.main, &mut challenge).await?;
    let answers = two_answers(play, &cast.main).await?;
    set_questions(play, &mut cast.main, &challenge, answers).await;
    play.think(2.0).await;
    finish_activation(play, &mut cast.main, &challenge).await
}

/// A passcode that is not six digits.
pub async fn bad_passcode<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let challenge = confirmed(play, &cast.main).await?;
    let bad = ["12345", "1234567", "12345a", ""][play.chance.below(4) as usize];
    set_passcode(play, &cast.main, &challenge, Secret::new(bad)).await;
    play.think(2.0).await;
    finish_activation(play, &mut cast.main, &challenge).await
}

/// One question, or the same one twice.
pub async fn one_question<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let challenge = confirmed(play, &cast.main).await?;
    let outcome = set_passcode(play, &cast.main, &challenge, cast.main.passcode.clone()).await;
    if !outcome.is_done() {
        return Err(stop("passcode", &outcome));
    }
    let mut answers = two_answers(play, &cast.main).await?;
    if play.chance.happens(0.5) {
        answers.pop();
    } else {
        answers[1].0 = answers[0].0;
    }
    set_questions(play, &mut cast.main, &challenge, answers).await;
    play.think(2.0).await;
    questions(play, &mut cast.main, &challenge).await
}

/// A password is set at activation although the account has one.
pub async fn password_step<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let challenge = confirmed(play, &cast.main).await?;
    let password = Secret::new("Other-Pass-1!");
    play.ask(&cast.main, Operation::ActivationSetPassword { challenge: challenge.handle.clone(), password }).await;
    finish_activation(play, &mut cast.main, &challenge).await?;
    login(play, &mut cast.main).await;
    Ok(())
}

/// The activation is left after the passcode; the account is not active; later it is begun anew.
pub async fn interrupted<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let challenge = confirmed(play, &cast.main).await?;
    set_passcode(play, &cast.main, &challenge, cast.main.passcode.clone()).await;
    show(play, &cast.main).await;
    let again = challenge.answered + play.book.otp_resend_gap + play.paced(Duration::from_secs(3));
    play.until(again.max(play.now())).await;
    let challenge = confirmed(play, &cast.main).await?;
    finish_activation(play, &mut cast.main, &challenge).await?;
    login(play, &mut cast.main).await;
    show(play, &cast.main).await;
    Ok(())
}

/// The window after the notice is over.
pub async fn window_passed<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let noticed = have_approval(play, &mut cast.main).await?;
    let number = cast.main.phone.number;
    let due = noticed + play.book.activation_window + Duration::from_millis(50 + play.chance.below(800));
    if play.chance.happens(0.3) {
        // Asked for in time, finished too late: the window holds at the last step as well.
        let challenge = confirmed(play, &cast.main).await?;
        set_passcode(play, &cast.main, &challenge, cast.main.passcode.clone()).await;
        let answers = two_answers(play, &cast.main).await?;
        play.until(due.max(play.now())).await;
        set_questions(play, &mut cast.main, &challenge, answers).await;
        return Ok(());
    }
    play.until(due.max(play.now())).await;
    if let Ok(mut challenge) = request_activation(play, &cast.main, number).await {
        // Not refused: go on, so that the record shows what else it lets through.
        let _ = resend(play, &cast.main, &mut challenge).await;
    }
    Ok(())
}

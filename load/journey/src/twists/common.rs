//! What several stories of mistakes and attacks share.

use std::time::Duration;

use songsinh_contract::{BirthDate, Chance, Code, CounterFiling, Moment, Operation, ProofShown, Secret, Token};

use crate::steps::{
    Challenge, Line, Submitted, await_notice, confirm, enter_code, file, filing, have_activation, have_counter,
    have_level2_approval, have_session, login, portrait, read_card, register_form, request_activation, request_reset,
    resend, set_password, set_questions, show, stop, submit, two_answers,
};
use crate::{Actor, Cast, Ending, Play, Stage};

/// A birth date three years earlier.
pub fn other_year(born: BirthDate) -> BirthDate {
    match born {
        BirthDate::Full(date) => {
            BirthDate::Full(date.checked_sub(jiff::Span::new().years(3)).unwrap_or(jiff::civil::Date::ZERO))
        }
        BirthDate::Year(year) => BirthDate::Year(year - 3),
    }
}

/// Somebody registers a person who is dead, cancelled or under age, with true data.
pub async fn not_eligible<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let form = cast.main.form();
    let _ = register_form(play, &cast.main, form, None).await;
    Ok(())
}

/// Sets the password of a confirmed registration and logs in.
pub async fn finish_registration<S: Stage>(
    play: &mut Play<'_, S>,
    cast: &mut Cast,
    challenge: &Challenge,
) -> Result<(), Ending> {
    debug_assert_eq!(challenge.line, Line::Registration);
    let outcome = set_password(play, &mut cast.main, challenge).await;
    if !outcome.is_done() {
        return Err(stop("password", &outcome));
    }
    play.think(3.0).await;
    let outcome = login(play, &mut cast.main).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("login", &outcome)) }
}

/// Enters a code that came and goes on to the first login; a refusal is followed by the honest path.
pub async fn confirm_or_retry<S: Stage>(
    play: &mut Play<'_, S>,
    cast: &mut Cast,
    challenge: &mut Challenge,
    code: Code,
) -> Result<(), Ending> {
    if !confirm(play, &cast.main, challenge, code).await.is_done() {
        resend(play, &cast.main, challenge).await?;
        enter_code(play, &cast.main, challenge).await?;
    }
    finish_registration(play, cast, challenge).await
}

/// Reads the own card and gives the application.
pub async fn open_application<S: Stage>(play: &mut Play<'_, S>, cast: &Cast) -> Result<Token, Ending> {
    let outcome = read_card(play, &cast.main, cast.main.printed()).await;
    outcome.values().and_then(|values| values.handle.clone()).ok_or_else(|| stop("card", &outcome))
}

/// Takes the own picture, files the application and waits for the notice.
pub async fn finish_application<S: Stage>(
    play: &mut Play<'_, S>,
    cast: &mut Cast,
    application: &Token,
) -> Result<(), Ending> {
    play.think(6.0).await;
    let selfie = cast.main.selfie(&mut play.chance);
    let outcome = portrait(play, &cast.main, application, Some(selfie)).await;
    if !outcome.is_done() {
        return Err(stop("portrait", &outcome));
    }
    let asked = play.now();
    let outcome = submit(play, &cast.main, application, None).await;
    if !outcome.is_done() {
        return Err(stop("submit", &outcome));
    }
    await_notice(play, &mut cast.main, &Submitted { asked }).await.map(drop)
}

/// The card is lost, re-issued, cancelled or expired.
pub async fn not_in_force<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    read_card(play, &cast.main, cast.main.printed()).await;
    Ok(())
}

/// The code that came for a challenge, and when; waits at most as long as the code lives, and a little.
pub async fn received_code<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    challenge: &Challenge,
) -> Result<(Code, Moment), Ending> {
    let until = challenge.answered + play.book.otp_lifetime + Duration::from_secs(2);
    let sms = play.await_sms(actor.phone.number, challenge.line.purpose(), challenge.asked, until).await;
    let sms = sms.ok_or(Ending::GaveUp("no code came in time"))?;
    sms.code.map(|code| (code, sms.at)).ok_or(Ending::Failed("a message without a code"))
}

/// Answers the security questions: the last step of an activation.
pub async fn answer_questions<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &mut Actor,
    challenge: &Challenge,
) -> Result<(), Ending> {
    let answers = two_answers(play, actor).await?;
    let outcome = set_questions(play, actor, challenge, answers).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("questions", &outcome)) }
}

/// A password that is not the actor's, and meets the policy.
pub fn not_the_password(password: &Secret) -> Secret {
    Secret::new(&format!("Zz9#{:016x}", password.digest().0))
}

/// An active citizen looks at the account with that proof, then with a right one.
pub async fn show_with<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, proof: ProofShown) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    let signer = if proof == ProofShown::Foreign { cast.main.spare.signer() } else { cast.main.phone.signer() };
    let caller = cast.main.phone.caller_with(proof, signer);
    play.ask_by(&cast.main, caller, Operation::AccountShow).await;
    play.think(1.0).await;
    show(play, &cast.main).await;
    Ok(())
}

/// Asks for activation.
pub async fn requested<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Challenge, Ending> {
    request_activation(play, actor, actor.phone.number).await.map_err(|outcome| stop("activation request", &outcome))
}

/// Asks for a new password.
pub async fn requested_reset<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Challenge, Ending> {
    request_reset(play, actor, actor.number(), actor.phone.number)
        .await
        .map_err(|outcome| stop("asking for a new password", &outcome))
}

/// An officer files level 2 with something wrong in it, and then as it is right; the citizen waits for the approval.
///
/// # Errors
/// How the story ends, if there is no approval.
pub async fn filed_wrongly<S: Stage>(
    play: &mut Play<'_, S>,
    citizen: &mut Actor,
    officer: &mut Actor,
    spoil: impl FnOnce(&mut Chance, &mut CounterFiling),
) -> Result<(), Ending> {
    have_counter(play, officer).await?;
    let mut wrong = filing(play, citizen);
    spoil(&mut play.chance, &mut wrong);
    file(play, officer, wrong).await;
    play.think(5.0).await;
    have_level2_approval(play, citizen, officer).await
}

//! Mistakes and attacks with one-time codes, at registration.

use std::time::Duration;

use songsinh_contract::{Code, Moment};

use super::form::{confirm_or_retry, finish_registration};
use crate::steps::{Challenge, confirm, enter_code, is_dirty, register, resend, stop, wrong};
use crate::{Actor, Cast, Ending, Play, Stage};

/// Asks for an account and gives the challenge.
async fn open<S: Stage>(play: &mut Play<'_, S>, actor: &Actor) -> Result<Challenge, Ending> {
    register(play, actor).await.map_err(
        |outcome| {
            if is_dirty(&outcome) { Ending::Dirty } else { stop("registration", &outcome) }
        },
    )
}

/// The code that came for a challenge, and when; waits at most as long as the code lives, and a little.
async fn received<S: Stage>(
    play: &mut Play<'_, S>,
    actor: &Actor,
    challenge: &Challenge,
) -> Result<(Code, Moment), Ending> {
    let until = challenge.answered + play.book.otp_lifetime + Duration::from_secs(2);
    let sms = play.await_sms(actor.phone.number, challenge.line.purpose(), challenge.asked, until).await;
    let sms = sms.ok_or(Ending::GaveUp("no code came in time"))?;
    sms.code.map(|code| (code, sms.at)).ok_or(Ending::Failed("a message without a code"))
}

/// One wrong code, then the right one.
pub async fn wrong_code<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let (code, _) = received(play, &cast.main, &challenge).await?;
    confirm(play, &cast.main, &challenge, wrong(code)).await;
    play.think(3.0).await;
    confirm_or_retry(play, cast, &mut challenge, code).await
}

/// As many wrong codes as void the challenge; then the right one, which must be refused; then a new one.
pub async fn codes_exhausted<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let (code, _) = received(play, &cast.main, &challenge).await?;
    for _ in 0..play.book.otp_attempts {
        confirm(play, &cast.main, &challenge, wrong(code)).await;
        play.think(1.0).await;
    }
    confirm_or_retry(play, cast, &mut challenge, code).await
}

/// The right code, shortly before or shortly after its life is over.
pub async fn late_code<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let (code, _) = received(play, &cast.main, &challenge).await?;
    let life = play.book.otp_lifetime;
    play.until_edge((challenge.asked, challenge.answered), life).await;
    confirm_or_retry(play, cast, &mut challenge, code).await
}

/// A code that went through is entered again.
pub async fn used_code<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    enter_code(play, &cast.main, &mut challenge).await?;
    play.think(1.0).await;
    if let Some(code) = play.last_code {
        confirm(play, &cast.main, &challenge, code).await;
    }
    finish_registration(play, cast, &challenge).await
}

/// After a resend, the older code is entered first.
pub async fn old_code_after_resend<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let (old, _) = received(play, &cast.main, &challenge).await?;
    resend(play, &cast.main, &mut challenge).await?;
    let (new, _) = received(play, &cast.main, &challenge).await?;
    if old != new {
        confirm(play, &cast.main, &challenge, old).await;
        play.think(1.5).await;
    }
    confirm_or_retry(play, cast, &mut challenge, new).await
}

/// The same right code from two impatient taps at once.
pub async fn code_twice_at_once<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let challenge = open(play, &cast.main).await?;
    let (code, _) = received(play, &cast.main, &challenge).await?;
    play.think(4.0).await;
    let tap = || challenge.line.confirm(&challenge.handle, code);
    let (one, other) = play.ask_both((&cast.main, tap()), (&cast.main, tap())).await;
    if !one.is_done() && !other.is_done() {
        return Err(stop("code", &one));
    }
    finish_registration(play, cast, &challenge).await
}

/// Two strangers register; each tries the other's code.
pub async fn stolen_code<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let attacker = cast.other()?.clone();
    let mut challenge = open(play, &cast.main).await?;
    let theirs = open(play, &attacker).await?;
    let (code, _) = received(play, &cast.main, &challenge).await?;
    let (stolen, _) = received(play, &attacker, &theirs).await?;
    confirm(play, &attacker, &theirs, code).await;
    confirm(play, &cast.main, &challenge, stolen).await;
    confirm_or_retry(play, cast, &mut challenge, code).await
}

/// Another code is asked for shortly before or after the gap is over.
pub async fn resend_too_soon<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let gap = play.book.otp_resend_gap;
    play.until_edge((challenge.asked, challenge.answered), gap).await;
    let asked = play.now();
    let outcome = play.ask(&cast.main, challenge.line.resend(&challenge.handle)).await;
    if let Some(values) = outcome.values() {
        challenge.handle = values.handle.clone().unwrap_or(challenge.handle);
        (challenge.asked, challenge.answered) = (asked, play.now());
    }
    enter_code(play, &cast.main, &mut challenge).await?;
    finish_registration(play, cast, &challenge).await
}

/// Somebody asks for one code after another, as fast as the gap allows, until the hourly limit stops them.
pub async fn resend_flood<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    for _ in 0..play.book.otp_resends_per_window {
        resend(play, &cast.main, &mut challenge).await?;
    }
    // One more than the limit: refused, and the newest code still works.
    let _ = resend(play, &cast.main, &mut challenge.clone()).await;
    let (code, _) = received(play, &cast.main, &challenge).await?;
    if confirm(play, &cast.main, &challenge, code).await.is_done() {
        finish_registration(play, cast, &challenge).await?;
    }
    Ok(())
}

//! Mistakes and attacks with the card and the portrait, at the application for level 1.

use songsinh_contract::{Operation, Outcome, Token};

use crate::steps::{apply, await_notice, have_session, portrait, read_card, stop, submit};
use crate::{Cast, Ending, Play, Stage};

/// Reads the own card and gives the application.
async fn opened<S: Stage>(play: &mut Play<'_, S>, cast: &Cast) -> Result<Token, Ending> {
    let outcome = read_card(play, &cast.main, cast.main.printed()).await;
    outcome.values().and_then(|values| values.handle.clone()).ok_or_else(|| stop("card", &outcome))
}

/// Takes the own picture, files the application and waits for the notice.
async fn finish<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, application: &Token) -> Result<(), Ending> {
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
    await_notice(play, &mut cast.main, &crate::steps::Submitted { asked }).await.map(drop)
}

/// The application is begun without a session.
pub async fn without_login<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let mut caller = cast.main.phone.caller();
    caller.session = None;
    let printed = cast.main.printed();
    play.ask_by(&cast.main, caller, Operation::Level1ReadCard { printed, nfc: cast.main.phone.nfc }).await;
    let submitted = apply(play, &cast.main).await?;
    await_notice(play, &mut cast.main, &submitted).await.map(drop)
}

/// Another person's card is scanned first.
pub async fn other_persons_card<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let printed = cast.other()?.printed();
    read_card(play, &cast.main, printed).await;
    play.think(4.0).await;
    let application = opened(play, cast).await?;
    finish(play, cast, &application).await
}

/// The card is lost, re-issued, cancelled or expired.
pub async fn not_in_force<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    read_card(play, &cast.main, cast.main.printed()).await;
    Ok(())
}

/// The phone could read the chip, but the printed QR is scanned.
pub async fn qr_on_nfc_phone<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    cast.main.phone.nfc = true;
    read_card(play, &cast.main, cast.main.printed()).await;
    Ok(())
}

/// An empty picture, then the own.
pub async fn no_portrait<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let application = opened(play, cast).await?;
    portrait(play, &cast.main, &application, None).await;
    finish(play, cast, &application).await
}

/// The face of somebody else. Where it is refused, the own face follows.
pub async fn other_face<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let face = cast.other()?.person.portrait;
    let shot = 1 + play.chance.below(1_000) as u32;
    let application = opened(play, cast).await?;
    let outcome = portrait(play, &cast.main, &application, Some(songsinh_contract::Portrait { shot, ..face })).await;
    match outcome {
        Outcome::Refused(_) => finish(play, cast, &application).await,
        _ => {
            submit(play, &cast.main, &application, None).await;
            Ok(())
        }
    }
}

/// The application is confirmed before a picture was taken.
pub async fn submit_before_portrait<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let application = opened(play, cast).await?;
    submit(play, &cast.main, &application, None).await;
    finish(play, cast, &application).await
}

/// An e-mail address is given.
pub async fn with_email<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let application = opened(play, cast).await?;
    let selfie = cast.main.selfie(&mut play.chance);
    portrait(play, &cast.main, &application, Some(selfie)).await;
    let email = format!("cd{}@example.vn", play.chance.below(1_000_000_000));
    let outcome = submit(play, &cast.main, &application, Some(email.into())).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("submit", &outcome)) }
}

//! A reset is asked for in ways that must not tell whether there is an account.

use crate::steps::{have_account, request_reset};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    let stranger = cast.relative()?;
    let (number, phone) = (stranger.number(), stranger.phone.number);
    let main = &cast.main;
    let _ = request_reset(play, main, number, phone).await;
    // The gap after a code, should one have been sent or counted.
    play.until(play.now() + play.book.otp_resend_gap).await;
    let _ = request_reset(play, main, main.number(), phone).await;
    Ok(())
}

//! The activation is left after the passcode; the account is not active; later it is begun anew.

use std::time::Duration;

use crate::steps::{confirmed, finish_activation, have_approval, login, set_passcode, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
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

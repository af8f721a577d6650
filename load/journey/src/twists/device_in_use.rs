//! A relative with an approved account wants to activate it on a phone that is in use already.

use crate::steps::{activate, have_approval, request_activation};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    activate(play, &mut cast.main).await?;
    let busy = cast.main.phone.clone();
    let relative = cast.other()?;
    have_approval(play, relative).await?;
    let number = relative.phone.number;
    let own = std::mem::replace(&mut relative.phone, busy);
    let _ = request_activation(play, relative, number).await;
    relative.phone = own;
    // The gap after a code, should the busy phone have been given one.
    play.until(play.now() + play.book.otp_resend_gap).await;
    activate(play, relative).await
}

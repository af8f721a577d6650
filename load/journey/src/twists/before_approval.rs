//! Activation is asked for while the application is pending; after the notice it goes on.

use crate::steps::{activate, apply, await_notice, have_session, request_activation};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let submitted = apply(play, &cast.main).await?;
    let number = cast.main.phone.number;
    let _ = request_activation(play, &cast.main, number).await;
    await_notice(play, &mut cast.main, &submitted).await?;
    // A code may have been given when the approval came first: keep the gap.
    play.until(play.now() + play.book.otp_resend_gap).await;
    activate(play, &mut cast.main).await
}

//! Level 2 is activated from another phone than the one that level 1 is active on.

use crate::steps::{activate_and_login, have_activation, have_level2_approval, request_activation};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_activation(play, main).await?;
    have_level2_approval(play, main, officer).await?;
    let mut other = main.on_spare();
    other.phone.number = main.phone.number;
    let _ = request_activation(play, &other, main.phone.number).await;
    // The gap after a code, should the other phone have been given one.
    play.until(play.now() + play.book.otp_resend_gap).await;
    activate_and_login(play, main).await
}

//! The code of the reset is entered on either side of the end of its life.

use super::common::{received_code, requested_reset};
use crate::steps::{confirm, finish_reset, have_account};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    let challenge = requested_reset(play, main).await?;
    let (code, _) = received_code(play, main, &challenge).await?;
    let life = play.book.otp_lifetime;
    play.until_edge((challenge.asked, challenge.answered), life).await;
    if confirm(play, main, &challenge, code).await.is_done() {
        return finish_reset(play, main, &challenge).await;
    }
    Ok(())
}

//! The code of the reset is mistyped.

use super::common::{received_code, requested_reset};
use crate::steps::{confirm, enter_code, finish_reset, have_account, resend, wrong};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    let mut challenge = requested_reset(play, main).await?;
    let (code, _) = received_code(play, main, &challenge).await?;
    confirm(play, main, &challenge, wrong(code)).await;
    play.think(3.0).await;
    if !confirm(play, main, &challenge, code).await.is_done() {
        resend(play, main, &mut challenge).await?;
        enter_code(play, main, &mut challenge).await?;
    }
    finish_reset(play, main, &challenge).await
}

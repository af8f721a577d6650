//! The old passcode is mistyped in a change.

use super::desk::active;
use crate::steps::{change_passcode, enter_passcode};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let wrong = main.secrets.with_next_passcode().passcode();
    change_passcode(play, main, wrong).await;
    play.think(3.0).await;
    enter_passcode(play, main, main.passcode.clone()).await;
    Ok(())
}

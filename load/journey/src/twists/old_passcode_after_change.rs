//! The old passcode is tried after the change.

use super::desk::active;
use crate::steps::{change_passcode, enter_passcode};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let old = main.passcode.clone();
    change_passcode(play, main, old.clone()).await;
    play.think(3.0).await;
    enter_passcode(play, main, old).await;
    play.think(2.0).await;
    enter_passcode(play, main, main.passcode.clone()).await;
    Ok(())
}

//! Login by fingerprint is tried on another phone.

use super::desk::active;
use crate::steps::{switch_unlock, unlock};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    switch_unlock(play, main, true).await;
    let mut thief = main.on_spare();
    unlock(play, &mut thief).await;
    play.think(1.0).await;
    unlock(play, main).await;
    Ok(())
}

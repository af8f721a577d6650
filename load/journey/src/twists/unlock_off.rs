//! Login by fingerprint is tried with the switch off.

use super::desk::active;
use crate::steps::{login, switch_unlock, unlock};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    switch_unlock(play, main, false).await;
    unlock(play, main).await;
    play.think(2.0).await;
    login(play, main).await;
    switch_unlock(play, main, true).await;
    unlock(play, main).await;
    Ok(())
}

//! The old phone is used after the move.

use super::desk::active;
use crate::journeys::move_to_spare;
use crate::steps::{login, show, unlock};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut old = main.clone();
    move_to_spare(play, main).await?;
    show(play, &old).await;
    login(play, &mut old).await;
    unlock(play, &mut old).await;
    show(play, main).await;
    Ok(())
}

//! The code of a move is asked for although nobody wants to move.

use super::desk::active;
use crate::steps::{ask_move_code, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    ask_move_code(play, main).await;
    play.think(2.0).await;
    show(play, main).await;
    Ok(())
}

//! The code of the move is mistyped.

use super::desk::active;
use crate::steps::{begin_move, confirm_move, login, wrong};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut new = main.on_spare();
    new.phone.number = main.phone.number;
    let moving = begin_move(play, main, &new).await?;
    confirm_move(play, &mut new, &moving, wrong(moving.code)).await;
    play.think(3.0).await;
    if confirm_move(play, &mut new, &moving, moving.code).await.is_done() {
        *main = new;
    }
    login(play, main).await;
    Ok(())
}

//! The code of the move is entered again after it went through.

use super::desk::active;
use crate::steps::{begin_move, confirm_move, login};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut new = main.on_spare();
    new.phone.number = main.phone.number;
    let moving = begin_move(play, main, &new).await?;
    if !confirm_move(play, &mut new, &moving, moving.code).await.is_done() {
        return Err(Ending::Failed("code of the move"));
    }
    play.think(2.0).await;
    confirm_move(play, &mut new, &moving, moving.code).await;
    *main = new;
    login(play, main).await;
    Ok(())
}

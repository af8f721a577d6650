//! A move is asked for with a wrong password.

use super::common::not_the_password;
use super::desk::active;
use crate::steps::{ask_move, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut thief = main.on_spare();
    thief.password = not_the_password(&main.password);
    ask_move(play, &thief).await;
    play.think(2.0).await;
    show(play, main).await;
    Ok(())
}

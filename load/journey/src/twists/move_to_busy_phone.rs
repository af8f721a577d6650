//! The new phone is in use by a relative's account.

use super::desk::both_active;
use crate::steps::{ask_move, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let (main, relative) = both_active(play, cast).await?;
    let mut borrowed = main.clone();
    borrowed.phone = relative.phone.clone();
    ask_move(play, &borrowed).await;
    play.think(2.0).await;
    show(play, main).await;
    show(play, relative).await;
    Ok(())
}

//! Activated already: the second message.

use crate::steps::{have_activation, request_activation};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    play.think(2.0).await;
    let number = cast.main.phone.number;
    let _ = request_activation(play, &cast.main, number).await;
    Ok(())
}

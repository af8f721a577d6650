//! A stolen refresh token is shown by another phone.

use crate::steps::{have_session, refresh, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let mut thief = cast.main.on_spare();
    thief.phone.refresh = cast.main.phone.refresh.clone();
    refresh(play, &mut thief).await;
    play.think(1.0).await;
    show(play, &cast.main).await;
    Ok(())
}

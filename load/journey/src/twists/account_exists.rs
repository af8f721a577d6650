//! A citizen who has an account asks for another.

use crate::steps::{have_session, register};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    play.think(5.0).await;
    let _ = register(play, &cast.main).await;
    Ok(())
}

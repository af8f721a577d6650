//! The security questions are left out.

use super::desk::active;
use crate::steps::{begin_reset, finish_reset, set_new_password};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let challenge = begin_reset(play, main).await?;
    set_new_password(play, main, &challenge).await;
    play.think(3.0).await;
    finish_reset(play, main, &challenge).await
}

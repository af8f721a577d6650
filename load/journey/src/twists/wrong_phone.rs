//! The phone number typed is not the account's.

use crate::steps::{activate, have_approval, request_activation};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let wrong = cast.other()?.phone.number;
    let _ = request_activation(play, &cast.main, wrong).await;
    play.think(3.0).await;
    activate(play, &mut cast.main).await
}

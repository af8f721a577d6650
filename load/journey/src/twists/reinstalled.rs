//! The app is installed anew: the same device with another key needs a move.

use super::desk::active;
use crate::steps::{login, request_activation, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut anew = main.clone();
    anew.phone.reinstall();
    login(play, &mut anew).await;
    let _ = request_activation(play, &anew, anew.phone.number).await;
    play.think(2.0).await;
    show(play, main).await;
    Ok(())
}

//! Another amount is sent with a request id that was used.

use super::desk::both_active;
use crate::steps::{balance, request_id, transfer};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let (main, relative) = both_active(play, cast).await?;
    let request = request_id(play);
    play.ask(main, transfer(relative.number(), 20_000, request.clone())).await;
    play.think(2.0).await;
    play.ask(main, transfer(relative.number(), 30_000, request)).await;
    balance(play, main).await.map(drop)
}

//! More is sent than the balance holds.

use super::desk::both_active;
use crate::steps::{balance, request_id, transfer};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let (main, relative) = both_active(play, cast).await?;
    let all_vnd = balance(play, main).await?;
    let request = request_id(play);
    play.ask(main, transfer(relative.number(), all_vnd + 1, request)).await;
    balance(play, main).await.map(drop)
}

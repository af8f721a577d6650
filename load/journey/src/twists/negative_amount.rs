//! An amount of nothing or less is sent.

use super::desk::both_active;
use crate::steps::{balance, request_id, transfer};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let (main, relative) = both_active(play, cast).await?;
    for amount_vnd in [0, -50_000] {
        let request = request_id(play);
        play.ask(main, transfer(relative.number(), amount_vnd, request)).await;
    }
    balance(play, main).await.map(drop)
}

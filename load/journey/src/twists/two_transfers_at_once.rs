//! The whole balance is sent twice at once: it is there once.

use super::desk::both_active;
use crate::steps::{balance, open_utilities, request_id, transfer};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let (main, relative) = both_active(play, cast).await?;
    open_utilities(play, relative).await?;
    balance(play, relative).await?;
    let all_vnd = balance(play, main).await?;
    let (one, other) = (request_id(play), request_id(play));
    let to = relative.number();
    play.ask_both((main, transfer(to, all_vnd, one)), (main, transfer(to, all_vnd, other))).await;
    balance(play, main).await?;
    balance(play, relative).await.map(drop)
}

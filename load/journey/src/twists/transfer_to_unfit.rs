//! Money is sent to oneself, and to somebody without an account.

use super::desk::in_utilities;
use crate::steps::{balance, request_id, transfer};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let to = cast.relative()?.number();
    let main = in_utilities(play, cast).await?;
    let request = request_id(play);
    play.ask(main, transfer(to, 10_000, request)).await;
    let request = request_id(play);
    play.ask(main, transfer(main.number(), 10_000, request)).await;
    balance(play, main).await.map(drop)
}

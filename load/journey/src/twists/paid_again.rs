//! A paid bill is paid again.

use super::desk::in_utilities;
use crate::steps::{balance, next_bill, pay, request_id};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    let Some(bill) = next_bill(play, main).await? else { return Ok(()) };
    for _ in 0..2 {
        let request = request_id(play);
        play.ask(main, pay(&bill, request)).await;
        play.think(2.0).await;
    }
    balance(play, main).await.map(drop)
}

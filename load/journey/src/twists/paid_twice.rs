//! A bill is paid from two taps at once.

use super::desk::in_utilities;
use crate::steps::{balance, next_bill, pay, request_id};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    let before_vnd = balance(play, main).await?;
    let Some(bill) = next_bill(play, main).await? else { return Ok(()) };
    if bill.amount_vnd > before_vnd {
        return Ok(());
    }
    let one = request_id(play);
    let other = if play.chance.happens(0.5) { one.clone() } else { request_id(play) };
    play.ask_both((main, pay(&bill, one)), (main, pay(&bill, other))).await;
    balance(play, main).await.map(drop)
}

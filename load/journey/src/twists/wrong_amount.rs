//! The amount is not that of the bill; the bill is nobody's.

use songsinh_contract::Bill;

use super::desk::in_utilities;
use crate::steps::{balance, next_bill, pay, request_id};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    balance(play, main).await?;
    if let Some(bill) = next_bill(play, main).await? {
        let less = Bill { amount_vnd: (bill.amount_vnd / 2).max(1), ..bill.clone() };
        let request = request_id(play);
        play.ask(main, pay(&less, request)).await;
        let made_up = Bill { id: format!("{}-x", bill.id).into(), ..bill };
        let request = request_id(play);
        play.ask(main, pay(&made_up, request)).await;
    }
    balance(play, main).await.map(drop)
}

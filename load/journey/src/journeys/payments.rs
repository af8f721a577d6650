//! Journey 10: a bill is paid, money is sent to a relative, and balance and receipts are read.

use crate::steps::{
    ask_safely, balance, have_level2, next_bill, open_utilities, pay, request_id, stay_logged_in, stop, transfer,
};
use crate::{Cast, Ending, Play, Stage};

/// The smallest amount sent, in đồng, and of how many such steps.
const STEP_VND: i64 = 10_000;
const STEPS: u64 = 20;
/// How many bills a citizen pays at a time.
const MOST_BILLS: usize = 2;

/// Pays bills, sends money to a relative who can take it, and looks at the balance before and after.
pub async fn payments<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (relative, officer) = (all.relative()?, all.officer()?);
    let main = all.main;
    have_level2(play, relative, officer).await?;
    have_level2(play, main, officer).await?;
    open_utilities(play, main).await?;
    let mut left_vnd = balance(play, main).await?;
    for _ in 0..MOST_BILLS {
        let Some(bill) = next_bill(play, main).await? else { break };
        if bill.amount_vnd > left_vnd {
            break;
        }
        play.think(8.0).await;
        let request = request_id(play);
        let outcome = ask_safely(play, main, pay(&bill, request)).await;
        if !outcome.is_done() {
            return Err(stop("payment", &outcome));
        }
        left_vnd -= bill.amount_vnd;
    }
    play.think(8.0).await;
    let amount_vnd = STEP_VND * (1 + play.chance.below(STEPS) as i64);
    if amount_vnd <= left_vnd {
        let request = request_id(play);
        let outcome = ask_safely(play, main, transfer(relative.number(), amount_vnd, request)).await;
        if !outcome.is_done() {
            return Err(stop("transfer", &outcome));
        }
    }
    balance(play, main).await?;
    // The relative looks whether the money is there.
    stay_logged_in(play, relative).await?;
    open_utilities(play, relative).await?;
    balance(play, relative).await.map(drop)
}

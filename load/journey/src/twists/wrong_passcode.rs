//! The passcode is mistyped once.

use songsinh_contract::Operation;

use super::desk::active;
use crate::steps::enter_passcode;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let wrong = main.secrets.with_next_passcode().passcode();
    enter_passcode(play, main, wrong).await;
    play.ask(main, Operation::WalletList).await;
    play.think(2.0).await;
    enter_passcode(play, main, main.passcode.clone()).await;
    play.ask(main, Operation::WalletList).await;
    Ok(())
}

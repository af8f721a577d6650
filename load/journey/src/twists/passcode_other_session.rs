//! The passcode opens the utilities for its session, not for the next one.

use songsinh_contract::Operation;

use super::desk::in_utilities;
use crate::steps::{login, open_utilities};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    play.ask(main, Operation::WalletList).await;
    login(play, main).await;
    play.ask(main, Operation::WalletList).await;
    play.think(2.0).await;
    open_utilities(play, main).await?;
    play.ask(main, Operation::WalletList).await;
    Ok(())
}

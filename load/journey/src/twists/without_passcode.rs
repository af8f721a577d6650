//! The wallet is opened without the passcode.

use songsinh_contract::Operation;

use super::desk::active;
use crate::steps::open_utilities;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    play.ask(main, Operation::WalletList).await;
    play.think(2.0).await;
    open_utilities(play, main).await?;
    play.ask(main, Operation::WalletList).await;
    Ok(())
}

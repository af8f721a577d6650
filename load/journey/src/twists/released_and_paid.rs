//! The utilities are used from a phone that was released.

use songsinh_contract::Operation;

use super::desk::in_utilities;
use crate::steps::release;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    let old = main.clone();
    release(play, main).await;
    play.think(1.0).await;
    play.ask(&old, Operation::PaymentBalance).await;
    play.ask(&old, Operation::WalletList).await;
    main.phone.session = None;
    Ok(())
}

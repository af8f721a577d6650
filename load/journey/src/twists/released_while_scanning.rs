//! `released-while-scanning`: whoever scans releases the own phone at the same moment; after that it scans no more.

use songsinh_contract::Operation;

use super::desk::both_active;
use crate::steps::{have_switch, mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let (citizen, relative) = both_active(play, cast).await?;
    have_switch(play, citizen).await?;
    let minted = mint(play, citizen).await?;
    play.think(2.0).await;
    let seen = Operation::QrScan { qr: Box::new(minted.qr.clone()) };
    let before = relative.clone();
    let (released, _) = play.ask_both((relative, Operation::DeviceRelease), (relative, seen)).await;
    if released.is_done() {
        relative.is_released();
    }
    play.think(1.0).await;
    // The session that was released, with a QR that would be good.
    let minted = mint(play, citizen).await?;
    scan(play, &before, &minted.qr).await;
    Ok(())
}

//! The switch is turned off while a QR lives.

use super::desk::at_desk;
use crate::steps::{have_switch, mint, scan, switch_qr};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    let minted = mint(play, desk.citizen).await?;
    play.think(2.0).await;
    switch_qr(play, desk.citizen, false).await;
    scan(play, desk.official, &minted.qr).await;
    play.think(2.0).await;
    have_switch(play, desk.citizen).await?;
    // Turning it on again brings nothing back.
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

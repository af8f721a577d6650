//! A QR is asked for with the switch off, then with the switch on.

use super::desk::at_desk;
use crate::steps::{ask_ticket, have_switch, mint, scan, switch_qr};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    switch_qr(play, desk.citizen, false).await;
    play.think(2.0).await;
    ask_ticket(play, desk.citizen).await;
    play.think(3.0).await;
    have_switch(play, desk.citizen).await?;
    let minted = mint(play, desk.citizen).await?;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

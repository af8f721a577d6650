//! An official makes a QR and scans it.

use super::desk::at_desk;
use crate::steps::{have_switch, mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    have_switch(play, desk.official).await?;
    let minted = mint(play, desk.official).await?;
    play.think(2.0).await;
    scan(play, desk.official, &minted.qr).await;
    // A citizen's QR goes through after that.
    let minted = mint(play, desk.citizen).await?;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

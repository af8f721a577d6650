//! An official makes a QR and scans it: the citizen of the story, who is one at level 2.

use super::desk::active;
use crate::steps::{have_switch, mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story. The official is nobody that other stories share: the switch and the QR are the main citizen's own.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let official = active(play, cast).await?;
    have_switch(play, official).await?;
    let minted = mint(play, official).await?;
    play.think(2.0).await;
    scan(play, official, &minted.qr).await;
    Ok(())
}

//! A new QR is made; the old one is scanned first, then the new one.

use super::desk::at_desk;
use crate::steps::{mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    let old = mint(play, desk.citizen).await?;
    play.think(3.0).await;
    let new = mint(play, desk.citizen).await?;
    scan(play, desk.official, &old.qr).await;
    play.think(2.0).await;
    scan(play, desk.official, &new.qr).await;
    Ok(())
}

//! After a QR was scanned a new one is made, which is genuine as well.

use super::desk::at_desk;
use crate::steps::{mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    for _ in 0..2 {
        let minted = mint(play, desk.citizen).await?;
        play.think(3.0).await;
        scan(play, desk.official, &minted.qr).await;
        play.think(2.0).await;
    }
    Ok(())
}

//! A QR is scanned on either side of the end of its life; after it, a new one is made.

use super::desk::at_desk;
use crate::steps::{mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    let minted = mint(play, desk.citizen).await?;
    let life = play.book.qr_lifetime;
    let before = play.until_edge((minted.asked, minted.answered), life).await;
    scan(play, desk.official, &minted.qr).await;
    if !before {
        play.think(2.0).await;
        let again = mint(play, desk.citizen).await?;
        scan(play, desk.official, &again.qr).await;
    }
    Ok(())
}

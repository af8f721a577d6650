//! A QR that one official scanned is scanned by another.

use songsinh_contract::MemberRole;

use super::desk::at_desk;
use crate::steps::{have_level2, mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut desk = at_desk(play, cast).await?;
    let second = desk.another(MemberRole::Official)?;
    have_level2(play, second, desk.officer).await?;
    let minted = mint(play, desk.citizen).await?;
    play.think(3.0).await;
    scan(play, desk.official, &minted.qr).await;
    play.think(2.0).await;
    scan(play, second, &minted.qr).await;
    Ok(())
}

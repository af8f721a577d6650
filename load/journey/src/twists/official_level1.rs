//! Somebody with level 1 scans, then an official.

use songsinh_contract::MemberRole;

use super::desk::at_desk;
use crate::steps::{have_activation, mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut desk = at_desk(play, cast).await?;
    let scanner = desk.another(MemberRole::Relative)?;
    have_activation(play, scanner).await?;
    let minted = mint(play, desk.citizen).await?;
    scan(play, scanner, &minted.qr).await;
    play.think(2.0).await;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

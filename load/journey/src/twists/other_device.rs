//! A relative's bound phone signs the ticket of the citizen.

use songsinh_contract::{MemberRole, QrFlaw};

use super::desk::at_desk;
use crate::steps::{forged, have_level2, mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut desk = at_desk(play, cast).await?;
    let relative = desk.another(MemberRole::Relative)?;
    have_level2(play, relative, desk.officer).await?;
    let minted = mint(play, desk.citizen).await?;
    let qr = forged(play, desk.citizen, relative, &minted.ticket, QrFlaw::OtherDevice);
    scan(play, desk.official, &qr).await;
    play.think(2.0).await;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

//! A QR is asked for by somebody who has the session but not the key.

use songsinh_contract::{Operation, ProofShown};

use super::desk::at_desk;
use crate::steps::{mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    let thief = desk.citizen.spare.signer();
    let caller = desk.citizen.phone.caller_with(ProofShown::Foreign, thief);
    play.ask_by(desk.citizen, caller, Operation::QrMint).await;
    play.think(2.0).await;
    let minted = mint(play, desk.citizen).await?;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

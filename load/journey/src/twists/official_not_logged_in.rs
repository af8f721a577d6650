//! An official scans before logging in.

use songsinh_contract::Operation;

use super::desk::at_desk;
use crate::steps::{mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    let minted = mint(play, desk.citizen).await?;
    let mut caller = desk.official.phone.caller();
    caller.session = None;
    play.ask_by(desk.official, caller, Operation::QrScan { qr: Box::new(minted.qr.clone()) }).await;
    play.think(2.0).await;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

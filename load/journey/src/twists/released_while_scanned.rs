//! `released-while-scanned`: the phone is released at the moment when an official scans its QR; scanned again it is fake.

use songsinh_contract::Operation;

use super::desk::at_desk;
use crate::steps::{mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    let minted = mint(play, desk.citizen).await?;
    play.think(2.0).await;
    let seen = Operation::QrScan { qr: Box::new(minted.qr.clone()) };
    let (released, _) = play.ask_both((desk.citizen, Operation::DeviceRelease), (desk.official, seen)).await;
    if released.is_done() {
        desk.citizen.is_released();
    }
    play.think(1.0).await;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

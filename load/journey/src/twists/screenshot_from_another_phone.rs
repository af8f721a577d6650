//! An attacker shows a photograph of the citizen's QR within its life. No rule tells it from the original: either answer stands, and the report counts it as a known limit.

use songsinh_contract::ShownQr;

use super::desk::at_desk;
use crate::steps::{mint, scan};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    let minted = mint(play, desk.citizen).await?;
    play.think(5.0).await;
    let qr = ShownQr { photographed: true, ..minted.qr.clone() };
    scan(play, desk.official, &qr).await;
    play.think(3.0).await;
    // Then the citizen shows their own: used, if the photograph went through.
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

//! Two officials scan a QR at the same moment.

use songsinh_contract::{MemberRole, Operation};

use super::desk::at_desk;
use crate::steps::{have_level2, mint};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut desk = at_desk(play, cast).await?;
    let second = desk.another(MemberRole::Official)?;
    have_level2(play, second, desk.officer).await?;
    let minted = mint(play, desk.citizen).await?;
    play.think(3.0).await;
    let seen = || Operation::QrScan { qr: Box::new(minted.qr.clone()) };
    play.ask_both((desk.official, seen()), (second, seen())).await;
    Ok(())
}

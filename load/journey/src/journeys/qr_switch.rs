//! Journey 7, its first step: the citizen turns on "Xác minh ứng dụng qua QR code" in the personal page (TN Bước 1).

use crate::steps::{have_level2, have_switch, show};
use crate::{Cast, Ending, Play, Stage};

/// Logs in at level 2, turns the switch on and looks at the account.
pub async fn qr_switch<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    have_level2(play, all.main, officer).await?;
    play.think(4.0).await;
    have_switch(play, all.main).await?;
    show(play, all.main).await;
    Ok(())
}

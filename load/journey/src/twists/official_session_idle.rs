//! An official's session is left alone until the edge of its idle life, and then scans.

use std::time::Duration;

use super::desk::at_desk;
use crate::steps::{have_session, mint, scan, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    let asked = play.now();
    show(play, desk.official).await;
    let used = (asked, play.now());
    let idle = play.book.session_idle;
    desk.citizen.phone.session = None;
    let before = play.paced(Duration::from_secs(20)).min(idle / 4);
    play.until((asked + idle - before).max(play.now())).await;
    have_session(play, desk.citizen).await?;
    let minted = mint(play, desk.citizen).await?;
    play.until_edge(used, idle).await;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

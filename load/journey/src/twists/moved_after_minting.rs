//! The account moves to a new phone while a QR of the old one lives.

use super::desk::at_desk;
use crate::steps::{begin_move, confirm_move, mint, scan, stop};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let desk = at_desk(play, cast).await?;
    // The code of the move takes its time: the QR is made last.
    let mut new = desk.citizen.on_spare();
    new.phone.number = desk.citizen.phone.number;
    let moving = begin_move(play, desk.citizen, &new).await?;
    let minted = mint(play, desk.citizen).await?;
    let outcome = confirm_move(play, &mut new, &moving, moving.code).await;
    if !outcome.is_done() {
        return Err(stop("code of the move", &outcome));
    }
    *desk.citizen = new;
    scan(play, desk.official, &minted.qr).await;
    Ok(())
}

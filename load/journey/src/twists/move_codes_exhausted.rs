//! An attacker with the password guesses the code of the move until it is void.

use super::desk::active;
use crate::steps::{begin_move, confirm_move, login, wrong};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut new = main.on_spare();
    new.phone.number = main.phone.number;
    let moving = begin_move(play, main, &new).await?;
    for _ in 0..play.book.otp_attempts {
        confirm_move(play, &mut new, &moving, wrong(moving.code)).await;
        play.think(1.0).await;
    }
    if confirm_move(play, &mut new, &moving, moving.code).await.is_done() {
        *main = new;
    }
    login(play, main).await;
    Ok(())
}

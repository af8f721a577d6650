//! The code of a move is entered from two taps at once.

use songsinh_contract::Operation;

use super::desk::active;
use crate::steps::{begin_move, login};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut new = main.on_spare();
    new.phone.number = main.phone.number;
    let moving = begin_move(play, main, &new).await?;
    play.think(3.0).await;
    let tap = || Operation::DeviceMoveConfirm { challenge: moving.handle.clone(), code: moving.code };
    let (one, other) = play.ask_both((&new, tap()), (&new, tap())).await;
    if one.is_done() || other.is_done() {
        new.has_moved_here();
        *main = new;
    }
    login(play, main).await;
    Ok(())
}

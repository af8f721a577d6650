//! An attacker knows the password, asks for the move and guesses: the old phone never showed a code.

use songsinh_contract::Code;

use super::desk::active;
use crate::steps::{Move, ask_move, confirm_move, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut thief = main.on_spare();
    let outcome = ask_move(play, &thief).await;
    let now = play.now();
    if let Some(handle) = outcome.values().and_then(|values| values.handle.clone()) {
        let code = Code(play.chance.below(1_000_000) as u32);
        let moving = Move { handle, code, asked: now, answered: now };
        confirm_move(play, &mut thief, &moving, code).await;
    }
    play.think(2.0).await;
    show(play, main).await;
    Ok(())
}

//! Journey 11: releasing the device, and moving to a new phone with the code that the old one shows.

use songsinh_contract::{Code, Moment, Operation, Outcome, Token};

use super::stop;
use crate::{Actor, Ending, Play, Stage};

/// A move that is under way. The code was made between `asked` and `answered`.
#[derive(Debug, Clone)]
pub struct Move {
    /// From `device.move`.
    pub handle: Token,
    /// What the old phone shows.
    pub code: Code,
    /// Just before the code was asked for.
    pub asked: Moment,
    /// Just after the answer.
    pub answered: Moment,
}

/// The new phone asks to move the account to it.
pub async fn ask_move<S: Stage>(play: &mut Play<'_, S>, new: &Actor) -> Outcome {
    let mut caller = new.phone.caller();
    caller.session = None;
    play.ask_by(new, caller, Operation::DeviceMove { number: new.number(), password: new.password.clone() }).await
}

/// The old phone asks for the code.
pub async fn ask_move_code<S: Stage>(play: &mut Play<'_, S>, old: &Actor) -> Outcome {
    play.ask(old, Operation::DeviceMoveCode).await
}

/// Begins a move: the new phone asks, the old one shows the code.
///
/// # Errors
/// How the story ends, if there is no code.
pub async fn begin_move<S: Stage>(play: &mut Play<'_, S>, old: &Actor, new: &Actor) -> Result<Move, Ending> {
    let outcome = ask_move(play, new).await;
    let Some(handle) = outcome.values().and_then(|values| values.handle.clone()) else {
        return Err(stop("asking for the move", &outcome));
    };
    play.think(5.0).await;
    let asked = play.now();
    let outcome = ask_move_code(play, old).await;
    let answered = play.now();
    let Some(code) = outcome.values().and_then(|values| values.code) else {
        return Err(stop("code of the move", &outcome));
    };
    Ok(Move { handle, code, asked, answered })
}

/// The new phone enters a code.
pub async fn confirm_move<S: Stage>(play: &mut Play<'_, S>, new: &mut Actor, moving: &Move, code: Code) -> Outcome {
    let mut caller = new.phone.caller();
    caller.session = None;
    let challenge = moving.handle.clone();
    let outcome = play.ask_by(new, caller, Operation::DeviceMoveConfirm { challenge, code }).await;
    if outcome.is_done() {
        new.has_moved_here();
    }
    outcome
}

/// Releases the device of the session.
pub async fn release<S: Stage>(play: &mut Play<'_, S>, citizen: &mut Actor) -> Outcome {
    let outcome = play.ask(citizen, Operation::DeviceRelease).await;
    if outcome.is_done() {
        citizen.is_released();
    }
    outcome
}

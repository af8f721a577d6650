//! Journey 11: the account moves to a new phone, with the code that the old one shows.

use songsinh_contract::Operation;

use crate::steps::{begin_move, confirm_move, have_level2, login, show, stop};
use crate::{Actor, Cast, Ending, Play, Stage};

/// Moves to the spare phone, which is the phone in hand from then on.
pub async fn move_device<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    have_level2(play, all.main, officer).await?;
    move_to_spare(play, all.main).await?;
    let outcome = play.ask(all.main, Operation::DeviceList).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("list of devices", &outcome)) }
}

/// Moves an active, logged-in citizen to the spare phone and logs in there. The old phone looks once more, and is out.
///
/// # Errors
/// How the story ends, if the account is not on the new phone.
pub async fn move_to_spare<S: Stage>(play: &mut Play<'_, S>, citizen: &mut Actor) -> Result<(), Ending> {
    let mut new = citizen.on_spare();
    new.phone.number = citizen.phone.number;
    play.think(10.0).await;
    let moving = begin_move(play, citizen, &new).await?;
    play.think(6.0).await;
    let outcome = confirm_move(play, &mut new, &moving, moving.code).await;
    if !outcome.is_done() {
        return Err(stop("code of the move", &outcome));
    }
    show(play, citizen).await;
    *citizen = new;
    play.think(3.0).await;
    let outcome = login(play, citizen).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("login on the new phone", &outcome)) }
}

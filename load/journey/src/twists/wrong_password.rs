//! One wrong password, then the right one.

use super::common::not_the_password;
use crate::steps::{have_account, login, login_with, stop};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    let wrong = not_the_password(&cast.main.password);
    let number = cast.main.number();
    login_with(play, &mut cast.main, number, &wrong).await;
    play.think(3.0).await;
    let outcome = login(play, &mut cast.main).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("login", &outcome)) }
}

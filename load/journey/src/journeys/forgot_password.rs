//! Journey 12: the password is forgotten; the code and, where there are some, the security questions lead to a new one.

use crate::steps::{begin_reset, finish_reset, have_account, login, stop};
use crate::{Cast, Ending, Play, Stage};

/// Sets a new password and logs in with it.
pub async fn forgot_password<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    main.phone.session = None;
    play.think(15.0).await;
    let challenge = begin_reset(play, main).await?;
    finish_reset(play, main, &challenge).await?;
    play.think(4.0).await;
    let outcome = login(play, main).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("login with the new password", &outcome)) }
}

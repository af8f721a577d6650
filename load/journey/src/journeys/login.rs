//! Journey 2: logging in with number and password; later by fingerprint or face, which unlocks the device key.

use crate::steps::{have_session, login as log_in, logout, show, stop, switch_unlock, unlock};
use crate::{Cast, Ending, Play, Stage};

/// Logs in, looks, and comes back later.
pub async fn login<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_session(play, main).await?;
    let by_finger = main.bound().is_some();
    if by_finger {
        play.think(3.0).await;
        let outcome = switch_unlock(play, main, true).await;
        if !outcome.is_done() {
            return Err(stop("unlock switch", &outcome));
        }
    }
    play.think(5.0).await;
    logout(play, main).await;
    play.think(10.0).await;
    let outcome = if by_finger { unlock(play, main).await } else { log_in(play, main).await };
    if !outcome.is_done() {
        return Err(stop("later login", &outcome));
    }
    show(play, main).await;
    Ok(())
}

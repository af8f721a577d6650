//! Staying logged in, and logging out.

use crate::steps::{have_session, logout, refresh as get_new, show, stop};
use crate::{Cast, Ending, Play, Stage};

/// How many new sessions a citizen gets one after the other.
const MOST_REFRESHES: u64 = 3;

/// Gets new sessions for refresh tokens, logs out, and shows the ended session once more.
pub async fn refresh<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_session(play, main).await?;
    for _ in 0..=play.chance.below(MOST_REFRESHES) {
        play.think(6.0).await;
        match get_new(play, main).await {
            // The target gives no such tokens.
            None => break,
            Some(outcome) if !outcome.is_done() => return Err(stop("refresh", &outcome)),
            Some(_) => {
                show(play, main).await;
            }
        }
    }
    let ended = main.phone.session.clone();
    let outcome = logout(play, main).await;
    if !outcome.is_done() {
        return Err(stop("logout", &outcome));
    }
    main.phone.session = ended;
    show(play, main).await;
    main.phone.session = None;
    Ok(())
}

//! The same right code from two impatient taps at once.

use super::common::{finish_registration, received_code};
use crate::steps::{open, stop};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let challenge = open(play, &cast.main).await?;
    let (code, _) = received_code(play, &cast.main, &challenge).await?;
    play.think(4.0).await;
    let tap = || challenge.line.confirm(&challenge.handle, code);
    let (one, other) = play.ask_both((&cast.main, tap()), (&cast.main, tap())).await;
    if !one.is_done() && !other.is_done() {
        return Err(stop("code", &one));
    }
    finish_registration(play, cast, &challenge).await
}

//! A session is left alone until shortly before or shortly after its idle life is over.

use crate::steps::{have_session, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    play.think(1.0).await;
    let asked = play.now();
    show(play, &cast.main).await;
    let used = (asked, play.now());
    let idle = play.book.session_idle;
    play.until_edge(used, idle).await;
    show(play, &cast.main).await;
    Ok(())
}

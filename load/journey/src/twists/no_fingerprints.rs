//! The fingerprints are left out at the counter.

use crate::steps::{file, filing, have_counter, have_level2_approval};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_counter(play, officer).await?;
    let mut wrong = filing(play, main);
    wrong.fingerprints = None;
    file(play, officer, wrong).await;
    play.think(5.0).await;
    have_level2_approval(play, main, officer).await
}

//! A relative's card lies on the counter.

use crate::steps::{file, filing, have_counter, have_level2_approval};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (officer, relative) = (all.officer()?, all.relative()?);
    let main = all.main;
    have_counter(play, officer).await?;
    let mut wrong = filing(play, main);
    wrong.card = *relative.printed();
    file(play, officer, wrong).await;
    play.think(5.0).await;
    have_level2_approval(play, main, officer).await
}

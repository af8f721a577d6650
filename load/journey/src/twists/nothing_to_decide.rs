//! An officer approves somebody who never applied.

use crate::steps::{decide, have_counter};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    have_counter(play, officer).await?;
    decide(play, officer, all.main.number(), true).await;
    Ok(())
}

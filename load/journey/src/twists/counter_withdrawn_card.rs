//! The card on the counter was lost, re-issued or cancelled.

use crate::steps::{file, filing, have_counter, request_activation};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    have_counter(play, officer).await?;
    let own = filing(play, all.main);
    file(play, officer, own).await;
    // Refused: nothing to activate.
    let _ = request_activation(play, all.main, all.main.phone.number).await;
    Ok(())
}

//! The phone number given at the counter is not the account's.

use crate::steps::{file, filing, have_account, have_counter, have_level2_approval};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (officer, relative) = (all.officer()?, all.relative()?);
    let main = all.main;
    have_account(play, main).await?;
    have_counter(play, officer).await?;
    let mut wrong = filing(play, main);
    wrong.phone = relative.phone.number;
    file(play, officer, wrong).await;
    play.think(5.0).await;
    have_level2_approval(play, main, officer).await
}

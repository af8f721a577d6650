//! Who has no password skips that step of the activation.

use crate::steps::{confirmed, finish_activation, have_level2_approval, set_passcode};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_level2_approval(play, main, officer).await?;
    let challenge = confirmed(play, main).await?;
    set_passcode(play, main, &challenge, main.passcode.clone()).await;
    play.think(2.0).await;
    finish_activation(play, main, &challenge).await
}

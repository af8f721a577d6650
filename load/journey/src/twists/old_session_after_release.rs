//! What the released phone still holds is shown.

use super::desk::active;
use crate::steps::{enter_passcode, refresh, release, show, unlock};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let mut old = main.clone();
    release(play, main).await;
    play.think(1.0).await;
    show(play, &old).await;
    enter_passcode(play, &old, old.passcode.clone()).await;
    refresh(play, &mut old).await;
    unlock(play, &mut old).await;
    main.phone.session = None;
    Ok(())
}

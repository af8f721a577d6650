//! The step after the code takes too long.

use std::time::Duration;

use crate::steps::{begin_reset, have_account, login, set_new_password};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    let challenge = begin_reset(play, main).await?;
    let late = play.now() + play.book.after_code + Duration::from_millis(500);
    play.until(late).await;
    set_new_password(play, main, &challenge).await;
    login(play, main).await;
    Ok(())
}

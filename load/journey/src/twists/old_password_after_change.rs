//! The old password is tried after the change.

use super::desk::active;
use crate::steps::{change_password, login, login_with};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let old = main.password.clone();
    change_password(play, main).await;
    play.think(3.0).await;
    let number = main.number();
    login_with(play, main, number, &old).await;
    play.think(2.0).await;
    login(play, main).await;
    Ok(())
}

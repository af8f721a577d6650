//! A number that has no account, and a wrong password for one that has: the words must not tell them apart.

use super::common::not_the_password;
use crate::steps::{have_account, login_with};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    let unknown = cast.other()?.number();
    let wrong = not_the_password(&cast.main.password);
    login_with(play, &mut cast.main, unknown, &wrong).await;
    play.think(1.0).await;
    let number = cast.main.number();
    login_with(play, &mut cast.main, number, &wrong).await;
    Ok(())
}

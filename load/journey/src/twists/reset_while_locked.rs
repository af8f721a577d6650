//! A reset does not lift a lock.

use super::common::not_the_password;
use crate::steps::{begin_reset, finish_reset, have_account, login, login_with};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    let wrong = not_the_password(&main.password);
    let number = main.number();
    for _ in 0..play.book.login_attempts {
        play.think(0.5).await;
        login_with(play, main, number, &wrong).await;
    }
    let challenge = begin_reset(play, main).await?;
    finish_reset(play, main, &challenge).await?;
    login(play, main).await;
    Ok(())
}

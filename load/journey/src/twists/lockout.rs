//! As many wrong passwords as lock the account; the right one while locked; the right one at the edge of the lock.

use std::time::Duration;

use super::common::not_the_password;
use crate::steps::{have_account, login, login_with};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    let wrong = not_the_password(&cast.main.password);
    let number = cast.main.number();
    let mut locked_at = (play.now(), play.now());
    for _ in 0..play.book.login_attempts {
        play.think(1.0).await;
        let asked = play.now();
        login_with(play, &mut cast.main, number, &wrong).await;
        locked_at = (asked, play.now());
    }
    login(play, &mut cast.main).await;
    let lock = play.book.login_lock;
    let before = play.until_edge(locked_at, lock).await;
    login(play, &mut cast.main).await;
    if before {
        play.until((locked_at.1 + lock + Duration::from_millis(300)).max(play.now())).await;
        login(play, &mut cast.main).await;
    }
    Ok(())
}

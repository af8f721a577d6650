//! Passcodes are guessed until the utilities lock, which closes them where they were open.

use std::time::Duration;

use songsinh_contract::Operation;

use super::desk::in_utilities;
use crate::steps::{enter_passcode, have_session};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    let wrong = main.secrets.with_next_passcode().passcode();
    let mut locked_at = (play.now(), play.now());
    for _ in 0..play.book.passcode_attempts {
        play.think(1.0).await;
        let asked = play.now();
        enter_passcode(play, main, wrong.clone()).await;
        locked_at = (asked, play.now());
    }
    play.ask(main, Operation::WalletList).await;
    enter_passcode(play, main, main.passcode.clone()).await;
    let lock = play.book.passcode_lock;
    // A session would not live through a long lock.
    main.phone.session = None;
    let login_at = locked_at.0 + lock.saturating_sub(play.paced(Duration::from_secs(20)).min(lock / 4));
    play.until(login_at.max(play.now())).await;
    have_session(play, main).await?;
    let before = play.until_edge(locked_at, lock).await;
    enter_passcode(play, main, main.passcode.clone()).await;
    if before {
        play.until((locked_at.1 + lock + Duration::from_millis(300)).max(play.now())).await;
        enter_passcode(play, main, main.passcode.clone()).await;
    }
    Ok(())
}

//! `guesses-over-resends`: an attacker guesses one code after the other, each to its last try, until the account's wrong
//! codes of the hour are used up; after that not even the right one passes.

use super::common::received_code;
use crate::steps::{confirm, open, resend, wrong};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let mut left = play.book.otp_attempts_per_window;
    while left > 0 {
        let (code, _) = received_code(play, &cast.main, &challenge).await?;
        for _ in 0..play.book.otp_attempts.min(left) {
            confirm(play, &cast.main, &challenge, wrong(code)).await;
            play.think(0.5).await;
        }
        left -= play.book.otp_attempts.min(left);
        // A target may send no more codes to whoever has no try left.
        if resend(play, &cast.main, &mut challenge).await.is_err() {
            return Ok(());
        }
    }
    let (code, _) = received_code(play, &cast.main, &challenge).await?;
    confirm(play, &cast.main, &challenge, code).await;
    Ok(())
}

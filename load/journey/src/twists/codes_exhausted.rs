//! As many wrong codes as void the challenge; then the right one, which must be refused; then a new one.

use super::common::{confirm_or_retry, received_code};
use crate::steps::{confirm, open, wrong};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let (code, _) = received_code(play, &cast.main, &challenge).await?;
    for _ in 0..play.book.otp_attempts {
        confirm(play, &cast.main, &challenge, wrong(code)).await;
        play.think(1.0).await;
    }
    confirm_or_retry(play, cast, &mut challenge, code).await
}

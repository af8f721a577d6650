//! Another code is asked for shortly before or after the gap is over.

use super::common::finish_registration;
use crate::steps::{enter_code, open};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let gap = play.book.otp_resend_gap;
    play.until_edge((challenge.asked, challenge.answered), gap).await;
    let asked = play.now();
    let outcome = play.ask(&cast.main, challenge.line.resend(&challenge.handle)).await;
    if let Some(values) = outcome.values() {
        challenge.handle = values.handle.clone().unwrap_or(challenge.handle);
        (challenge.asked, challenge.answered) = (asked, play.now());
    }
    enter_code(play, &cast.main, &mut challenge).await?;
    finish_registration(play, cast, &challenge).await
}

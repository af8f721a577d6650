//! Another code of the reset is asked for on either side of the gap.

use super::common::requested_reset;
use crate::steps::{enter_code, finish_reset, have_account};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    let mut challenge = requested_reset(play, main).await?;
    let gap = play.book.otp_resend_gap;
    play.until_edge((challenge.asked, challenge.answered), gap).await;
    let asked = play.now();
    let outcome = play.ask(main, challenge.line.resend(&challenge.handle)).await;
    if let Some(values) = outcome.values() {
        challenge.handle = values.handle.clone().unwrap_or(challenge.handle);
        (challenge.asked, challenge.answered) = (asked, play.now());
    }
    enter_code(play, main, &mut challenge).await?;
    finish_reset(play, main, &challenge).await
}

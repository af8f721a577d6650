//! `resend-while-entering`: a new code is asked for at the moment when the old one is entered.

use super::common::{finish_registration, received_code};
use crate::steps::{confirm, enter_code, open};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let (old, _) = received_code(play, &cast.main, &challenge).await?;
    let allowed = challenge.answered + play.book.otp_resend_gap + play.paced(std::time::Duration::from_secs(2));
    play.until(allowed.max(play.now())).await;
    let asked = play.now();
    let enter = challenge.line.confirm(&challenge.handle, old);
    let again = challenge.line.resend(&challenge.handle);
    let (entered, resent) = play.ask_both((&cast.main, enter), (&cast.main, again)).await;
    if entered.is_done() {
        return finish_registration(play, cast, &challenge).await;
    }
    if resent.is_done() {
        (challenge.asked, challenge.answered) = (asked, play.now());
        // The old one once more: it is void by now.
        confirm(play, &cast.main, &challenge, old).await;
    }
    enter_code(play, &cast.main, &mut challenge).await?;
    finish_registration(play, cast, &challenge).await
}

//! A registration left between code and password: no login; later the same person starts anew.

use std::time::Duration;

use crate::steps::{enter_code, have_session, login, open};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    if play.chance.happens(0.5) {
        enter_code(play, &cast.main, &mut challenge).await?;
    }
    login(play, &mut cast.main).await;
    let again = challenge.answered + play.book.otp_resend_gap + play.paced(Duration::from_secs(5));
    play.until(again.max(play.now())).await;
    have_session(play, &mut cast.main).await
}

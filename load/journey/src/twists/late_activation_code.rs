//! The activation code is entered on either side of the end of its life.

use super::common::{received_code, requested};
use crate::steps::{confirm, enter_code, finish_activation, have_approval, resend};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let mut challenge = requested(play, &cast.main).await?;
    let (code, _) = received_code(play, &cast.main, &challenge).await?;
    let life = play.book.otp_lifetime;
    play.until_edge((challenge.asked, challenge.answered), life).await;
    if !confirm(play, &cast.main, &challenge, code).await.is_done() {
        resend(play, &cast.main, &mut challenge).await?;
        enter_code(play, &cast.main, &mut challenge).await?;
    }
    finish_activation(play, &mut cast.main, &challenge).await
}

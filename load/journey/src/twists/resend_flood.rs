//! Somebody asks for one code after another, as fast as the gap allows, until the hourly limit stops them.

use super::common::{finish_registration, received_code};
use crate::steps::{confirm, open, resend};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    for _ in 0..play.book.otp_resends_per_window {
        resend(play, &cast.main, &mut challenge).await?;
    }
    // One more than the limit: refused, and the newest code still works.
    let _ = resend(play, &cast.main, &mut challenge.clone()).await;
    let (code, _) = received_code(play, &cast.main, &challenge).await?;
    if confirm(play, &cast.main, &challenge, code).await.is_done() {
        finish_registration(play, cast, &challenge).await?;
    }
    Ok(())
}

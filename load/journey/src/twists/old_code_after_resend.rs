//! After a resend, the older code is entered first.

use super::common::{confirm_or_retry, received_code};
use crate::steps::{confirm, open, resend};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let (old, _) = received_code(play, &cast.main, &challenge).await?;
    resend(play, &cast.main, &mut challenge).await?;
    let (new, _) = received_code(play, &cast.main, &challenge).await?;
    if old != new {
        confirm(play, &cast.main, &challenge, old).await;
        play.think(1.5).await;
    }
    confirm_or_retry(play, cast, &mut challenge, new).await
}

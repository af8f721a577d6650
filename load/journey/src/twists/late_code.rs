//! The right code, shortly before or shortly after its life is over.

use super::common::{confirm_or_retry, received_code};
use crate::steps::open;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    let (code, _) = received_code(play, &cast.main, &challenge).await?;
    let life = play.book.otp_lifetime;
    play.until_edge((challenge.asked, challenge.answered), life).await;
    confirm_or_retry(play, cast, &mut challenge, code).await
}

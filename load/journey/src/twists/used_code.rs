//! A code that went through is entered again.

use super::common::finish_registration;
use crate::steps::{confirm, enter_code, open};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut challenge = open(play, &cast.main).await?;
    enter_code(play, &cast.main, &mut challenge).await?;
    play.think(1.0).await;
    if let Some(code) = play.last_code {
        confirm(play, &cast.main, &challenge, code).await;
    }
    finish_registration(play, cast, &challenge).await
}

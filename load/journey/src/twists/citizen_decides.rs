//! A citizen tries to approve the own application.

use crate::steps::{apply, await_notice, decide, have_session};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let submitted = apply(play, &cast.main).await?;
    decide(play, &cast.main, cast.main.number(), true).await;
    await_notice(play, &mut cast.main, &submitted).await.map(drop)
}

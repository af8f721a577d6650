//! An e-mail address is given.

use super::common::open_application;
use crate::steps::{have_session, portrait, stop, submit};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let application = open_application(play, cast).await?;
    let selfie = cast.main.selfie(&mut play.chance);
    portrait(play, &cast.main, &application, Some(selfie)).await;
    let email = format!("cd{}@example.vn", play.chance.below(1_000_000_000));
    let outcome = submit(play, &cast.main, &application, Some(email.into())).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("submit", &outcome)) }
}

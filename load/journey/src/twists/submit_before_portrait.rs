//! The application is confirmed before a picture was taken.

use super::common::{finish_application, open_application};
use crate::steps::{have_session, submit};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let application = open_application(play, cast).await?;
    submit(play, &cast.main, &application, None).await;
    finish_application(play, cast, &application).await
}

//! Activation is asked for with nothing but an app account: the first message.

use crate::steps::{have_session, request_activation};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let number = cast.main.phone.number;
    let _ = request_activation(play, &cast.main, number).await;
    Ok(())
}

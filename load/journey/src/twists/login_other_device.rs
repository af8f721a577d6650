//! Logs in from a phone that the account is not bound to.

use crate::steps::{have_activation, login, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    let mut second = cast.main.on_spare();
    login(play, &mut second).await;
    show(play, &cast.main).await;
    Ok(())
}

//! Session and refresh token are shown after the logout.

use crate::steps::{have_session, login, logout, refresh, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_session(play, main).await?;
    let ended = (main.phone.session.clone(), main.phone.refresh.clone());
    logout(play, main).await;
    play.think(2.0).await;
    (main.phone.session, main.phone.refresh) = ended;
    show(play, main).await;
    refresh(play, main).await;
    login(play, main).await;
    Ok(())
}

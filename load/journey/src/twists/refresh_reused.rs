//! A refresh token is shown twice; the session that came of it must not outlive that.

use crate::steps::{have_session, login, refresh, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_session(play, main).await?;
    let old = main.phone.refresh.clone();
    refresh(play, main).await;
    play.think(2.0).await;
    let (session, new) = (main.phone.session.clone(), main.phone.refresh.clone());
    main.phone.refresh = old;
    refresh(play, main).await;
    (main.phone.session, main.phone.refresh) = (session, new);
    show(play, main).await;
    refresh(play, main).await;
    login(play, main).await;
    Ok(())
}

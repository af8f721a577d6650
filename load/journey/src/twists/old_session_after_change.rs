//! An older session is shown after the password was changed in a newer one.

use super::desk::active;
use crate::steps::{change_password, login, refresh, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let old = (main.phone.session.clone(), main.phone.refresh.clone());
    play.think(2.0).await;
    login(play, main).await;
    change_password(play, main).await;
    // The session that made the change survives; the older one does not.
    show(play, main).await;
    (main.phone.session, main.phone.refresh) = old;
    show(play, main).await;
    refresh(play, main).await;
    login(play, main).await;
    Ok(())
}

//! Old password and old session are tried after a reset.

use crate::steps::{begin_reset, finish_reset, have_account, have_session, login, login_with, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    have_session(play, main).await?;
    let (session, old) = (main.phone.session.clone(), main.password.clone());
    let challenge = begin_reset(play, main).await?;
    finish_reset(play, main, &challenge).await?;
    main.phone.session = session;
    show(play, main).await;
    let number = main.number();
    login_with(play, main, number, &old).await;
    play.think(2.0).await;
    login(play, main).await;
    Ok(())
}

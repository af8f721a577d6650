//! A session's token is shown by another phone.

use songsinh_contract::Operation;

use crate::steps::{have_session, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let mut thief = cast.main.on_spare();
    thief.phone.session = cast.main.phone.session.clone();
    play.ask(&thief, Operation::AccountShow).await;
    play.think(1.0).await;
    show(play, &cast.main).await;
    Ok(())
}

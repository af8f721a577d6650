//! The card of somebody else is scanned after the own number was typed.

use crate::steps::{have_session, register_form};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let scanned = cast.other()?.printed();
    let form = cast.main.form();
    let _ = register_form(play, &cast.main, form, Some(scanned)).await;
    play.think(8.0).await;
    have_session(play, &mut cast.main).await
}

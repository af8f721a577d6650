//! A name with a slip in it, corrected after Không đạt.

use crate::steps::{have_session, register_form};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut form = cast.main.form();
    form.name = format!("{} Nhầm", form.name).into();
    // A wrong form needs no code; a target that gives one all the same is judged by the record.
    let _ = register_form(play, &cast.main, form, None).await;
    play.think(8.0).await;
    have_session(play, &mut cast.main).await
}

//! A wrong birth year, corrected after Không đạt.

use super::common::other_year;
use crate::steps::{have_session, register_form};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut form = cast.main.form();
    form.born = other_year(form.born);
    let _ = register_form(play, &cast.main, form, None).await;
    play.think(8.0).await;
    have_session(play, &mut cast.main).await
}

//! An attacker knows a number and a name, and guesses the date of birth; the code would come to their own phone.

use super::common::other_year;
use crate::steps::{have_session, register_form};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut form = cast.main.form();
    let attacker = cast.other()?;
    form.phone = attacker.phone.number;
    form.born = other_year(form.born);
    let attacker = attacker.clone();
    let _ = register_form(play, &attacker, form, None).await;
    play.think(3.0).await;
    have_session(play, &mut cast.main).await
}

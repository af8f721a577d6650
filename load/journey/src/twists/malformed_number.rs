//! A number with a digit too few, or one whose century digit tells another sex.

use crate::steps::{have_session, register_form};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut form = cast.main.form();
    let short = play.chance.happens(0.5);
    form.number = if short {
        form.number[..11].into()
    } else {
        let flipped = if form.number.as_bytes()[3].is_multiple_of(2) { 1 } else { -1 };
        let digit = i32::from(form.number.as_bytes()[3] - b'0') + flipped;
        format!("{}{}{}", &form.number[..3], digit, &form.number[4..]).into()
    };
    let _ = register_form(play, &cast.main, form, None).await;
    play.think(8.0).await;
    have_session(play, &mut cast.main).await
}

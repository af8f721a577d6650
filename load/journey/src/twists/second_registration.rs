//! Somebody registers a citizen who has an account once more, with another phone. It is refused, and must have changed nothing: the account is activated with the phone number that it had.

use crate::steps::{activate, have_approval, register_form};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    play.think(5.0).await;
    let mut form = cast.main.form();
    form.phone = cast.other()?.phone.number;
    let _ = register_form(play, &cast.main, form, None).await;
    play.think(3.0).await;
    activate(play, &mut cast.main).await
}

//! A relative registers with the phone number of a citizen who has an account.

use crate::steps::{have_account, register_form};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_account(play, &mut cast.main).await?;
    play.think(5.0).await;
    let number = cast.main.phone.number;
    let relative = cast.other()?;
    let mut form = relative.form();
    form.phone = number;
    let relative = relative.clone();
    let _ = register_form(play, &relative, form, None).await;
    Ok(())
}

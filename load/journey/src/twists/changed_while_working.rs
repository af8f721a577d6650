//! `changed-while-working`: the password is changed in one session at the moment when another session works.

use songsinh_contract::Operation;

use super::desk::active;
use crate::steps::{login, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let older = main.clone();
    play.think(2.0).await;
    login(play, main).await;
    let (old, new) = (main.password.clone(), main.secrets.with_next_password().password());
    let change = Operation::PasswordChange { old, new };
    let (changed, _) = play.ask_both((main, change), (&older, Operation::AccountShow)).await;
    if changed.is_done() {
        main.has_next_password();
    }
    play.think(1.0).await;
    show(play, &older).await;
    show(play, main).await;
    Ok(())
}

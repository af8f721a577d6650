//! The old password is mistyped in a change.

use songsinh_contract::Operation;

use super::common::not_the_password;
use super::desk::active;
use crate::steps::login;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let (old, new) = (not_the_password(&main.password), main.secrets.with_next_password().password());
    play.ask(main, Operation::PasswordChange { old, new }).await;
    play.think(3.0).await;
    login(play, main).await;
    Ok(())
}

//! The new password is too weak.

use songsinh_contract::{Operation, Secret};

use super::desk::active;
use crate::steps::{change_password, login};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let (old, new) = (main.password.clone(), Secret::new("motmatkhau"));
    play.ask(main, Operation::PasswordChange { old, new }).await;
    play.think(5.0).await;
    change_password(play, main).await;
    login(play, main).await;
    Ok(())
}

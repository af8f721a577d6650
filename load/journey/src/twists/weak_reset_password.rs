//! The new password of a reset is too weak.

use songsinh_contract::{Operation, Secret};

use crate::steps::{answer, begin_reset, have_account, login, set_new_password};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    let challenge = begin_reset(play, main).await?;
    if !main.answers.is_empty() {
        answer(play, main, &challenge, main.answers.clone()).await;
    }
    let password = Secret::new("quenmatkhau");
    play.ask(main, Operation::ResetSetPassword { challenge: challenge.handle.clone(), password }).await;
    play.think(5.0).await;
    set_new_password(play, main, &challenge).await;
    login(play, main).await;
    Ok(())
}

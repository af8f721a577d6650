//! The new password is set before the code.

use songsinh_contract::Operation;

use super::common::requested_reset;
use crate::steps::{enter_code, finish_reset, have_account};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    let mut challenge = requested_reset(play, main).await?;
    let password = main.secrets.with_next_password().password();
    play.ask(main, Operation::ResetSetPassword { challenge: challenge.handle.clone(), password }).await;
    enter_code(play, main, &mut challenge).await?;
    finish_reset(play, main, &challenge).await
}

//! A password is set at activation although the account has one.

use songsinh_contract::{Operation, Secret};

use crate::steps::{confirmed, finish_activation, have_approval, login};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let challenge = confirmed(play, &cast.main).await?;
    let password = Secret::new("Other-Pass-1!");
    play.ask(&cast.main, Operation::ActivationSetPassword { challenge: challenge.handle.clone(), password }).await;
    finish_activation(play, &mut cast.main, &challenge).await?;
    login(play, &mut cast.main).await;
    Ok(())
}

//! The first password, set in the activation, is too weak.

use songsinh_contract::{Operation, Secret};

use crate::steps::{confirmed, finish_activation, have_level2_approval};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_level2_approval(play, main, officer).await?;
    let challenge = confirmed(play, main).await?;
    let password = Secret::new("matkhau1");
    play.ask(main, Operation::ActivationSetPassword { challenge: challenge.handle.clone(), password }).await;
    play.think(3.0).await;
    finish_activation(play, main, &challenge).await
}

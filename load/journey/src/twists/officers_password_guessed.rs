//! An attacker guesses an officer's password, and files without a session.

use songsinh_contract::Operation;

use super::common::not_the_password;
use crate::steps::{file, filing, have_level2_approval};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (officer, attacker) = (all.officer()?, all.attacker()?);
    let main = all.main;
    let Some((user, password)) = officer.officer.clone() else {
        return Err(Ending::Failed("the officer has no user name"));
    };
    let password = not_the_password(&password);
    play.ask(attacker, Operation::OfficerLogin { user, password }).await;
    let made_up = filing(play, main);
    file(play, attacker, made_up).await;
    play.think(3.0).await;
    have_level2_approval(play, main, officer).await
}

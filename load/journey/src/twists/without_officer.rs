//! A citizen files for level 2 without an officer: with the own session, then without any.

use songsinh_contract::Operation;

use crate::steps::{file, filing, have_level2_approval, have_session};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_session(play, main).await?;
    let own = filing(play, main);
    file(play, main, own.clone()).await;
    play.think(2.0).await;
    let mut caller = main.phone.caller();
    caller.session = None;
    play.ask_by(main, caller, Operation::Level2File { filing: own }).await;
    have_level2_approval(play, main, officer).await
}

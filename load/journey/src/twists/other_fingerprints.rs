//! A relative's fingers lie on the reader at the counter.

use songsinh_contract::Fingerprints;

use crate::steps::{file, filing, have_counter, have_level2_approval};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (officer, relative) = (all.officer()?, all.relative()?);
    let main = all.main;
    have_counter(play, officer).await?;
    let mut wrong = filing(play, main);
    wrong.fingerprints = Some(Fingerprints { of: relative.person.portrait.face });
    file(play, officer, wrong).await;
    play.think(5.0).await;
    have_level2_approval(play, main, officer).await
}

//! Level 2 is filed while the application for level 1 waits.

use songsinh_contract::Level;

use crate::steps::{apply, file, filing, have_counter, have_session, notice};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_counter(play, officer).await?;
    have_session(play, main).await?;
    let submitted = apply(play, main).await?;
    let early = filing(play, main);
    file(play, officer, early).await;
    // Which of the two the notice is for depends on who was first.
    notice(play, main, &submitted, Level::One).await.map(drop)
}

//! Who waits for approval without an account registers one meanwhile.

use songsinh_contract::Level;

use crate::steps::{Submitted, file, filing, have_counter, notice, register, stop};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_counter(play, officer).await?;
    let own = filing(play, main);
    let asked = play.now();
    let outcome = file(play, officer, own).await;
    if !outcome.is_done() {
        return Err(stop("filing at the counter", &outcome));
    }
    let _ = register(play, main).await;
    notice(play, main, &Submitted { asked }, Level::Two).await.map(drop)
}

//! Level 1 is active and level 2 waits: the second message.

use songsinh_contract::Level;

use crate::steps::{Submitted, file, filing, have_activation, have_counter, notice, request_activation, stop};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_activation(play, main).await?;
    have_counter(play, officer).await?;
    let own = filing(play, main);
    let asked = play.now();
    let outcome = file(play, officer, own).await;
    if !outcome.is_done() {
        return Err(stop("filing at the counter", &outcome));
    }
    let _ = request_activation(play, main, main.phone.number).await;
    notice(play, main, &Submitted { asked }, Level::Two).await.map(drop)
}

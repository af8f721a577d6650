//! An officer rejects; activation is asked for all the same; the citizen applies again.

use songsinh_contract::Level;

use crate::steps::{
    Notice, Submitted, decide, file, filing, have_account, have_counter, have_level2_approval, notice,
    request_activation, stop,
};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_account(play, main).await?;
    have_counter(play, officer).await?;
    let first = filing(play, main);
    let asked = play.now();
    let outcome = file(play, officer, first).await;
    if !outcome.is_done() {
        return Err(stop("filing at the counter", &outcome));
    }
    decide(play, officer, main.number(), false).await;
    if let Notice::Rejected(_) = notice(play, main, &Submitted { asked }, Level::Two).await? {
        let _ = request_activation(play, main, main.phone.number).await;
    }
    play.think(10.0).await;
    have_level2_approval(play, main, officer).await
}

//! A session that is never idle is used on either side of the end of its absolute life.

use crate::steps::{have_account, login, show, stop};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = &mut cast.main;
    have_account(play, main).await?;
    let asked = play.now();
    let outcome = login(play, main).await;
    if !outcome.is_done() {
        return Err(stop("login", &outcome));
    }
    let opened = (asked, play.now());
    let (idle, absolute) = (play.book.session_idle, play.book.session_absolute);
    for _ in 0..MOST_LOOKS {
        let next = play.now() + idle.mul_f64(0.8);
        if next >= asked + absolute.saturating_sub(idle / 2) {
            break;
        }
        play.until(next).await;
        show(play, main).await;
    }
    if play.now() + idle < opened.1 + absolute {
        return Err(Ending::GaveUp("the absolute life is too long to be waited for"));
    }
    play.until_edge(opened, absolute).await;
    show(play, main).await;
    Ok(())
}

/// How often the session is kept from being idle.
const MOST_LOOKS: u32 = 100;

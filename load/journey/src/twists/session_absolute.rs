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
    // From here on it lives to the edge without being used.
    let last = opened.1 + absolute.saturating_sub(idle / 2);
    for _ in 0..MOST_LOOKS {
        if play.now() >= last {
            break;
        }
        play.until(last.min(play.now() + idle.mul_f64(0.8))).await;
        show(play, main).await;
    }
    if play.now() < last {
        return Err(Ending::GaveUp("the absolute life is too long to be waited for"));
    }
    play.until_edge(opened, absolute).await;
    show(play, main).await;
    Ok(())
}

/// How often the session is kept from being idle.
const MOST_LOOKS: u32 = 100;

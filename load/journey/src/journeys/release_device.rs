//! Journey 11: the phone is released, and the account activated anew, on the same phone or another one.

use crate::steps::{activate_and_login, have_level2, release, show, stop};
use crate::{Cast, Ending, Play, Stage};

/// Releases, is out, and activates again.
pub async fn release_device<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_level2(play, main, officer).await?;
    play.think(6.0).await;
    let outcome = release(play, main).await;
    if !outcome.is_done() {
        return Err(stop("release", &outcome));
    }
    show(play, main).await;
    main.phone.session = None;
    main.phone.refresh = None;
    play.think(10.0).await;
    if play.chance.happens(0.5) {
        let number = main.phone.number;
        *main = main.on_spare();
        main.phone.number = number;
    }
    // The code of the activation before may be less than the gap ago.
    play.until(play.now() + play.book.otp_resend_gap).await;
    activate_and_login(play, main).await
}

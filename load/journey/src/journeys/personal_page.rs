//! Journey 11, the screenshot of Tây Ninh: password, passcode, login by fingerprint, devices, notices.

use songsinh_contract::Operation;

use crate::steps::{
    change_passcode, change_password, have_level2, login, open_utilities, show, stop, switch_unlock, unlock,
};
use crate::{Actor, Cast, Ending, Play, Stage};

/// Goes through the whole page.
pub async fn personal_page<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    have_level2(play, main, officer).await?;
    read(play, main).await?;
    play.think(10.0).await;
    let outcome = change_password(play, main).await;
    if !outcome.is_done() {
        return Err(stop("change of the password", &outcome));
    }
    // This session survives.
    show(play, main).await;
    play.think(8.0).await;
    let old = main.passcode.clone();
    let outcome = change_passcode(play, main, old).await;
    if !outcome.is_done() {
        return Err(stop("change of the passcode", &outcome));
    }
    open_utilities(play, main).await?;
    let outcome = switch_unlock(play, main, true).await;
    if !outcome.is_done() {
        return Err(stop("unlock switch", &outcome));
    }
    play.think(5.0).await;
    let outcome = unlock(play, main).await;
    if !outcome.is_done() {
        return Err(stop("login by fingerprint", &outcome));
    }
    if play.chance.happens(0.5) {
        switch_unlock(play, main, false).await;
    }
    let outcome = login(play, main).await;
    if outcome.is_done() { Ok(()) } else { Err(stop("login with the new password", &outcome)) }
}

async fn read<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor) -> Result<(), Ending> {
    for (operation, step) in [(Operation::DeviceList, "list of devices"), (Operation::NoticeList, "notices")] {
        play.think(4.0).await;
        let outcome = play.ask(citizen, operation).await;
        if !outcome.is_done() {
            return Err(stop(step, &outcome));
        }
    }
    Ok(())
}

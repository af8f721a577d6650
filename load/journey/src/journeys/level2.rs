//! Journeys 5 and 4: at the police counter, with or without an app account; and after level 1 is active.

use songsinh_contract::Level;

use crate::steps::{
    activate_and_login, have_account, have_activation, have_level2 as be_active, have_level2_approval, have_session,
    show,
};
use crate::{Cast, Ending, Play, Stage};

/// How many come to the counter with an app account.
const HAS_APP_ACCOUNT: f64 = 0.5;

/// Has level 2 approved.
pub async fn level2<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    if play.chance.happens(HAS_APP_ACCOUNT) {
        have_account(play, all.main).await?;
    }
    have_level2_approval(play, all.main, officer).await
}

/// Has level 2 approved and active.
pub async fn activate_level2<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    if play.chance.happens(HAS_APP_ACCOUNT) {
        have_account(play, all.main).await?;
    }
    be_active(play, all.main, officer).await
}

/// Applies for level 2 with level 1 active, which works until level 2 is.
pub async fn level2_after_level1<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let officer = all.officer()?;
    let main = all.main;
    if main.level() < Level::Two {
        have_activation(play, main).await?;
        have_level2_approval(play, main, officer).await?;
    }
    // Level 1 goes on working; the session may have come to its end meanwhile.
    main.phone.session = None;
    have_session(play, main).await?;
    show(play, main).await;
    if main.waiting.is_some() || main.bound().is_none() {
        activate_and_login(play, main).await?;
    }
    Ok(())
}

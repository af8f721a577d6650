//! The registration's code is tried at activation.

use super::common::requested;
use crate::steps::{
    Challenge, Line, apply, await_notice, confirm, enter_code, finish_activation, login, open, set_password, stop,
};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let challenge = open(play, &cast.main).await?;
    let mut registration = challenge;
    enter_code(play, &cast.main, &mut registration).await?;
    let old = play.last_code;
    let outcome = set_password(play, &mut cast.main, &registration).await;
    if !outcome.is_done() {
        return Err(stop("password", &outcome));
    }
    let outcome = login(play, &mut cast.main).await;
    if !outcome.is_done() {
        return Err(stop("login", &outcome));
    }
    let submitted = apply(play, &cast.main).await?;
    await_notice(play, &mut cast.main, &submitted).await?;
    let mut challenge = requested(play, &cast.main).await?;
    if let Some(old) = old {
        confirm(play, &cast.main, &challenge, old).await;
    }
    enter_code(play, &cast.main, &mut challenge).await?;
    if let Some(new) = play.last_code {
        let crossed = Challenge { line: Line::Registration, ..registration };
        confirm(play, &cast.main, &crossed, new).await;
    }
    finish_activation(play, &mut cast.main, &challenge).await
}

//! An attacker tries the citizen's code in a reset of the own account.

use super::common::{received_code, requested_reset};
use crate::steps::{confirm, finish_reset, have_account};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let attacker = all.attacker()?;
    let main = all.main;
    have_account(play, main).await?;
    have_account(play, attacker).await?;
    let challenge = requested_reset(play, main).await?;
    let theirs = requested_reset(play, attacker).await?;
    let (code, _) = received_code(play, main, &challenge).await?;
    let (own, _) = received_code(play, attacker, &theirs).await?;
    if code != own {
        confirm(play, attacker, &theirs, code).await;
    }
    confirm(play, main, &challenge, code).await;
    finish_reset(play, main, &challenge).await
}

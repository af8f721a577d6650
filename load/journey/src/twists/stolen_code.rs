//! Two strangers register; each tries the other's code.

use super::common::{confirm_or_retry, received_code};
use crate::steps::{confirm, open};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let attacker = cast.other()?.clone();
    let mut challenge = open(play, &cast.main).await?;
    let theirs = open(play, &attacker).await?;
    let (code, _) = received_code(play, &cast.main, &challenge).await?;
    let (stolen, _) = received_code(play, &attacker, &theirs).await?;
    confirm(play, &attacker, &theirs, code).await;
    confirm(play, &cast.main, &challenge, stolen).await;
    confirm_or_retry(play, cast, &mut challenge, code).await
}

//! The phone number given at the counter is not the account's.

use super::common::filed_wrongly;
use crate::steps::have_account;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (officer, relative) = (all.officer()?, all.relative()?);
    have_account(play, all.main).await?;
    filed_wrongly(play, all.main, officer, |_, filing| filing.phone = relative.phone.number).await
}

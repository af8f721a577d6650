//! The picture taken at the counter shows a relative.

use super::common::filed_wrongly;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (officer, relative) = (all.officer()?, all.relative()?);
    filed_wrongly(play, all.main, officer, |chance, filing| filing.portrait = Some(relative.selfie(chance))).await
}

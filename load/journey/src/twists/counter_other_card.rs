//! A relative's card lies on the counter.

use super::common::filed_wrongly;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (officer, relative) = (all.officer()?, all.relative()?);
    filed_wrongly(play, all.main, officer, |_, filing| filing.card = *relative.printed()).await
}

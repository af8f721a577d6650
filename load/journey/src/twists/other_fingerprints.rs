//! A relative's fingers lie on the reader at the counter.

use songsinh_contract::Fingerprints;

use super::common::filed_wrongly;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let mut all = cast.company();
    let (officer, relative) = (all.officer()?, all.relative()?);
    filed_wrongly(play, all.main, officer, |_, filing| {
        filing.fingerprints = Some(Fingerprints { of: relative.person.portrait.face })
    })
    .await
}

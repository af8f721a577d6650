//! Journeys 3 and 4: applying for level 1 with the card's printed QR, waiting for the notice, applying again after a
//! rejection.

use crate::steps::have_approval;
use crate::{Cast, Ending, Play, Stage};

/// Has level 1 approved.
pub async fn level1<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await.map(drop)
}

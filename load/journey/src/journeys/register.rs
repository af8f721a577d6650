//! Journey 1: an app account, and the first login.

use crate::steps::have_session;
use crate::{Cast, Ending, Play, Stage};

/// Registers and logs in.
pub async fn register<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await
}

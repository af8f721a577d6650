//! Journey 6: activating level 1 on the phone, and the first login with the device key.

use crate::steps::have_activation;
use crate::{Cast, Ending, Play, Stage};

/// Has level 1 active.
pub async fn activate<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await
}

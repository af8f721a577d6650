//! An attacker signs the ticket of a citizen with a key of his own.

use songsinh_contract::QrFlaw;

use super::desk::forged_then_genuine;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    forged_then_genuine(play, cast, &[QrFlaw::UnknownKey]).await
}

//! A QR names the key of somebody else who is bound.

use songsinh_contract::QrFlaw;

use super::desk::forged_then_genuine;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    forged_then_genuine(play, cast, &[QrFlaw::OtherKeyNamed]).await
}

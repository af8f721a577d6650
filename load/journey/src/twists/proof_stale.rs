//! A bound device calls with a proof made long ago.

use songsinh_contract::ProofShown;

use super::common::show_with;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    show_with(play, cast, ProofShown::Stale).await
}

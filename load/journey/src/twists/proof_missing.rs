//! A bound device calls without a proof of its key.

use songsinh_contract::ProofShown;

use super::common::show_with;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    show_with(play, cast, ProofShown::Missing).await
}

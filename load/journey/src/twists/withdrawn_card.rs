//! The card was lost, re-issued or cancelled.

use super::common::not_in_force;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    not_in_force(play, cast).await
}

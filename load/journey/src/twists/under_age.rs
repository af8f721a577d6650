//! Somebody registers before turning 14, with true data.

use super::common::not_eligible;
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    not_eligible(play, cast).await
}

//! The citizen is active on one phone and asks from another.

use crate::steps::{have_activation, request_activation, show};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    let second = cast.main.on_spare();
    let number = cast.main.phone.number;
    let _ = request_activation(play, &second, number).await;
    show(play, &cast.main).await;
    Ok(())
}

//! A citizen with level 1 turns the switch on and asks for a QR.

use crate::steps::{ask_ticket, have_activation, switch_qr};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    switch_qr(play, &mut cast.main, true).await;
    play.think(2.0).await;
    ask_ticket(play, &cast.main).await;
    Ok(())
}

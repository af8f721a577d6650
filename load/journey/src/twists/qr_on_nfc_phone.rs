//! The phone could read the chip, but the printed QR is scanned.

use crate::steps::{have_session, read_card};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    cast.main.phone.nfc = true;
    read_card(play, &cast.main, cast.main.printed()).await;
    Ok(())
}

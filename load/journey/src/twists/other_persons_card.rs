//! Another person's card is scanned first.

use super::common::{finish_application, open_application};
use crate::steps::{have_session, read_card};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_session(play, &mut cast.main).await?;
    let printed = cast.other()?.printed();
    read_card(play, &cast.main, printed).await;
    play.think(4.0).await;
    let application = open_application(play, cast).await?;
    finish_application(play, cast, &application).await
}

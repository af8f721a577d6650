//! A relative's paper is added to the wallet.

use super::desk::both_active;
use crate::steps::{add_paper, show_paper};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let (main, relative) = both_active(play, cast).await?;
    for paper in &relative.holdings.papers {
        add_paper(play, main, paper.kind, paper.number.clone()).await;
        show_paper(play, main, paper.kind).await;
    }
    for paper in &main.holdings.papers {
        play.think(3.0).await;
        add_paper(play, main, paper.kind, paper.number.clone()).await;
        show_paper(play, main, paper.kind).await;
    }
    Ok(())
}

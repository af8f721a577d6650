//! Papers that are not there are added and shown.

use songsinh_contract::PaperKind;

use super::desk::in_utilities;
use crate::steps::{add_paper, show_paper};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = in_utilities(play, cast).await?;
    let kind = PaperKind::ALL[play.chance.below(4) as usize];
    let number = format!("{:012}", play.chance.below(1_000_000_000)).into();
    add_paper(play, main, kind, number).await;
    show_paper(play, main, kind).await;
    Ok(())
}

//! One of two security answers is wrong.

use songsinh_contract::Secret;

use super::desk::active;
use crate::steps::{answer, begin_reset, finish_reset, login};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let challenge = begin_reset(play, main).await?;
    let mut mixed = main.answers.clone();
    if let Some((_, last)) = mixed.last_mut() {
        *last = Secret::new("không nhớ");
    }
    answer(play, main, &challenge, mixed).await;
    play.think(3.0).await;
    finish_reset(play, main, &challenge).await?;
    login(play, main).await;
    Ok(())
}

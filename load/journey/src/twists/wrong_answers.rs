//! The security questions are answered wrong until the reset is over.

use songsinh_contract::Secret;

use super::desk::active;
use crate::steps::{answer, begin_reset, login, set_new_password};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let main = active(play, cast).await?;
    let challenge = begin_reset(play, main).await?;
    let wrong: Vec<(u16, Secret)> =
        main.answers.iter().map(|&(question, _)| (question, Secret::new("không nhớ"))).collect();
    for _ in 0..play.book.reset_answers {
        play.think(2.0).await;
        answer(play, main, &challenge, wrong.clone()).await;
    }
    answer(play, main, &challenge, main.answers.clone()).await;
    set_new_password(play, main, &challenge).await;
    login(play, main).await;
    Ok(())
}

//! The questions are answered before a passcode was set; or everything is tried before the code.

use super::common::requested;
use crate::steps::{enter_code, finish_activation, have_approval, set_passcode, set_questions, two_answers};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let mut challenge = requested(play, &cast.main).await?;
    if play.chance.happens(0.5) {
        set_passcode(play, &cast.main, &challenge, cast.main.passcode.clone()).await;
    }
    enter_code(play, &cast.main, &mut challenge).await?;
    let answers = two_answers(play, &cast.main).await?;
    set_questions(play, &mut cast.main, &challenge, answers).await;
    play.think(2.0).await;
    finish_activation(play, &mut cast.main, &challenge).await
}

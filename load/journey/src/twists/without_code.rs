//! The activation is finished without the code having been entered.

use super::common::requested;
use crate::steps::{enter_code, finish_activation, have_approval, set_passcode, set_questions, show, two_answers};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let main = &mut cast.main;
    let mut challenge = requested(play, main).await?;
    set_passcode(play, main, &challenge, main.passcode.clone()).await;
    let answers = two_answers(play, main).await?;
    set_questions(play, main, &challenge, answers).await;
    show(play, main).await;
    enter_code(play, main, &mut challenge).await?;
    finish_activation(play, main, &challenge).await
}

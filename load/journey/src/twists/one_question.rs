//! One question, or the same one twice.

use super::common::answer_questions;
use crate::steps::{confirmed, have_approval, set_passcode, set_questions, stop, two_answers};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let challenge = confirmed(play, &cast.main).await?;
    let outcome = set_passcode(play, &cast.main, &challenge, cast.main.passcode.clone()).await;
    if !outcome.is_done() {
        return Err(stop("passcode", &outcome));
    }
    let mut answers = two_answers(play, &cast.main).await?;
    if play.chance.happens(0.5) {
        answers.pop();
    } else {
        answers[1].0 = answers[0].0;
    }
    set_questions(play, &mut cast.main, &challenge, answers).await;
    play.think(2.0).await;
    answer_questions(play, &mut cast.main, &challenge).await
}

//! The window after the notice is over.

use std::time::Duration;

use crate::steps::{confirmed, have_approval, request_activation, resend, set_passcode, set_questions, two_answers};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    let noticed = have_approval(play, &mut cast.main).await?;
    let number = cast.main.phone.number;
    let due = noticed + play.book.activation_window + Duration::from_millis(50 + play.chance.below(800));
    if play.chance.happens(0.3) {
        // Asked for in time, finished too late: the window holds at the last step as well.
        let challenge = confirmed(play, &cast.main).await?;
        set_passcode(play, &cast.main, &challenge, cast.main.passcode.clone()).await;
        let answers = two_answers(play, &cast.main).await?;
        play.until(due.max(play.now())).await;
        set_questions(play, &mut cast.main, &challenge, answers).await;
        return Ok(());
    }
    play.until(due.max(play.now())).await;
    if let Ok(mut challenge) = request_activation(play, &cast.main, number).await {
        // Not refused: go on, so that the record shows what else it lets through.
        let _ = resend(play, &cast.main, &mut challenge).await;
    }
    Ok(())
}

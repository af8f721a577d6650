//! Two half-finished activations of one account on two phones take the last step at the same time.

use songsinh_contract::Operation;

use crate::steps::{confirmed, have_approval, login, set_passcode, show, stop, two_answers};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let mut second = cast.main.on_spare();
    second.phone.session = None;
    second.phone.number = cast.main.phone.number;
    let mut last_steps = Vec::with_capacity(2);
    let mut answers = Vec::new();
    for actor in [&cast.main, &second] {
        let challenge = confirmed(play, actor).await?;
        let outcome = set_passcode(play, actor, &challenge, actor.passcode.clone()).await;
        if !outcome.is_done() {
            return Err(stop("passcode", &outcome));
        }
        answers = two_answers(play, actor).await?;
        let challenge = challenge.handle;
        last_steps.push(Operation::ActivationSetQuestions { challenge, answers: answers.clone() });
    }
    let (Some(theirs), Some(mine)) = (last_steps.pop(), last_steps.pop()) else {
        return Err(Ending::Failed("two last steps"));
    };
    let (first, other) = play.ask_both((&cast.main, mine), (&second, theirs)).await;
    if other.is_done() && !first.is_done() {
        cast.main = second;
    }
    if first.is_done() || other.is_done() {
        cast.main.is_active(answers);
    }
    login(play, &mut cast.main).await;
    show(play, &cast.main).await;
    Ok(())
}

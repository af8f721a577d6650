//! `one-phone-race`: two accounts are activated on one phone at the same moment; one gets it.

use songsinh_contract::Operation;

use crate::steps::{confirmed, have_approval, login, set_passcode, show, stop, two_answers};
use crate::{Cast, Ending, Play, Stage};

/// The story.
pub async fn story<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let relative = cast.other()?;
    have_approval(play, relative).await?;
    let mut second = relative.clone();
    // The same phone in hand; each account keeps the number that it was registered with.
    let number = second.phone.number;
    second.phone = cast.main.phone.clone();
    second.phone.number = number;
    second.phone.session = None;
    let mut last_steps = Vec::with_capacity(2);
    let mut answers = Vec::new();
    for actor in [&cast.main, &second] {
        let challenge = confirmed(play, actor).await?;
        let outcome = set_passcode(play, actor, &challenge, actor.passcode.clone()).await;
        if !outcome.is_done() {
            return Err(stop("passcode", &outcome));
        }
        let chosen = two_answers(play, actor).await?;
        answers.push(chosen.clone());
        last_steps.push(Operation::ActivationSetQuestions { challenge: challenge.handle, answers: chosen });
    }
    let (Some(theirs), Some(mine)) = (last_steps.pop(), last_steps.pop()) else {
        return Err(Ending::Failed("two last steps"));
    };
    let (first, _) = play.ask_both((&cast.main, mine), (&second, theirs)).await;
    if first.is_done() {
        cast.main.is_active(answers.swap_remove(0));
        login(play, &mut cast.main).await;
        show(play, &cast.main).await;
    }
    Ok(())
}

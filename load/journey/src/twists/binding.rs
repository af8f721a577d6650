//! Mistakes and attacks at the binding of device and account.

use songsinh_contract::{Operation, ProofShown};

use crate::steps::{
    activate, confirmed, have_activation, have_approval, login, request_activation, set_passcode, show, stop,
    two_answers,
};
use crate::{Cast, Ending, Play, Stage};

/// A relative with an approved account wants to activate it on a phone that is in use already.
pub async fn device_in_use<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    activate(play, &mut cast.main).await?;
    let busy = cast.main.phone.clone();
    let relative = cast.other()?;
    have_approval(play, relative).await?;
    let number = relative.phone.number;
    let own = std::mem::replace(&mut relative.phone, busy);
    let _ = request_activation(play, relative, number).await;
    relative.phone = own;
    // The gap after a code, should the busy phone have been given one.
    play.until(play.now() + play.book.otp_resend_gap).await;
    activate(play, relative).await
}

/// The citizen is active on one phone and asks from another.
pub async fn second_device<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    let second = cast.main.on_spare();
    let number = cast.main.phone.number;
    let _ = request_activation(play, &second, number).await;
    show(play, &cast.main).await;
    Ok(())
}

/// Two half-finished activations of one account on two phones take the last step at the same time.
pub async fn two_phones_race<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_approval(play, &mut cast.main).await?;
    let mut second = cast.main.on_spare();
    second.phone.session = None;
    second.phone.number = cast.main.phone.number;
    let mut last_steps = Vec::with_capacity(2);
    for actor in [&cast.main, &second] {
        let challenge = confirmed(play, actor).await?;
        let outcome = set_passcode(play, actor, &challenge, actor.passcode.clone()).await;
        if !outcome.is_done() {
            return Err(stop("passcode", &outcome));
        }
        let answers = two_answers(play, actor).await?;
        last_steps.push(Operation::ActivationSetQuestions { challenge: challenge.handle, answers });
    }
    let (Some(theirs), Some(mine)) = (last_steps.pop(), last_steps.pop()) else {
        return Err(Ending::Failed("two last steps"));
    };
    let (first, other) = play.ask_both((&cast.main, mine), (&second, theirs)).await;
    let mut winner = if other.is_done() && !first.is_done() { second } else { cast.main.clone() };
    login(play, &mut winner).await;
    show(play, &winner).await;
    Ok(())
}

/// Logs in from a phone that the account is not bound to.
pub async fn login_other_device<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    let mut second = cast.main.on_spare();
    login(play, &mut second).await;
    show(play, &cast.main).await;
    Ok(())
}

/// A bound device calls without a proof of its key.
pub async fn proof_missing<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    show_with(play, cast, ProofShown::Missing).await
}

/// A bound device calls with a proof by another key.
pub async fn proof_foreign<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    show_with(play, cast, ProofShown::Foreign).await
}

/// A bound device calls with a proof made long ago.
pub async fn proof_stale<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    show_with(play, cast, ProofShown::Stale).await
}

/// A bound device shows the proof of an earlier call again.
pub async fn proof_replayed<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast) -> Result<(), Ending> {
    show_with(play, cast, ProofShown::Replayed).await
}

async fn show_with<S: Stage>(play: &mut Play<'_, S>, cast: &mut Cast, proof: ProofShown) -> Result<(), Ending> {
    have_activation(play, &mut cast.main).await?;
    let signer = if proof == ProofShown::Foreign { cast.main.spare.signer() } else { cast.main.phone.signer() };
    let caller = cast.main.phone.caller_with(proof, signer);
    play.ask_by(&cast.main, caller, Operation::AccountShow).await;
    play.think(1.0).await;
    show(play, &cast.main).await;
    Ok(())
}

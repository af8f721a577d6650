//! Journey 11: what the personal page offers, and the tokens that keep a citizen logged in.

use songsinh_contract::{Operation, Outcome, Secret};

use super::session::keep_session;
use crate::{Actor, Play, Stage};

/// Changes the password to the next one of this citizen.
pub async fn change_password<S: Stage>(play: &mut Play<'_, S>, citizen: &mut Actor) -> Outcome {
    let (old, new) = (citizen.password.clone(), citizen.secrets.with_next_password().password());
    let outcome = play.ask(citizen, Operation::PasswordChange { old, new }).await;
    if outcome.is_done() {
        citizen.has_next_password();
    }
    outcome
}

/// Changes the passcode to the next one of this citizen.
pub async fn change_passcode<S: Stage>(play: &mut Play<'_, S>, citizen: &mut Actor, old: Secret) -> Outcome {
    let new = citizen.secrets.with_next_passcode().passcode();
    let outcome = play.ask(citizen, Operation::PasscodeChange { old, new }).await;
    if outcome.is_done() {
        citizen.has_next_passcode();
    }
    outcome
}

/// Turns login by fingerprint or face on or off.
pub async fn switch_unlock<S: Stage>(play: &mut Play<'_, S>, citizen: &Actor, on: bool) -> Outcome {
    play.ask(citizen, Operation::UnlockSwitch { on }).await
}

/// Gets a new session for the refresh token; the phone keeps it. Without a token nothing is asked.
pub async fn refresh<S: Stage>(play: &mut Play<'_, S>, citizen: &mut Actor) -> Option<Outcome> {
    let refresh = citizen.phone.refresh.clone()?;
    let mut caller = citizen.phone.caller();
    caller.session = None;
    let outcome = play.ask_by(citizen, caller, Operation::SessionRefresh { refresh }).await;
    if outcome.is_done() {
        keep_session(citizen, &outcome);
    }
    Some(outcome)
}

/// Logs out; the phone forgets the session.
pub async fn logout<S: Stage>(play: &mut Play<'_, S>, citizen: &mut Actor) -> Outcome {
    let outcome = play.ask(citizen, Operation::SessionLogout).await;
    citizen.phone.session = None;
    citizen.phone.refresh = None;
    outcome
}

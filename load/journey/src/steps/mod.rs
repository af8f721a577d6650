//! The steps that journeys are made of. Each does one thing a person does, and gives either what the next step needs
//! or how the story ends.

mod account;
mod activation;
mod application;
mod code;
mod session;

pub use account::{have_account, open, register, register_form, set_password};
pub use activation::{
    activate, confirmed, finish_activation, have_activation, request_activation, set_passcode, set_questions,
    two_answers,
};
pub use application::{Submitted, apply, await_notice, have_approval, portrait, read_card, submit};
pub use code::{Challenge, Line, confirm, enter_code, resend, wrong};
pub use session::{have_session, login, login_with, show};

use songsinh_contract::{Outcome, Reason};

use crate::Ending;

/// How the story ends when a step that had to be done was not.
pub(crate) fn stop(step: &'static str, outcome: &Outcome) -> Ending {
    match outcome {
        Outcome::Unavailable { .. } => Ending::GaveUp("the system was too busy"),
        _ => Ending::Failed(step),
    }
}

/// Whether a first registration was refused because the target knows the person or the phone already.
pub(crate) fn is_dirty(outcome: &Outcome) -> bool {
    outcome.reasons().is_some_and(|why| why.has(Reason::AccountExists) || why.has(Reason::PhoneTaken))
}

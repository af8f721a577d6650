//! The steps that journeys are made of. Each does one thing a person does, and gives either what the next step needs
//! or how the story ends.

mod account;
mod activation;
mod application;
mod code;
mod counter;
mod moves;
mod personal;
mod qr;
mod reset;
mod session;
mod utilities;

pub use account::{have_account, open, register, register_form, set_password};
pub use activation::{
    activate, activate_and_login, confirmed, finish_activation, have_activation, request_activation, set_passcode,
    set_questions, two_answers,
};
pub use application::{Notice, Submitted, apply, await_notice, have_approval, notice, portrait, read_card, submit};
pub use code::{Challenge, Line, confirm, enter_code, resend, wrong};
pub use counter::{decide, file, filing, have_counter, have_level2, have_level2_approval};
pub use moves::{Move, ask_move, ask_move_code, begin_move, confirm_move, release};
pub use personal::{change_passcode, change_password, logout, refresh, switch_unlock};
pub use qr::{Minted, ask_ticket, forged, have_switch, mint, scan, switch_qr};
pub use reset::{answer, begin_reset, finish_reset, request_reset, set_new_password};
pub use session::{have_session, login, login_with, show, stay_logged_in, unlock};
pub use utilities::{
    add_paper, ask_safely, balance, enter_passcode, next_bill, open_form, open_utilities, pay, request_id, show_paper,
    some_service, transfer,
};

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

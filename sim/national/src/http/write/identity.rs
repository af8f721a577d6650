//! Journeys 1, 2, 3 and 6: registration, login, level 1, activation.

use songsinh_contract::Values;

use super::fields::{level, person, seconds, state, text};
use crate::http::bodies::{
    ActivationOpened, ApplicationOpened, CodeSent, CodeTaken, Me, PersonShown, QuestionOffered, Questions,
    RegistrationOpened, SessionOpened, State,
};
use crate::rules::QUESTIONS;
use crate::words::SECURITY_QUESTIONS;

/// The questions of these numbers, in this order.
pub(super) fn questions(numbers: &[u16]) -> Questions {
    let words = |number: u16| QUESTIONS.zip(SECURITY_QUESTIONS).find(|&(one, _)| one == number);
    let offered = |&number: &u16| words(number).map(|(question, text)| QuestionOffered { question, text });
    Questions { questions: numbers.iter().filter_map(offered).collect() }
}

pub(super) fn registration(values: &Values) -> RegistrationOpened {
    RegistrationOpened { registration: text(values.handle.as_ref()), expires_in_s: seconds(values.expires_in) }
}

pub(super) fn code_sent(values: &Values) -> CodeSent {
    CodeSent { expires_in_s: seconds(values.expires_in) }
}

pub(super) fn code_taken(values: &Values) -> CodeTaken {
    let expires_in_s = values.expires_in.map(|span| seconds(Some(span)));
    CodeTaken { expires_in_s, needs_password: values.needs_password }
}

pub(super) fn session(values: &Values) -> SessionOpened {
    SessionOpened {
        token: text(values.session.as_ref()),
        expires_in_s: seconds(values.expires_in),
        refresh: values.refresh.as_ref().map(|token| text(Some(token))),
        level: values.account.map(|state| state.level),
    }
}

pub(super) fn me(values: &Values) -> Me {
    let PersonShown { number, name, born, sex } = person(values.shown.as_deref());
    let State { level, application, activation } = state(values);
    Me { number, name, born, sex, level, application, activation }
}

pub(super) fn application(values: &Values) -> ApplicationOpened {
    ApplicationOpened { application: text(values.handle.as_ref()), shown: person(values.shown.as_deref()) }
}

pub(super) fn activation(values: &Values) -> ActivationOpened {
    ActivationOpened {
        activation: text(values.handle.as_ref()),
        level: level(values),
        needs_password: values.needs_password.unwrap_or(false),
        expires_in_s: seconds(values.expires_in),
    }
}

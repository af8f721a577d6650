//! Single fields that several answers share.

use std::time::Duration;

use songsinh_contract::{AccountState, Activation, Application, Level, Sex, Shown, Token, Values};

use crate::http::bodies::{PersonShown, State};

pub(super) fn text(token: Option<&Token>) -> String {
    token.and_then(Token::text).unwrap_or_default().to_owned()
}

pub(super) fn seconds(span: Option<Duration>) -> f64 {
    span.unwrap_or_default().as_secs_f64()
}

pub(super) fn level(values: &Values) -> Level {
    values.account.map_or(Level::None, |state| state.level)
}

pub(super) fn state(values: &Values) -> State {
    let nothing = AccountState { level: Level::None, application: Application::None, activation: Activation::None };
    let AccountState { level, application, activation } = values.account.unwrap_or(nothing);
    State { level, application, activation }
}

pub(super) fn person(shown: Option<&Shown>) -> PersonShown {
    PersonShown {
        number: shown.and_then(|one| one.number).map(|number| number.to_string()).unwrap_or_default(),
        name: shown.and_then(|one| one.name.as_deref()).unwrap_or_default().to_owned(),
        born: shown.and_then(|one| one.born).map(|born| born.to_string()).unwrap_or_default(),
        sex: shown.and_then(|one| one.sex).map(sex).unwrap_or_default().to_owned(),
    }
}

pub(super) fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    }
}

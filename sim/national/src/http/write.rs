//! Answers → responses.
//!
//! Invariant: the words of a refusal depend on its reason alone.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use songsinh_contract::{AccountState, Level, OperationName, Outcome, Sex, Shown, Token, Values};

use super::bodies::{
    ActivationOpened, ApplicationOpened, CodeSent, CodeTaken, Done, Health, Me, PersonShown, QuestionOffered,
    Questions, RegistrationOpened, SessionOpened, State,
};
use super::problem;
use super::routes::Route;
use crate::rules::{Answer, QUESTIONS};
use crate::words::SECURITY_QUESTIONS;

/// The response to an operation's answer.
pub(super) fn response(route: &Route, name: OperationName, answer: &Answer) -> Response {
    let mut response = match &answer.outcome {
        Outcome::Done(values) => done(route, name, values, answer),
        Outcome::Refused(reasons) => match reasons.iter().next() {
            Some(reason) => problem::refused(reason, None),
            None => fault(),
        },
        Outcome::Unavailable { retry_after } => unavailable(*retry_after),
        _ => fault(),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 503 with Retry-After, in whole seconds.
pub(super) fn unavailable(retry_after: Option<Duration>) -> Response {
    let mut response = problem::other(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "Hệ thống đang bận",
        "Hệ thống đang bận; đề nghị thử lại sau.",
    );
    let seconds = retry_after.map_or(1, |wait| wait.as_secs().max(1));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// 500: the store failed.
pub(super) fn fault() -> Response {
    problem::other(StatusCode::INTERNAL_SERVER_ERROR, "fault", "Lỗi hệ thống", "Hệ thống gặp lỗi; đề nghị thử lại sau.")
}

fn done(route: &Route, name: OperationName, values: &Values, answer: &Answer) -> Response {
    let Ok(mut body) = body(name, values) else { return fault() };
    if let (Some(code), Value::Object(members)) = (answer.leaked, &mut body) {
        members.insert("debug_code".to_owned(), Value::String(code.to_string()));
    }
    let status = StatusCode::from_u16(route.status).unwrap_or(StatusCode::OK);
    (status, axum::Json(body)).into_response()
}

fn body(name: OperationName, values: &Values) -> Result<Value, serde_json::Error> {
    match name {
        OperationName::ServiceHealth => json(&Health { status: "up" }),
        OperationName::ServiceQuestions => {
            let questions = QUESTIONS.zip(SECURITY_QUESTIONS);
            let questions = questions.map(|(question, text)| QuestionOffered { question, text }).collect();
            json(&Questions { questions })
        }
        OperationName::AccountRegister => json(&RegistrationOpened {
            registration: text(values.handle.as_ref()),
            expires_in_s: seconds(values.expires_in),
        }),
        OperationName::AccountResend | OperationName::ActivationResend => {
            json(&CodeSent { expires_in_s: seconds(values.expires_in) })
        }
        OperationName::AccountConfirm | OperationName::ActivationConfirm => {
            let expires_in_s = values.expires_in.map(|span| seconds(Some(span)));
            json(&CodeTaken { expires_in_s, needs_password: values.needs_password })
        }
        OperationName::SessionLogin => json(&SessionOpened {
            token: text(values.session.as_ref()),
            expires_in_s: seconds(values.expires_in),
            level: level(values),
        }),
        OperationName::AccountShow => json(&me(values)),
        OperationName::Level1ReadCard => json(&ApplicationOpened {
            application: text(values.handle.as_ref()),
            shown: person(values.shown.as_deref()),
        }),
        OperationName::ActivationRequest => json(&ActivationOpened {
            activation: text(values.handle.as_ref()),
            level: level(values),
            needs_password: values.needs_password.unwrap_or(false),
            expires_in_s: seconds(values.expires_in),
        }),
        OperationName::AccountSetPassword | OperationName::Level1Submit | OperationName::ActivationSetQuestions => {
            match values.account {
                Some(state) => json(&state_of(state)),
                None => json(&Done { done: true }),
            }
        }
        _ => json(&Done { done: true }),
    }
}

fn json(body: &impl Serialize) -> Result<Value, serde_json::Error> {
    serde_json::to_value(body)
}

fn text(token: Option<&Token>) -> String {
    token.and_then(Token::text).unwrap_or_default().to_owned()
}

fn seconds(span: Option<Duration>) -> f64 {
    span.unwrap_or_default().as_secs_f64()
}

fn level(values: &Values) -> Level {
    values.account.map_or(Level::None, |state| state.level)
}

fn state_of(state: AccountState) -> State {
    State { level: state.level, application: state.application, activation: state.activation }
}

fn person(shown: Option<&Shown>) -> PersonShown {
    PersonShown {
        number: shown.and_then(|one| one.number).map(|number| number.to_string()).unwrap_or_default(),
        name: shown.and_then(|one| one.name.as_deref()).unwrap_or_default().to_owned(),
        born: shown.and_then(|one| one.born).map(|born| born.to_string()).unwrap_or_default(),
        sex: match shown.and_then(|one| one.sex) {
            Some(Sex::Male) => "male".to_owned(),
            Some(Sex::Female) => "female".to_owned(),
            None => String::new(),
        },
    }
}

fn me(values: &Values) -> Me {
    let PersonShown { number, name, born, sex } = person(values.shown.as_deref());
    let state = values.account.unwrap_or(AccountState {
        level: Level::None,
        application: songsinh_contract::Application::None,
        activation: songsinh_contract::Activation::None,
    });
    let AccountState { level, application, activation } = state;
    Me { number, name, born, sex, level, application, activation }
}

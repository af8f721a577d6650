//! Answers → responses.
//!
//! Invariant: the words of a refusal depend on its reason alone.

mod counter;
mod fields;
mod identity;
mod personal;
mod qr;
mod utilities;

use std::io::ErrorKind;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use songsinh_contract::{DeviceId, OperationName, Outcome, Values};

use super::bodies::{Done, Health};
use super::problem;
use super::routes::Route;
use crate::rules::Answer;

/// The response to an operation's answer; `device` is who asked.
pub(super) fn response(route: &Route, name: OperationName, device: DeviceId, answer: &Answer) -> Response {
    let mut response = match &answer.outcome {
        Outcome::Done(values) => done(route, answer, body(name, values, device)),
        Outcome::Refused(reasons) => match reasons.iter().next() {
            Some(reason) => match qr::result(reason).filter(|_| name == OperationName::QrScan) {
                Some(found) => done(route, answer, json(&qr::unfit(found))),
                None if reasons.iter().count() > 1 => problem::refused_vaguely(reason),
                None => problem::refused(reason, None),
            },
            None => fault(),
        },
        Outcome::Unavailable { retry_after } => unavailable(*retry_after),
        Outcome::Indeterminate(_) => broken(),
        _ => fault(),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// 503 with Retry-After, in whole seconds.
pub(super) fn unavailable(retry_after: Option<Duration>) -> Response {
    let mut response = problem::UNAVAILABLE.response();
    let seconds = retry_after.map_or(1, |wait| wait.as_secs().max(1));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// An answer whose connection breaks before its end (variant `answers-lost`).
fn broken() -> Response {
    let lost = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::from(ErrorKind::ConnectionReset)) });
    Body::from_stream(lost).into_response()
}

/// 500: the store failed.
pub(super) fn fault() -> Response {
    problem::FAULT.response()
}

fn done(route: &Route, answer: &Answer, body: Result<Value, serde_json::Error>) -> Response {
    let Ok(mut body) = body else { return fault() };
    if let (Some(code), Value::Object(members)) = (answer.leaked, &mut body) {
        members.insert("debug_code".to_owned(), Value::String(code.to_string()));
    }
    let status = StatusCode::from_u16(route.status).unwrap_or(StatusCode::OK);
    (status, axum::Json(body)).into_response()
}

fn body(name: OperationName, values: &Values, device: DeviceId) -> Result<Value, serde_json::Error> {
    use OperationName as Op;
    match name {
        Op::ServiceHealth => json(&Health { status: "up" }),
        Op::ServiceQuestions => json(&identity::questions(&values.questions)),
        Op::ServiceTerms => json(&personal::terms()),
        Op::AccountRegister => json(&identity::registration(values)),
        Op::AccountResend | Op::ActivationResend | Op::ResetResend => json(&identity::code_sent(values)),
        Op::AccountConfirm | Op::ActivationConfirm => json(&identity::code_taken(values)),
        Op::SessionLogin | Op::SessionRefresh | Op::SessionUnlock | Op::OfficerLogin => {
            json(&identity::session(values))
        }
        Op::AccountShow => json(&identity::me(values)),
        Op::Level1ReadCard => json(&identity::application(values)),
        Op::ActivationRequest => json(&identity::activation(values)),
        Op::AccountSetPassword | Op::Level1Submit | Op::ActivationSetQuestions | Op::ApplicationDecide => {
            json(&fields::state(values))
        }
        Op::Level2File => json(&counter::filed(values)),
        Op::QrMint => json(&qr::ticket(values)),
        Op::QrScan => json(&qr::genuine(values)),
        Op::DeviceList => json(&personal::devices(values, device)),
        Op::DeviceMove => json(&personal::device_move(values)),
        Op::DeviceMoveCode => json(&personal::move_code(values)),
        Op::NoticeList => json(&personal::notices(values)),
        Op::ResetRequest => json(&personal::reset(values)),
        Op::ResetConfirm => json(&identity::questions(&values.questions)),
        Op::WalletAdd | Op::WalletShow => json(&utilities::paper(values)),
        Op::WalletList => json(&utilities::papers(values)),
        Op::FormOpen => json(&utilities::form(values)),
        Op::FormSubmit => json(&utilities::submitted(values)),
        Op::FormList => json(&utilities::submissions(values)),
        Op::PaymentBills => json(&utilities::bills(values)),
        Op::PaymentBalance => json(&utilities::balance(values)),
        Op::PaymentPay | Op::PaymentTransfer => json(&utilities::paid(values)),
        Op::Level1Portrait
        | Op::ActivationSetPassword
        | Op::ActivationSetPasscode
        | Op::SessionLogout
        | Op::QrSwitch
        | Op::DeviceRelease
        | Op::DeviceMoveConfirm
        | Op::PasswordChange
        | Op::PasscodeChange
        | Op::PasscodeEnter
        | Op::UnlockSwitch
        | Op::ResetAnswer
        | Op::ResetSetPassword => json(&Done { done: true }),
    }
}

fn json(body: &impl Serialize) -> Result<Value, serde_json::Error> {
    serde_json::to_value(body)
}

//! Refusals as problems (RFC 9457): status, stable reason, Vietnamese words.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use songsinh_contract::Reason;

use super::bodies::Problem;
use crate::words;

/// The problem type of a reason's word.
#[must_use]
pub fn problem_type(reason: &str) -> String {
    format!("urn:songsinh:problem:{reason}")
}

/// The HTTP status of a refusal.
#[must_use]
pub fn status_of(reason: Reason) -> u16 {
    match reason {
        Reason::Malformed => 400,
        Reason::CredentialsWrong
        | Reason::SessionMissing
        | Reason::SessionExpired
        | Reason::SessionForeignDevice
        | Reason::ProofMissing
        | Reason::ProofForeign
        | Reason::ProofStale
        | Reason::ProofReplayed => 401,
        Reason::PersonNotEligible
        | Reason::BoundElsewhere
        | Reason::CardNotOwn
        | Reason::NotIdentified
        | Reason::PhoneNotRegistered => 403,
        Reason::HandleUnknown => 404,
        Reason::AccountExists
        | Reason::PhoneTaken
        | Reason::CodeUsed
        | Reason::StepOutOfOrder
        | Reason::ApplicationExists
        | Reason::AlreadyActivated
        | Reason::DeviceInUse => 409,
        Reason::CodeExpired | Reason::CodeVoid | Reason::WindowClosed => 410,
        Reason::NumberMalformed
        | Reason::PopulationMismatch
        | Reason::ScanDiffers
        | Reason::CodeWrong
        | Reason::PasswordWeak
        | Reason::CardNotInForce
        | Reason::ChipWanted
        | Reason::PortraitMissing
        | Reason::PortraitDiffers
        | Reason::PasscodeMalformed
        | Reason::QuestionsWrong => 422,
        Reason::Locked => 423,
        Reason::AttemptsExhausted | Reason::ResendTooSoon | Reason::ResendTooMany => 429,
        _ => 422,
    }
}

/// The response to a refusal.
pub(super) fn refused(reason: Reason, hint: Option<String>) -> Response {
    let status = status_of(reason);
    let body = Problem {
        kind: problem_type(reason.as_str()),
        title: words::title(reason),
        status,
        detail: words::detail(reason),
        reason: reason.as_str(),
        hint,
    };
    let mut response = respond(&body);
    if status == 401 {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("DPoP algs=\"ES256\""));
    }
    response
}

/// The response to a request that no refusal of the domain explains: unknown path, wrong method, too large, overload.
pub(super) fn other(status: StatusCode, reason: &'static str, title: &'static str, detail: &'static str) -> Response {
    respond(&Problem { kind: problem_type(reason), title, status: status.as_u16(), detail, reason, hint: None })
}

fn respond(body: &Problem) -> Response {
    let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

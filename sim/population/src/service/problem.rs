//! RFC 9457 problems of the door.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// What the door answers.
const KNOWN: &str = "known: POST /v1/verify, POST /v1/lookup, GET /v1/registers/papers/{number}, \
    GET /v1/registers/bills/{number}, PUT /v1/control, GET /v1/ledger, GET /health";

/// An answer that says what is wrong.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    /// Stable word, the end of the `type` URN.
    reason: &'static str,
    title: &'static str,
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, reason: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, reason, title, detail: detail.into() }
    }
    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed-request", "The request cannot be read", detail)
    }
    pub(super) fn field(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed-field", "A field is malformed", detail)
    }
    pub(super) fn setting(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "setting-refused", "The settings make no sense", detail)
    }
    pub(super) fn body(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::new(status, "body-refused", "The body was not taken", detail)
    }
    pub(super) fn unknown_number() -> Self {
        let detail = "no record of this number: it was never given out, or the person is not born yet";
        Self::new(StatusCode::NOT_FOUND, "unknown-number", "No such person", detail)
    }
    pub(super) fn no_such_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "no-such-path", "No such path", KNOWN)
    }
    pub(super) fn wrong_method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", "This path takes another method", KNOWN)
    }
    pub(super) fn failed_on_purpose() -> Self {
        let detail = "the service was told to fail a share of its questions (failure_share)";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "failed-on-purpose", "The service is unavailable", detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": format!("urn:songsinh:population:{}", self.reason),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

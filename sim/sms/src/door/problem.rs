//! Refusals as RFC 9457 says: `application/problem+json` with type, title, status and detail.
//!
//! Types are URNs, `urn:songsinh:problem:sms:<slug>`. Who may try again is told when, in `Retry-After` (whole seconds,
//! rounded up) and in `retry_after_ms`.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::{Rejected, SmsError};

pub(super) struct Problem {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    detail: String,
    retry_after: Option<Duration>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, slug: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, slug, title, detail: detail.into(), retry_after: None }
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request cannot be read", detail)
    }

    pub(super) fn busy() -> Self {
        Self {
            retry_after: Some(Duration::from_secs(1)),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too-many-waiting",
                "Too many long polls",
                "as many readers wait as the gateway allows (limits.waiting), or it is closing; try again later",
            )
        }
    }
}

impl From<Rejected> for Problem {
    fn from(rejected: Rejected) -> Self {
        let (status, slug, title) = match &rejected {
            Rejected::Throttled { .. } => (StatusCode::TOO_MANY_REQUESTS, "throttled", "Too many messages"),
            Rejected::QueueFull { .. } => (StatusCode::TOO_MANY_REQUESTS, "queue-full", "The carrier's queue is full"),
            Rejected::NetworkFull { .. } => (StatusCode::TOO_MANY_REQUESTS, "network-full", "The network is full"),
            Rejected::BadNumber(_) => (StatusCode::BAD_REQUEST, "bad-number", "Not a mobile number"),
            Rejected::EmptyText => (StatusCode::BAD_REQUEST, "empty-text", "Nothing to send"),
            Rejected::TooLong { .. } => (StatusCode::BAD_REQUEST, "too-long", "The text is too long"),
            Rejected::TooManyPhones { .. } => {
                (StatusCode::INSUFFICIENT_STORAGE, "too-many-phones", "Too many recipients")
            }
            Rejected::KeyReused => {
                (StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", "Idempotency key used before")
            }
        };
        let retry_after = rejected.retry_after();
        Self { retry_after, ..Self::new(status, slug, title, rejected.to_string()) }
    }
}

impl From<SmsError> for Problem {
    fn from(error: SmsError) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-setting", "A setting is out of its range", error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("urn:songsinh:problem:sms:{}", self.slug),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let retry_ms = self.retry_after.map(|span| span.as_nanos().div_ceil(1_000_000) as u64);
        if let Some(retry_ms) = retry_ms {
            body["retry_after_ms"] = retry_ms.into();
        }
        let mut response = (self.status, body.to_string()).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if let Some(retry_ms) = retry_ms {
            let seconds = retry_ms.div_ceil(1000).max(1);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

//! Refusals as problems (RFC 9457): status, stable reason, Vietnamese words.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use songsinh_contract::Reason;

use super::bodies::Problem;
use crate::variants::kind_of;
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
        | Reason::ProofReplayed
        | Reason::RefreshUsed => 401,
        Reason::PersonNotEligible
        | Reason::BoundElsewhere
        | Reason::CardNotOwn
        | Reason::NotIdentified
        | Reason::PhoneNotRegistered
        | Reason::UnlockOff
        | Reason::OfficerWanted
        | Reason::NotActivated
        | Reason::Level2Wanted
        | Reason::SwitchOff
        | Reason::SelfScan
        | Reason::PasscodeWanted => 403,
        Reason::HandleUnknown | Reason::PaperUnknown | Reason::BillUnknown => 404,
        Reason::AccountExists
        | Reason::PhoneTaken
        | Reason::CodeUsed
        | Reason::StepOutOfOrder
        | Reason::ApplicationExists
        | Reason::AlreadyActivated
        | Reason::DeviceInUse
        | Reason::QrUsed
        | Reason::RequestDiffers
        | Reason::BillPaid
        | Reason::MoveNotAsked => 409,
        Reason::CodeExpired | Reason::CodeVoid | Reason::WindowClosed | Reason::QrExpired | Reason::QrReplaced => 410,
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
        | Reason::QuestionsWrong
        | Reason::FingerprintsDiffer
        | Reason::QrFake
        | Reason::PasscodeWrong
        | Reason::BalanceLow
        | Reason::RecipientUnfit
        | Reason::AnswersWrong => 422,
        Reason::Locked | Reason::UtilitiesLocked => 423,
        Reason::AttemptsExhausted | Reason::ResendTooSoon | Reason::ResendTooMany => 429,
    }
}

/// The problem of a reason.
pub(super) fn problem(reason: Reason) -> Problem {
    Problem {
        kind: problem_type(reason.as_str()),
        title: words::title(reason),
        status: status_of(reason),
        detail: words::detail(reason),
        reason: reason.as_str(),
        hint: None,
    }
}

/// The response to a refusal.
pub(super) fn refused(reason: Reason, hint: Option<String>) -> Response {
    let body = Problem { hint, ..problem(reason) };
    let mut response = respond(&body);
    if body.status == 401 {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("DPoP algs=\"ES256\""));
    }
    response
}

/// The response to a refusal that names the kind of its reason only (variant `vague-refusals`).
pub(super) fn refused_vaguely(reason: Reason) -> Response {
    let Some(kind) = kind_of(reason) else { return refused(reason, None) };
    let status = kind.reasons().map(status_of).min().unwrap_or(400);
    let detail = "Yêu cầu không được chấp nhận; đề nghị làm lại.";
    let (title, reason) = ("Không được chấp nhận", kind.word);
    respond(&Problem { kind: problem_type(reason), title, status, detail, reason, hint: None })
}

/// What may be answered to a request that no refusal of the domain explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Other {
    /// HTTP status.
    pub status: u16,
    /// The stable word.
    pub reason: &'static str,
    /// A few words.
    pub title: &'static str,
    /// A sentence.
    pub detail: &'static str,
}

/// Unknown address.
pub(super) const NO_SUCH_PATH: Other =
    Other { status: 404, reason: "no-such-path", title: "Không tìm thấy", detail: "Không có địa chỉ này." };
/// Wrong method.
pub(super) const METHOD_NOT_ALLOWED: Other = Other {
    status: 405,
    reason: "method-not-allowed",
    title: "Sai phương thức",
    detail: "Địa chỉ này không nhận phương thức đó.",
};
/// The body did not come in time.
pub(super) const BODY_TOO_SLOW: Other = Other {
    status: 408,
    reason: "body-too-slow",
    title: "Yêu cầu quá chậm",
    detail: "Nội dung yêu cầu không đến kịp; đề nghị thử lại.",
};
/// The body is over the limit.
pub(super) const BODY_TOO_LARGE: Other = Other {
    status: 413,
    reason: "body-too-large",
    title: "Yêu cầu quá lớn",
    detail: "Nội dung yêu cầu không được vượt quá 16 KiB.",
};
/// The body says that it is no JSON.
pub(super) const NOT_JSON: Other = Other {
    status: 415,
    reason: "not-json",
    title: "Sai kiểu nội dung",
    detail: "Nội dung yêu cầu phải là application/json.",
};
/// The test clock cannot jump like that.
pub(super) const NO_JUMP: Other = Other {
    status: 400,
    reason: "no-jump",
    title: "Không dời được đồng hồ",
    detail: "Đồng hồ thử nghiệm nhận {\"plusMs\": số mili giây}, nhiều nhất một năm.",
};
/// The store failed.
pub(super) const FAULT: Other =
    Other {
        status: 500, reason: "fault", title: "Lỗi hệ thống", detail: "Hệ thống gặp lỗi; đề nghị thử lại sau."
    };
/// Overload, or a service outside that does not answer.
pub(super) const UNAVAILABLE: Other = Other {
    status: 503,
    reason: "unavailable",
    title: "Hệ thống đang bận",
    detail: "Hệ thống đang bận; đề nghị thử lại sau.",
};

impl Other {
    /// The problem.
    pub(super) fn problem(&self) -> Problem {
        let Self { status, reason, title, detail } = *self;
        Problem { kind: problem_type(reason), title, status, detail, reason, hint: None }
    }
    /// The response.
    pub(super) fn response(&self) -> Response {
        respond(&self.problem())
    }
}

fn respond(body: &Problem) -> Response {
    let status = StatusCode::from_u16(body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

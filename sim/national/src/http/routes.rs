//! The table of routes.

use axum::http::Method;
use songsinh_contract::OperationName;

/// A method of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// GET.
    Get,
    /// POST.
    Post,
}

impl Verb {
    /// The method's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
    /// The method.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
        }
    }
}

/// What a route answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// An operation of the contract.
    Operation(OperationName),
    /// The twin's name and version.
    Version,
    /// The OpenAPI document.
    Document,
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Method.
    pub verb: Verb,
    /// Path; `{id}` stands for a handle.
    pub path: &'static str,
    /// What it answers.
    pub ask: Ask,
    /// Status of a done call.
    pub status: u16,
    /// Whether `X-Device-Id` must come along.
    pub device: bool,
    /// Whether a session is to be shown.
    pub session: bool,
    /// In a sentence.
    pub summary: &'static str,
}

const fn post(path: &'static str, name: OperationName, status: u16, summary: &'static str) -> Route {
    Route { verb: Verb::Post, path, ask: Ask::Operation(name), status, device: true, session: false, summary }
}
const fn get(path: &'static str, ask: Ask, summary: &'static str) -> Route {
    Route { verb: Verb::Get, path, ask, status: 200, device: false, session: false, summary }
}
const fn with_session(route: Route) -> Route {
    Route { device: true, session: true, ..route }
}

use OperationName as Op;

/// Every route.
pub const ROUTES: &[Route] = &[
    get("/health", Ask::Operation(Op::ServiceHealth), "Whether the system is up."),
    get("/version", Ask::Version, "Name and version of the system."),
    get("/openapi.json", Ask::Document, "This document."),
    get("/v1/security-questions", Ask::Operation(Op::ServiceQuestions), "The security questions to choose from."),
    post("/v1/registrations", Op::AccountRegister, 201, "Asks for an app account; a match sends a code by SMS."),
    post("/v1/registrations/{id}/resend", Op::AccountResend, 200, "Asks for the registration code once more."),
    post("/v1/registrations/{id}/code", Op::AccountConfirm, 200, "Enters the registration code."),
    post("/v1/registrations/{id}/password", Op::AccountSetPassword, 200, "Sets the password; the account exists."),
    post("/v1/sessions", Op::SessionLogin, 201, "Logs in."),
    with_session(get("/v1/me", Ask::Operation(Op::AccountShow), "The account of the session.")),
    with_session(post(
        "/v1/applications",
        Op::Level1ReadCard,
        201,
        "Opens an application for level 1 with the card's printed QR.",
    )),
    with_session(post("/v1/applications/{id}/portrait", Op::Level1Portrait, 200, "Adds the portrait.")),
    with_session(post("/v1/applications/{id}/submit", Op::Level1Submit, 202, "Submits the application.")),
    post("/v1/activations", Op::ActivationRequest, 201, "Asks for activation; sends a code by SMS."),
    post("/v1/activations/{id}/resend", Op::ActivationResend, 200, "Asks for the activation code once more."),
    post("/v1/activations/{id}/code", Op::ActivationConfirm, 200, "Enters the activation code."),
    post("/v1/activations/{id}/password", Op::ActivationSetPassword, 200, "Sets the password of who has none."),
    post("/v1/activations/{id}/passcode", Op::ActivationSetPasscode, 200, "Sets the passcode of six digits."),
    post(
        "/v1/activations/{id}/questions",
        Op::ActivationSetQuestions,
        200,
        "Answers two security questions; the account is active and the device bound.",
    ),
];

impl Route {
    /// The handle in a path that this route matched.
    #[must_use]
    pub fn handle_in<'p>(&self, path: &'p str) -> Option<&'p str> {
        let mut wanted = self.path.split('/');
        path.split('/').find(|_| wanted.next() == Some("{id}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_one_route() {
        for name in OperationName::ALL {
            let count = ROUTES.iter().filter(|route| route.ask == Ask::Operation(name)).count();
            assert_eq!(count, 1, "{name}");
        }
    }

    #[test]
    fn the_handle_is_found_in_its_place() {
        let route = ROUTES.iter().find(|route| route.path == "/v1/registrations/{id}/code").unwrap();
        assert_eq!(route.handle_in("/v1/registrations/r-1/code"), Some("r-1"));
        assert_eq!(ROUTES[0].handle_in("/health"), None);
    }
}

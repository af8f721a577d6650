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
const fn own_post(path: &'static str, name: OperationName, status: u16, summary: &'static str) -> Route {
    Route { session: true, ..post(path, name, status, summary) }
}
const fn own(path: &'static str, name: OperationName, summary: &'static str) -> Route {
    Route { device: true, session: true, ..get(path, Ask::Operation(name), summary) }
}

use OperationName as Op;

/// Every route.
pub const ROUTES: &[Route] = &[
    // Open to everybody.
    get("/health", Ask::Operation(Op::ServiceHealth), "Whether the system is up."),
    get("/version", Ask::Version, "Name and version of the system."),
    get("/openapi.json", Ask::Document, "This document."),
    get("/v1/security-questions", Ask::Operation(Op::ServiceQuestions), "The security questions to choose from."),
    get("/v1/terms", Ask::Operation(Op::ServiceTerms), "The terms that are accepted when the app is opened first."),
    // Registration and login.
    post("/v1/registrations", Op::AccountRegister, 201, "Asks for an app account; a match sends a code by SMS."),
    post("/v1/registrations/{id}/resend", Op::AccountResend, 200, "Asks for the registration code once more."),
    post("/v1/registrations/{id}/code", Op::AccountConfirm, 200, "Enters the registration code."),
    post("/v1/registrations/{id}/password", Op::AccountSetPassword, 200, "Sets the password; the account exists."),
    post("/v1/sessions", Op::SessionLogin, 201, "Logs in."),
    post(
        "/v1/sessions/refresh",
        Op::SessionRefresh,
        201,
        "Gives a new session for a refresh token, which serves once.",
    ),
    own_post("/v1/sessions/logout", Op::SessionLogout, 200, "Ends the session."),
    post("/v1/sessions/unlock", Op::SessionUnlock, 201, "Logs in by the key of the bound device."),
    own("/v1/me", Op::AccountShow, "The account of the session."),
    // Level 1, and activation.
    own_post(
        "/v1/applications",
        Op::Level1ReadCard,
        201,
        "Opens an application for level 1 with the card's printed QR.",
    ),
    own_post("/v1/applications/{id}/portrait", Op::Level1Portrait, 200, "Adds the portrait."),
    own_post("/v1/applications/{id}/submit", Op::Level1Submit, 202, "Submits the application."),
    post("/v1/activations", Op::ActivationRequest, 201, "Asks for activation; sends a code by SMS."),
    post("/v1/activations/{id}/resend", Op::ActivationResend, 200, "Asks for the activation code once more."),
    post("/v1/activations/{id}/code", Op::ActivationConfirm, 200, "Enters the activation code."),
    post("/v1/activations/{id}/password", Op::ActivationSetPassword, 200, "Sets the password of who has none."),
    post("/v1/activations/{id}/passcode", Op::ActivationSetPasscode, 200, "Sets the passcode of six digits."),
    post("/v1/activations/{id}/questions", Op::ActivationSetQuestions, 200, ACTIVATED),
    // The counter.
    post("/v1/officers/sessions", Op::OfficerLogin, 201, "Logs a police officer in."),
    own_post("/v1/level2-applications", Op::Level2File, 202, "Files an application for level 2; by an officer."),
    own_post("/v1/decisions", Op::ApplicationDecide, 200, "Decides a pending application; by an officer."),
    // QR codes.
    own_post("/v1/me/qr-switch", Op::QrSwitch, 200, "Turns the check by QR on or off."),
    own_post("/v1/me/qr", Op::QrMint, 201, "Gives the ticket of a QR, to be signed by the phone."),
    own_post("/v1/scans", Op::QrScan, 200, "Checks a QR that an official scanned."),
    // Devices.
    own("/v1/me/devices", Op::DeviceList, "The devices of the account."),
    own_post("/v1/me/devices/release", Op::DeviceRelease, 200, "Releases the device of the session."),
    post("/v1/moves", Op::DeviceMove, 201, "Asks to move the account to this device."),
    own_post("/v1/me/move-code", Op::DeviceMoveCode, 200, "Shows the code of the pending move, on the old device."),
    post("/v1/moves/{id}/code", Op::DeviceMoveConfirm, 200, "Enters the code of the move, on the new device."),
    // Secrets, switches, notices.
    own_post("/v1/me/password", Op::PasswordChange, 200, "Changes the password; all other sessions end."),
    own_post("/v1/me/passcode", Op::PasscodeChange, 200, "Changes the passcode."),
    own_post("/v1/me/utilities", Op::PasscodeEnter, 200, "Opens the utilities for the session by the passcode."),
    own_post("/v1/me/unlock", Op::UnlockSwitch, 200, "Turns login by the device's key on or off."),
    own("/v1/me/notices", Op::NoticeList, "The notices of the account."),
    // A forgotten password.
    post("/v1/resets", Op::ResetRequest, 201, "Asks for a new password; answers alike for known and unknown numbers."),
    post("/v1/resets/{id}/resend", Op::ResetResend, 200, "Asks for the reset code once more."),
    post("/v1/resets/{id}/code", Op::ResetConfirm, 200, "Enters the reset code; names the questions to be answered."),
    post("/v1/resets/{id}/answers", Op::ResetAnswer, 200, "Answers the security questions."),
    post("/v1/resets/{id}/password", Op::ResetSetPassword, 200, "Sets the new password; all sessions end."),
    // Wallet, public services, payments.
    own_post("/v1/me/papers", Op::WalletAdd, 201, "Takes a paper into the wallet."),
    own("/v1/me/papers", Op::WalletList, "The papers in the wallet."),
    own("/v1/me/papers/{id}", Op::WalletShow, "Shows a paper; its kind is its handle."),
    own_post("/v1/forms", Op::FormOpen, 200, "Opens a form of a public service, the personal fields filled."),
    own_post("/v1/submissions", Op::FormSubmit, 201, "Submits a form; the request id makes a retry harmless."),
    own("/v1/me/submissions", Op::FormList, "What was submitted."),
    own("/v1/me/bills", Op::PaymentBills, "The bills to be paid and paid ones."),
    own("/v1/me/balance", Op::PaymentBalance, "The balance and its receipts."),
    own_post("/v1/payments", Op::PaymentPay, 201, "Pays a bill; the request id makes a retry harmless."),
    own_post("/v1/transfers", Op::PaymentTransfer, 201, "Sends money; the request id makes a retry harmless."),
];

const ACTIVATED: &str = "Answers two security questions; the account is active and the device bound.";

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

//! Requests → calls.
//!
//! Invariant: what cannot be read is refused as malformed (or by the reason that names the field) before the core sees
//! it, and changes nothing.

mod account;
mod activation;
mod counter;
mod fields;
mod level1;
mod personal;
mod utilities;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::de::DeserializeOwned;
use songsinh_contract::{Call, Caller, DeviceId, Digest, Operation, OperationName, ProofShown, Reason, ShownQr, Token};

use super::bodies::{Nothing, Scan};
use super::proof::{Shown, verify_proof};
use super::routes::Route;
use crate::rules::ProofClaim;

/// A request that cannot be read.
#[derive(Debug)]
pub(super) struct Unread {
    pub reason: Reason,
    pub hint: Option<String>,
}

impl From<Reason> for Unread {
    fn from(reason: Reason) -> Self {
        Self { reason, hint: None }
    }
}

fn malformed(hint: impl Into<String>) -> Unread {
    Unread { reason: Reason::Malformed, hint: Some(hint.into()) }
}

/// Reads a request of that route for that operation.
pub(super) fn call(
    route: &Route,
    name: OperationName,
    path: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(Call, ProofClaim), Unread> {
    let device = device(route, headers)?;
    let session = session(headers);
    let handle = Token::new(route.handle_in(path).unwrap_or_default());
    let operation = operation(name, handle, body)?;
    let shown = Shown { method: route.verb.as_str(), path, token: session };
    let proof = claim(headers, shown);
    let key = match &proof {
        ProofClaim::Sound { key, .. } => *key,
        _ => Digest(0),
    };
    let session = session.map(Token::new);
    Ok((Call { operation, caller: Caller { device, session, proof: ProofShown::Own, key, signer: None } }, proof))
}

/// Whether the body says that it is JSON. One that says nothing is taken for it.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE) else { return true };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn device(route: &Route, headers: &HeaderMap) -> Result<DeviceId, Unread> {
    if !route.device {
        return Ok(DeviceId(0));
    }
    let Some(value) = headers.get("x-device-id") else {
        return Err(malformed("header X-Device-Id: missing; dev- and 16 hexadecimal digits are wanted"));
    };
    let text = value.to_str().unwrap_or_default();
    text.strip_prefix("dev-")
        .filter(|hex| hex.len() == 16 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
        .and_then(|hex| u64::from_str_radix(hex, 16).ok())
        .map(DeviceId)
        .ok_or_else(|| malformed("header X-Device-Id: dev- and 16 hexadecimal digits are wanted"))
}

/// The token of `Authorization: DPoP …` or `Bearer …`.
fn session(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("dpop") || scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim())
}

/// No `DPoP` header: no proof. More than one: none that holds (RFC 9449, section 4.3).
fn claim(headers: &HeaderMap, shown: Shown<'_>) -> ProofClaim {
    let mut proofs = headers.get_all("dpop").iter();
    match (proofs.next(), proofs.next()) {
        (None, _) => ProofClaim::Missing,
        (Some(one), None) => one.to_str().map_or(ProofClaim::Unsound, |proof| verify_proof(proof, shown)),
        (Some(_), Some(_)) => ProofClaim::Unsound,
    }
}

fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    serde_json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Data => "a member is missing, unknown or of the wrong type",
            _ => "not JSON",
        };
        malformed(format!("body: {what} (line {}, column {})", error.line(), error.column()))
    })
}

/// A body that may be left out.
fn optional<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Unread> {
    if body.iter().all(u8::is_ascii_whitespace) { Ok(T::default()) } else { json(body) }
}

/// A body that says nothing.
fn nothing(body: &[u8]) -> Result<(), Unread> {
    let _body: Nothing = optional(body)?;
    Ok(())
}

fn scan(body: &[u8]) -> Result<Operation, Unread> {
    let body: Scan = json(body)?;
    let qr = ShownQr { text: Token::new(&body.qr), ticket: None, flaw: None, photographed: false };
    Ok(Operation::QrScan { qr: Box::new(qr) })
}

fn operation(name: OperationName, handle: Token, body: &[u8]) -> Result<Operation, Unread> {
    use OperationName as Op;
    let bare = |operation: Operation| nothing(body).map(|()| operation);
    match name {
        Op::ServiceHealth => Ok(Operation::ServiceHealth),
        Op::ServiceQuestions => Ok(Operation::ServiceQuestions),
        Op::ServiceTerms => Ok(Operation::ServiceTerms),
        Op::AccountRegister => account::register(body),
        Op::AccountResend => bare(Operation::AccountResend { challenge: handle }),
        Op::AccountConfirm => Ok(Operation::AccountConfirm { challenge: handle, code: fields::code(body)? }),
        Op::AccountSetPassword => {
            Ok(Operation::AccountSetPassword { challenge: handle, password: fields::password(body)? })
        }
        Op::SessionLogin => account::login(body),
        Op::AccountShow => Ok(Operation::AccountShow),
        Op::Level1ReadCard => level1::read_card(body),
        Op::Level1Portrait => level1::portrait(handle, body),
        Op::Level1Submit => level1::submit(handle, body),
        Op::ActivationRequest => activation::request(body),
        Op::ActivationResend => bare(Operation::ActivationResend { challenge: handle }),
        Op::ActivationConfirm => Ok(Operation::ActivationConfirm { challenge: handle, code: fields::code(body)? }),
        Op::ActivationSetPassword => {
            Ok(Operation::ActivationSetPassword { challenge: handle, password: fields::password(body)? })
        }
        Op::ActivationSetPasscode => {
            Ok(Operation::ActivationSetPasscode { challenge: handle, passcode: fields::passcode(body)? })
        }
        Op::ActivationSetQuestions => {
            Ok(Operation::ActivationSetQuestions { challenge: handle, answers: fields::answers(body)? })
        }
        Op::SessionRefresh => personal::refresh(body),
        Op::SessionLogout => bare(Operation::SessionLogout),
        Op::SessionUnlock => personal::unlock(body),
        Op::OfficerLogin => counter::login(body),
        Op::Level2File => counter::file(body),
        Op::ApplicationDecide => counter::decide(body),
        Op::QrSwitch => Ok(Operation::QrSwitch { on: fields::on(body)? }),
        Op::QrMint => bare(Operation::QrMint),
        Op::QrScan => scan(body),
        Op::DeviceList => Ok(Operation::DeviceList),
        Op::DeviceRelease => bare(Operation::DeviceRelease),
        Op::DeviceMove => personal::device_move(body),
        Op::DeviceMoveCode => bare(Operation::DeviceMoveCode),
        Op::DeviceMoveConfirm => Ok(Operation::DeviceMoveConfirm { challenge: handle, code: fields::code(body)? }),
        Op::PasswordChange => personal::password_change(body),
        Op::PasscodeChange => personal::passcode_change(body),
        Op::PasscodeEnter => Ok(Operation::PasscodeEnter { passcode: fields::passcode(body)? }),
        Op::UnlockSwitch => Ok(Operation::UnlockSwitch { on: fields::on(body)? }),
        Op::NoticeList => Ok(Operation::NoticeList),
        Op::ResetRequest => personal::reset_request(body),
        Op::ResetResend => bare(Operation::ResetResend { challenge: handle }),
        Op::ResetConfirm => Ok(Operation::ResetConfirm { challenge: handle, code: fields::code(body)? }),
        Op::ResetAnswer => Ok(Operation::ResetAnswer { challenge: handle, answers: fields::answers(body)? }),
        Op::ResetSetPassword => {
            Ok(Operation::ResetSetPassword { challenge: handle, password: fields::password(body)? })
        }
        Op::WalletAdd => utilities::wallet_add(body),
        Op::WalletList => Ok(Operation::WalletList),
        Op::WalletShow => utilities::wallet_show(&handle),
        Op::FormOpen => utilities::form_open(body),
        Op::FormSubmit => utilities::form_submit(body),
        Op::FormList => Ok(Operation::FormList),
        Op::PaymentBills => Ok(Operation::PaymentBills),
        Op::PaymentBalance => Ok(Operation::PaymentBalance),
        Op::PaymentPay => utilities::pay(body),
        Op::PaymentTransfer => utilities::transfer(body),
    }
}

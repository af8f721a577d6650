//! Requests → calls.
//!
//! Invariant: what cannot be read is refused as malformed (or by the reason that names the field) before the core sees
//! it, and changes nothing.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde::de::DeserializeOwned;
use songsinh_contract::{
    BirthDate, Call, Caller, CitizenNumber, Code, DeviceId, Digest, Form, Operation, OperationName, PhoneNumber,
    PrintedCard, ProofShown, Reason, Secret, Sex, Token,
};

use super::bodies::{
    ActivationAsked, CardShown, CodeTyped, Credentials, Nothing, PasscodeChosen, PasswordChosen, PortraitTaken,
    QuestionsChosen, Registration, Submission,
};
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

fn device(route: &Route, headers: &HeaderMap) -> Result<DeviceId, Unread> {
    let Some(value) = headers.get("x-device-id") else {
        if route.device {
            return Err(malformed("header X-Device-Id: missing; dev- and 16 hexadecimal digits are wanted"));
        }
        return Ok(DeviceId(0));
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

fn operation(name: OperationName, handle: Token, body: &[u8]) -> Result<Operation, Unread> {
    Ok(match name {
        OperationName::ServiceHealth => Operation::ServiceHealth,
        OperationName::ServiceQuestions => Operation::ServiceQuestions,
        OperationName::AccountShow => Operation::AccountShow,
        OperationName::AccountRegister => {
            let body: Registration = json(body)?;
            let scanned = body.card_qr.as_deref().map(card).transpose()?.map(Box::new);
            Operation::AccountRegister { form: form(&body)?, scanned }
        }
        OperationName::AccountResend => {
            let _body: Nothing = optional(body)?;
            Operation::AccountResend { challenge: handle }
        }
        OperationName::AccountConfirm => Operation::AccountConfirm { challenge: handle, code: code(body)? },
        OperationName::AccountSetPassword => {
            Operation::AccountSetPassword { challenge: handle, password: password(body)? }
        }
        OperationName::SessionLogin => {
            let body: Credentials = json(body)?;
            Operation::SessionLogin { number: number(&body.number)?, password: Secret::new(&body.password) }
        }
        OperationName::Level1ReadCard => {
            let body: CardShown = json(body)?;
            Operation::Level1ReadCard { printed: Box::new(card(&body.card_qr)?), nfc: body.nfc }
        }
        OperationName::Level1Portrait => {
            let body: PortraitTaken = json(body)?;
            let portrait = body.portrait.as_deref().filter(|text| !text.is_empty()).map(str::parse).transpose();
            let portrait = portrait.map_err(|_| malformed("portrait: not a picture of this world"))?;
            Operation::Level1Portrait { application: handle, portrait }
        }
        OperationName::Level1Submit => {
            let body: Submission = optional(body)?;
            Operation::Level1Submit { application: handle, email: body.email.map(Into::into) }
        }
        OperationName::ActivationRequest => {
            let body: ActivationAsked = json(body)?;
            Operation::ActivationRequest { number: number(&body.number)?, phone: phone(&body.phone)? }
        }
        OperationName::ActivationResend => {
            let _body: Nothing = optional(body)?;
            Operation::ActivationResend { challenge: handle }
        }
        OperationName::ActivationConfirm => Operation::ActivationConfirm { challenge: handle, code: code(body)? },
        OperationName::ActivationSetPassword => {
            Operation::ActivationSetPassword { challenge: handle, password: password(body)? }
        }
        OperationName::ActivationSetPasscode => {
            let body: PasscodeChosen = json(body)?;
            Operation::ActivationSetPasscode { challenge: handle, passcode: Secret::new(&body.passcode) }
        }
        OperationName::ActivationSetQuestions => {
            let body: QuestionsChosen = json(body)?;
            let answers = body.answers.iter().map(|one| (one.question, Secret::new(&one.answer))).collect();
            Operation::ActivationSetQuestions { challenge: handle, answers }
        }
        _ => return Err(Reason::Malformed.into()),
    })
}

fn form(body: &Registration) -> Result<Form, Unread> {
    let born: BirthDate = body.born.parse().map_err(|_| malformed("born: YYYY-MM-DD or YYYY is wanted"))?;
    let sex = match body.sex.as_str() {
        "male" | "Nam" => Sex::Male,
        "female" | "Nữ" => Sex::Female,
        _ => return Err(malformed("sex: male or female is wanted")),
    };
    let (number, name) = (body.number.as_str().into(), body.name.as_str().into());
    Ok(Form { number, phone: phone(&body.phone)?, name, born, sex })
}

fn card(text: &str) -> Result<PrintedCard, Unread> {
    songsinh_card::printed::parse(text).map_err(|_| malformed("card_qr: not the text of a card's printed QR"))
}

fn number(text: &str) -> Result<CitizenNumber, Unread> {
    text.parse().map_err(|_| Reason::NumberMalformed.into())
}

fn phone(text: &str) -> Result<PhoneNumber, Unread> {
    PhoneNumber::parse_any(text).map_err(|_| malformed("phone: a mobile number of ten digits is wanted"))
}

fn code(body: &[u8]) -> Result<Code, Unread> {
    let body: CodeTyped = json(body)?;
    let is_code = body.code.len() == 6 && body.code.bytes().all(|b| b.is_ascii_digit());
    body.code.parse().ok().filter(|_| is_code).map(Code).ok_or_else(|| malformed("code: six digits are wanted"))
}

fn password(body: &[u8]) -> Result<Secret, Unread> {
    let body: PasswordChosen = json(body)?;
    Ok(Secret::new(&body.password))
}

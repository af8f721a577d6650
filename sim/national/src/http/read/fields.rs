//! Single fields, and bodies of one field, that several operations share.

use songsinh_contract::{CitizenNumber, Code, PhoneNumber, Portrait, PrintedCard, Reason, Secret, Token};

use super::{Unread, json, malformed};
use crate::http::bodies::{CodeTyped, PasscodeChosen, PasswordChosen, QuestionsChosen, Switch};

/// How many answers one body may hold; more cannot be two.
const ANSWERS_MAX: usize = 16;
/// The longest request id, bill or paper number, in characters.
const ID_MAX_CHARS: usize = 128;

pub(super) fn number(text: &str) -> Result<CitizenNumber, Unread> {
    text.parse().map_err(|_| Reason::NumberMalformed.into())
}

pub(super) fn phone(text: &str) -> Result<PhoneNumber, Unread> {
    PhoneNumber::parse_any(text).map_err(|_| malformed("phone: a mobile number of ten digits is wanted"))
}

pub(super) fn card(text: &str) -> Result<PrintedCard, Unread> {
    songsinh_card::printed::parse(text).map_err(|_| malformed("card_qr: not the text of a card's printed QR"))
}

/// An empty one counts as none.
pub(super) fn portrait(text: Option<&str>) -> Result<Option<Portrait>, Unread> {
    let portrait = text.filter(|text| !text.is_empty()).map(str::parse).transpose();
    portrait.map_err(|_| malformed("portrait: not a picture of this world"))
}

pub(super) fn code(body: &[u8]) -> Result<Code, Unread> {
    let body: CodeTyped = json(body)?;
    let is_code = body.code.len() == 6 && body.code.bytes().all(|b| b.is_ascii_digit());
    body.code.parse().ok().filter(|_| is_code).map(Code).ok_or_else(|| malformed("code: six digits are wanted"))
}

pub(super) fn password(body: &[u8]) -> Result<Secret, Unread> {
    let body: PasswordChosen = json(body)?;
    Ok(Secret::new(&body.password))
}

pub(super) fn passcode(body: &[u8]) -> Result<Secret, Unread> {
    let body: PasscodeChosen = json(body)?;
    Ok(Secret::new(&body.passcode))
}

pub(super) fn answers(body: &[u8]) -> Result<Vec<(u16, Secret)>, Unread> {
    let body: QuestionsChosen = json(body)?;
    if body.answers.len() > ANSWERS_MAX {
        return Err(malformed("answers: two are wanted"));
    }
    Ok(body.answers.iter().map(|one| (one.question, Secret::new(&one.answer))).collect())
}

pub(super) fn on(body: &[u8]) -> Result<bool, Unread> {
    let body: Switch = json(body)?;
    Ok(body.on)
}

/// A text of 1 to 128 characters that tells one thing from all others. `member` says which it is.
pub(super) fn id<'t>(text: &'t str, member: &str) -> Result<&'t str, Unread> {
    if text.is_empty() || text.chars().count() > ID_MAX_CHARS {
        return Err(malformed(format!("{member}: 1 to {ID_MAX_CHARS} characters are wanted")));
    }
    Ok(text)
}

pub(super) fn request(text: &str) -> Result<Token, Unread> {
    id(text, "request").map(Token::new)
}

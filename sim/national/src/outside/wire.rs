//! The words of the two outside services: requests and answers as JSON.
//!
//! Invariant: an answer that does not read exactly as agreed is no answer; it never becomes a yes or a no.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use songsinh_contract::{CardFacts, CardStatus, LifeStatus, LookupResult, Sex};

use crate::rules::{RegisterEntry, Verdict};

/// `POST /v1/verify` of the population service.
#[derive(Serialize)]
pub(super) struct VerifyRequest<'a> {
    pub number: String,
    pub name: &'a str,
    pub born: String,
    pub sex: Sex,
}

#[derive(Deserialize)]
pub(super) struct VerifyReply {
    result: LookupResult,
    life: Option<LifeStatus>,
}

impl VerifyReply {
    pub fn verdict(&self) -> Option<Verdict> {
        match (self.result, self.life) {
            (LookupResult::Match, Some(life)) => Some(Verdict::Match(life)),
            (LookupResult::Mismatch, _) => Some(Verdict::Mismatch),
            (LookupResult::Unknown, _) => Some(Verdict::Unknown),
            _ => None,
        }
    }
}

/// `POST /v1/lookup` of the population service.
#[derive(Serialize)]
pub(super) struct LookupRequest {
    pub number: String,
}

#[derive(Deserialize)]
pub(super) struct CardReply {
    issued: Date,
    expires: Option<Date>,
    status: CardStatus,
}

#[derive(Deserialize)]
pub(super) struct EntryReply {
    number: String,
    old_number: Option<String>,
    name: Box<str>,
    born: String,
    sex: Sex,
    address: Box<str>,
    life: LifeStatus,
    card: Option<CardReply>,
    portrait: String,
}

impl EntryReply {
    /// The entry, if it is that number's.
    pub fn entry(self, asked: &str) -> Option<RegisterEntry> {
        if self.number != asked {
            return None;
        }
        let old_number = match self.old_number {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        };
        Some(RegisterEntry {
            old_number,
            name: self.name,
            born: self.born.parse().ok()?,
            sex: self.sex,
            address: self.address,
            life: self.life,
            card: self.card.map(|card| CardFacts { issued: card.issued, expires: card.expires, status: card.status }),
            portrait: self.portrait.parse().ok()?,
        })
    }
}

/// `POST /v1/messages` of the SMS gateway.
#[derive(Serialize)]
pub(super) struct MessageRequest<'a> {
    pub to: String,
    pub from: &'static str,
    pub text: &'a str,
}

//! The words of the two outside services: requests and answers as JSON.
//!
//! Invariant: an answer that does not read exactly as agreed is no answer; it never becomes a yes or a no.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use songsinh_contract::{
    Bill, BillKind, CardFacts, CardStatus, CitizenNumber, LifeStatus, LookupResult, Paper, PaperKind, Sex,
};

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

/// `GET /v1/registers/papers/{number}` of the population service.
#[derive(Deserialize)]
pub(super) struct PapersReply {
    papers: Vec<PaperReply>,
}

#[derive(Deserialize)]
struct PaperReply {
    kind: PaperKind,
    number: Box<str>,
    holder: String,
    detail: Box<str>,
    issued: Date,
    expires: Option<Date>,
}

impl PapersReply {
    /// The papers, if all of them are that number's.
    pub fn papers(self, asked: CitizenNumber) -> Option<Vec<Paper>> {
        let one = |paper: PaperReply| {
            let PaperReply { kind, number, holder, detail, issued, expires } = paper;
            let holder = holder.parse().ok().filter(|holder| *holder == asked)?;
            Some(Paper { kind, number, holder, detail, issued, expires })
        };
        self.papers.into_iter().map(one).collect()
    }
}

/// `GET /v1/registers/bills/{number}` of the population service.
#[derive(Deserialize)]
pub(super) struct BillsReply {
    bills: Vec<BillReply>,
}

#[derive(Deserialize)]
struct BillReply {
    id: Box<str>,
    kind: BillKind,
    amount_vnd: i64,
}

impl BillsReply {
    /// The bills, none paid as far as the register knows.
    pub fn bills(self) -> Vec<Bill> {
        let one = |bill: BillReply| Bill { id: bill.id, kind: bill.kind, amount_vnd: bill.amount_vnd, paid: false };
        self.bills.into_iter().map(one).collect()
    }
}

/// `POST /v1/messages` of the SMS gateway.
#[derive(Serialize)]
pub(super) struct MessageRequest<'a> {
    pub to: String,
    pub from: &'static str,
    pub text: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PAPERS: &str = r#"{"papers":[
        {"kind":"driving-licence","number":"7901","holder":"008203000001","detail":"B2","issued":"2020-01-02","expires":null}]}"#;

    fn number(text: &str) -> CitizenNumber {
        text.parse().unwrap()
    }

    #[test]
    fn papers_are_taken_only_as_their_holders() {
        let read = || serde_json::from_str::<PapersReply>(PAPERS).unwrap();
        let papers = read().papers(number("008203000001")).unwrap();
        let [paper] = &papers[..] else { panic!("{papers:?}") };
        assert_eq!((paper.kind, &*paper.number, &*paper.detail), (PaperKind::DrivingLicence, "7901", "B2"));
        assert_eq!((paper.issued, paper.expires), (jiff::civil::date(2020, 1, 2), None));
        assert_eq!(read().papers(number("008203000002")), None);
    }

    #[test]
    fn bills_are_unpaid_as_the_register_tells_them() {
        let text = r#"{"bills":[{"id":"E-1","kind":"electricity","amount_vnd":450000}]}"#;
        let bills = serde_json::from_str::<BillsReply>(text).unwrap().bills();
        let bill = Bill { id: "E-1".into(), kind: BillKind::Electricity, amount_vnd: 450_000, paid: false };
        assert_eq!(bills, [bill]);
    }

    proptest! {
        #[test]
        fn answers_of_any_kind_never_panic(cut in 0..PAPERS.len(), bytes in any::<Vec<u8>>()) {
            for bytes in [&PAPERS.as_bytes()[..cut], &bytes[..]] {
                let _papers = serde_json::from_slice::<PapersReply>(bytes).map(|reply| reply.papers(number("008203000001")));
                let _bills = serde_json::from_slice::<BillsReply>(bytes).map(BillsReply::bills);
            }
        }
    }
}

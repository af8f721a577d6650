//! What a done answer lists: papers, bills, receipts, notices, devices; and the ticket of a QR.
//!
//! Invariant: an element that lacks what the profile promises of it leaves the whole answer unexplained. What a profile
//! does not name of a paper is blank: no text, the first of January of the year 0, a number of zeros.

use songsinh_contract::{
    Bill, BillKind, CitizenNumber, DeviceId, Paper, PaperKind, QrTicket, Receipt, SmsPurpose, Token,
};

use super::answers::Received;
use super::json::{Json, JsonPath};
use super::values::Source;

/// How many elements are taken from one answer.
const LIST_MAX: usize = 256;

/// The target's words and what they mean.
pub(crate) type Words<T> = Vec<(Box<str>, T)>;

/// What a word means.
pub(crate) fn meaning<T: Copy>(words: &[(Box<str>, T)], text: &str) -> Option<T> {
    words.iter().find(|(word, _)| **word == *text).map(|(_, value)| *value)
}

/// Where the ticket of a QR stands.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub(crate) id: Source,
    pub(crate) issued_ms: Source,
    pub(crate) expires_ms: Source,
}

impl Ticket {
    /// The ticket, if all of it is there.
    pub(crate) fn read(&self, answer: &Received<'_>) -> Option<QrTicket> {
        Some(QrTicket {
            id: Token::new(&self.id.read(answer)?),
            issued_ms: self.issued_ms.read(answer)?.parse().ok()?,
            expires_ms: self.expires_ms.read(answer)?.parse().ok()?,
        })
    }
}

/// Where papers stand.
#[derive(Debug)]
pub(crate) struct Papers {
    pub(crate) each: JsonPath,
    pub(crate) kind: JsonPath,
    pub(crate) kinds: Words<PaperKind>,
    pub(crate) number: JsonPath,
    pub(crate) holder: Option<JsonPath>,
    pub(crate) detail: Option<JsonPath>,
    pub(crate) issued: Option<JsonPath>,
    pub(crate) expires: Option<JsonPath>,
}

impl Papers {
    /// The papers; none if one of them is not what it should be.
    pub(crate) fn read(&self, answer: &Received<'_>) -> Option<Vec<Paper>> {
        self.each.each(answer.body, LIST_MAX, &|paper| self.paper(paper))
    }

    fn paper(&self, here: Json<'_>) -> Option<Paper> {
        let holder = match &self.holder {
            Some(path) => path.scalar_in(here)?.parse().ok()?,
            None => CitizenNumber::from_u64(0)?,
        };
        let issued = match &self.issued {
            Some(path) => day(&path.scalar_in(here)?)?,
            None => jiff::civil::Date::ZERO,
        };
        let expires = match self.expires.as_ref().and_then(|path| path.scalar_in(here)) {
            Some(text) => Some(day(&text)?),
            None => None,
        };
        Some(Paper {
            kind: meaning(&self.kinds, &self.kind.scalar_in(here)?)?,
            number: self.number.scalar_in(here)?.into(),
            holder,
            detail: self.detail.as_ref().map_or(Some("".into()), |path| path.scalar_in(here))?.into(),
            issued,
            expires,
        })
    }
}

/// A day in any usual spelling.
fn day(text: &str) -> Option<jiff::civil::Date> {
    match super::values::birth_date(text)? {
        songsinh_contract::BirthDate::Full(day) => Some(day),
        songsinh_contract::BirthDate::Year(_) => None,
    }
}

/// Where bills stand.
#[derive(Debug)]
pub(crate) struct Bills {
    pub(crate) each: JsonPath,
    pub(crate) id: JsonPath,
    pub(crate) kind: JsonPath,
    pub(crate) kinds: Words<BillKind>,
    pub(crate) amount_vnd: JsonPath,
    pub(crate) paid: JsonPath,
    pub(crate) yes_no: Words<bool>,
}

impl Bills {
    /// The bills; none if one of them is not what it should be.
    pub(crate) fn read(&self, answer: &Received<'_>) -> Option<Vec<Bill>> {
        self.each.each(answer.body, LIST_MAX, &|here| {
            Some(Bill {
                id: self.id.scalar_in(here)?.into(),
                kind: meaning(&self.kinds, &self.kind.scalar_in(here)?)?,
                amount_vnd: vnd(&self.amount_vnd.scalar_in(here)?)?,
                paid: meaning(&self.yes_no, &self.paid.scalar_in(here)?)?,
            })
        })
    }
}

/// Where receipts stand.
#[derive(Debug)]
pub(crate) struct Receipts {
    pub(crate) each: JsonPath,
    pub(crate) id: JsonPath,
    pub(crate) request: Option<JsonPath>,
    pub(crate) amount_vnd: Option<JsonPath>,
}

impl Receipts {
    /// The receipts; none if one of them is not what it should be.
    pub(crate) fn read(&self, answer: &Received<'_>) -> Option<Vec<Receipt>> {
        self.each.each(answer.body, LIST_MAX, &|here| {
            let amount = self.amount_vnd.as_ref().and_then(|path| path.scalar_in(here));
            Some(Receipt {
                id: Token::new(&self.id.scalar_in(here)?),
                request: self.request.as_ref().and_then(|path| path.scalar_in(here)).map(|text| Token::new(&text)),
                amount_vnd: match amount {
                    Some(text) => Some(vnd(&text)?),
                    None => None,
                },
            })
        })
    }
}

/// An amount in đồng: a whole number, also one that is spelled with a fraction of nothing.
pub(crate) fn vnd(text: &str) -> Option<i64> {
    let whole =
        text.split_once('.').map_or(text, |(whole, rest)| if rest.bytes().all(|b| b == b'0') { whole } else { "" });
    whole.parse().ok()
}

/// Where notices stand.
#[derive(Debug)]
pub(crate) struct Notices {
    pub(crate) kinds: JsonPath,
    pub(crate) words: Words<SmsPurpose>,
}

impl Notices {
    /// What the notices are for; none if a word has no meaning.
    pub(crate) fn read(&self, answer: &Received<'_>) -> Option<Vec<SmsPurpose>> {
        self.kinds.each(answer.body, LIST_MAX, &|here| meaning(&self.words, &here.scalar()?))
    }
}

/// The devices of an answer; one that is not spelled as the harness spells its own is another one all the same.
pub(crate) fn devices(path: &JsonPath, answer: &Received<'_>) -> Option<Vec<DeviceId>> {
    path.each(answer.body, LIST_MAX, &|here| {
        let text = here.scalar()?;
        let own = text.strip_prefix("dev-").filter(|hex| hex.len() == 16);
        own.and_then(|hex| u64::from_str_radix(hex, 16).ok()).map(DeviceId)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn path(text: &str) -> JsonPath {
        JsonPath::from(&songsinh_scenario::JsonPath::parse(text).unwrap())
    }

    fn answer(body: &[u8]) -> Received<'_> {
        Received { status: 200, headers: &[], body }
    }

    fn papers(each: &str) -> Papers {
        Papers {
            each: path(each),
            kind: path("$.k"),
            kinds: vec![("GPLX".into(), PaperKind::DrivingLicence)],
            number: path("$.n"),
            holder: Some(path("$.h")),
            detail: None,
            issued: Some(path("$.i")),
            expires: Some(path("$.e")),
        }
    }

    fn bills() -> Bills {
        Bills {
            each: path("$.b[*]"),
            id: path("$.id"),
            kind: path("$.kind"),
            kinds: vec![("water".into(), BillKind::Water)],
            amount_vnd: path("$.vnd"),
            paid: path("$.paid"),
            yes_no: vec![("true".into(), true), ("false".into(), false)],
        }
    }

    #[test]
    fn one_paper_and_many_are_read() {
        let one = r#"{"k":"GPLX","n":"79","h":"001203004711","i":"10/05/2021","e":null}"#;
        let paper = papers("$").read(&answer(one.as_bytes())).unwrap().remove(0);
        assert_eq!((paper.kind, &*paper.number, &*paper.detail), (PaperKind::DrivingLicence, "79", ""));
        assert_eq!((paper.issued, paper.expires), (jiff::civil::date(2021, 5, 10), None));
        let many = format!(r#"{{"p":[{one},{one}]}}"#);
        assert_eq!(papers("$.p[*]").read(&answer(many.as_bytes())).unwrap().len(), 2);
        assert_eq!(papers("$.p[*]").read(&answer(b"{\"p\":[]}")), Some(Vec::new()));
        let unknown = many.replacen("GPLX", "XX", 1);
        assert_eq!(papers("$.p[*]").read(&answer(unknown.as_bytes())), None);
    }

    #[test]
    fn bills_receipts_and_devices_are_read() {
        let body = br#"{"b":[{"id":"b1","kind":"water","vnd":120000.00,"paid":false}],
            "r":[{"id":"r1","v":-5},{"id":"r2","q":"q2"}], "d":["dev-00000000000000aa"], "x":["phone"]}"#;
        let bill = bills().read(&answer(body)).unwrap().remove(0);
        assert_eq!((&*bill.id, bill.kind, bill.amount_vnd, bill.paid), ("b1", BillKind::Water, 120_000, false));
        let receipts = Receipts {
            each: path("$.r[*]"),
            id: path("$.id"),
            request: Some(path("$.q")),
            amount_vnd: Some(path("$.v")),
        };
        let receipts = receipts.read(&answer(body)).unwrap();
        assert_eq!(receipts.iter().map(|one| one.amount_vnd).collect::<Vec<_>>(), [Some(-5), None]);
        assert_eq!(receipts[1].request, Some(Token::new("q2")));
        assert_eq!(devices(&path("$.d[*]"), &answer(body)), Some(vec![DeviceId(0xaa)]));
        assert_eq!(devices(&path("$.x[*]"), &answer(body)), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_bearable(bytes in prop::collection::vec(any::<u8>(), 0..60), text in ".{0,12}") {
            let notices = Notices { kinds: path("$[*]"), words: Vec::new() };
            let of = answer(&bytes);
            let _ = (papers("$.p[*]").read(&of), bills().read(&of), notices.read(&of), devices(&path("$"), &of));
            let _ = (vnd(&text), day(&text));
        }

        #[test]
        fn any_json_is_bearable(
            kind in "water|xx", vnd in any::<i64>(), paid in any::<bool>(), id in "[^\"\\\\\\p{C}]{0,8}",
        ) {
            let body = format!(r#"{{"b":[{{"id":"{id}","kind":"{kind}","vnd":{vnd},"paid":{paid}}}]}}"#);
            let read = bills().read(&answer(body.as_bytes()));
            prop_assert_eq!(read.is_some(), kind == "water");
            prop_assert!(read.is_none_or(|bills| bills[0].amount_vnd == vnd && bills[0].paid == paid));
        }
    }
}

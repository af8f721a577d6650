//! What the target's answers mean: a list whose first fitting line decides. An answer that fits none is unmapped, never
//! a refusal.

use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::{Reason, Reasons};

use crate::json_path::JsonPath;
use crate::message::Message;
use crate::nearest::nearest;
use crate::read::{Fields, Findings, Read, entries_of, one_or_many, record, text_of};
use crate::units::Text;
use crate::yaml::{Kind, Node};

/// HTTP statuses: `409`, `5xx`, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statuses(Vec<(u16, u16)>);

impl Statuses {
    /// Whether a status is one of them.
    #[must_use]
    pub fn has(&self, status: u16) -> bool {
        self.0.iter().any(|&(low, high)| (low..=high).contains(&status))
    }
}

struct Status(u16, u16);

impl Read for Status {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a status", findings)?;
        let class =
            text.strip_suffix("xx").and_then(|digit| digit.parse::<u16>().ok()).filter(|class| (1..=5).contains(class));
        let exact = text.parse::<u16>().ok().filter(|status| (100..=599).contains(status));
        let found = class.map(|class| Self(class * 100, class * 100 + 99)).or(exact.map(|status| Self(status, status)));
        if found.is_none() {
            let wanted = "a number from 100 to 599 or a class as in 5xx is wanted";
            findings.add(&node.place, Message::NotA { what: "an HTTP status", given: text.to_owned(), wanted });
        }
        found
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 100, "maximum": 599 },
            { "type": "string", "pattern": "^([1-5]xx|[1-5][0-9]{2})$" },
        ] })
    }
}

impl Read for Statuses {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let all: Vec<Status> = one_or_many(node, findings)?;
        Some(Self(all.into_iter().map(|Status(low, high)| (low, high)).collect()))
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let one = Status::schema(generator);
        json_schema!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
    }
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Done as asked.
    Done,
    /// Refused, for one of these reasons.
    Refused(Reasons),
    /// Too busy just now.
    Unavailable,
    /// A server error.
    Fault,
    /// Somebody else answered: a firewall, a limiter, a proxy.
    Foreign,
}

impl Meaning {
    const PLAIN: [(&'static str, Self); 4] =
        [("done", Self::Done), ("unavailable", Self::Unavailable), ("fault", Self::Fault), ("foreign", Self::Foreign)];
}

impl Read for Meaning {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        if let Kind::List(_) = node.kind {
            let reasons: Vec<Reason> = Vec::read(node, findings)?;
            if reasons.is_empty() {
                let (what, wanted) = ("the list of reasons", "give at least one");
                findings.add(&node.place, Message::Empty { what, wanted });
                return None;
            }
            return Some(Self::Refused(reasons.into_iter().collect()));
        }
        let text = text_of(node, "a meaning", findings)?;
        let plain = Self::PLAIN.into_iter().find(|(word, _)| *word == text).map(|(_, meaning)| meaning);
        let found = plain.or_else(|| Reason::named(text).map(|reason| Self::Refused(Reasons::one(reason))));
        if found.is_none() {
            let known: Vec<&'static str> =
                Self::PLAIN.iter().map(|(word, _)| *word).chain(Reason::ALL.iter().map(|one| one.as_str())).collect();
            let nearest = nearest(text, known.iter().copied());
            let message = Message::UnknownWord { what: "reason", given: text.to_owned(), nearest, known };
            findings.add(&node.place, message);
        }
        found
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let reason = Reason::schema(generator);
        let plain: Vec<&str> = Self::PLAIN.iter().map(|(word, _)| *word).collect();
        json_schema!({ "anyOf": [{ "enum": plain }, reason, { "type": "array", "items": reason, "minItems": 1 }] })
    }
}

/// Places in the answer's JSON and the text that must stand there; a number compares by its digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonSign(pub Vec<(JsonPath, String)>);

impl Read for JsonSign {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let mut out = Vec::new();
        let entries = entries_of(node, "`json`", findings)?;
        let count = entries.len();
        for (_, key, value) in entries {
            let path = JsonPath::read(key, findings);
            let text = Text::read(value, findings);
            out.extend(path.zip(text.map(|text| text.0)));
        }
        (out.len() == count).then_some(Self(out))
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let (name, value) = (JsonPath::schema(generator), Text::schema(generator));
        json_schema!({ "type": "object", "propertyNames": name, "additionalProperties": value, "minProperties": 1 })
    }
}

/// Header names (lower case) and the text that must stand in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderSign(pub Vec<(String, String)>);

impl Read for HeaderSign {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let entries = entries_of(node, "`header`", findings)?;
        let count = entries.len();
        let mut out = Vec::new();
        for (name, _, value) in entries {
            let text = Text::read(value, findings);
            out.extend(text.map(|text| (name.to_ascii_lowercase(), text.0)));
        }
        (out.len() == count).then_some(Self(out))
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let value = Text::schema(generator);
        json_schema!({ "type": "object", "additionalProperties": value, "minProperties": 1 })
    }
}

record! {
    /// One line: how the answer is recognised (all signs must fit), and what it means.
    pub struct Answer ("an answer", check has_a_sign) {
        /// The HTTP status.
        "status" status: Option<Statuses>, optional;
        /// Values in its JSON.
        "json" json: Option<JsonSign>, optional;
        /// Texts that its headers contain; an empty one asks for the header alone.
        "header" header: Option<HeaderSign>, optional;
        /// A header that it does not have.
        "without" without: Option<Text>, optional;
        /// How its content type begins.
        "content_type" content_type: Option<Text>, optional;
        /// A text in its body.
        "contains" contains: Option<Text>, optional;
        /// What it means: `done`, a reason or several, `unavailable`, `fault`, `foreign`.
        "is" is: Meaning, required;
    }
}

fn has_a_sign(answer: &Answer, fields: &Fields<'_>, findings: &mut Findings) {
    let json = answer.json.as_ref().is_some_and(|sign| !sign.0.is_empty());
    let header = answer.header.as_ref().is_some_and(|sign| !sign.0.is_empty());
    let contains = answer.contains.as_ref().is_some_and(|text| !text.is_empty());
    let other = answer.status.is_some() || answer.without.is_some() || answer.content_type.is_some();
    if !other && !json && !header && !contains {
        findings.add(&fields.key_place("is"), Message::AnswerWithoutSign);
    }
}

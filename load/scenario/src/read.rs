//! Reads nodes into types, gathering every error instead of stopping at the first one, and says what the types look
//! like (JSON Schema) from the same declaration.
//!
//! Invariant: a value is only handed on when no error was found in it; unknown and repeated keys are errors.
//! `serde` is not used for this: its errors stop at the first, and of `untagged` and `flatten` they are unreadable.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::Rule;

use crate::errors::FileError;
use crate::message::Message;
use crate::nearest::nearest;
use crate::yaml::{Kind, Node, Place};

/// Gathers what is wrong.
#[derive(Debug, Default)]
pub(crate) struct Findings(pub(crate) Vec<FileError>);

impl Findings {
    pub(crate) fn add(&mut self, place: &Place, message: Message) {
        self.0.push(FileError { place: place.clone(), message });
    }
}

/// What can be read from a node. `None` means that an error was added.
pub(crate) trait Read: Sized {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self>;
    /// What it looks like.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// The text of a scalar, or an error that names what was wanted.
pub(crate) fn text_of<'n>(node: &'n Node, what: &'static str, findings: &mut Findings) -> Option<&'n str> {
    let text = node.text();
    if text.is_none() {
        findings.add(&node.place, Message::WrongShape { what, wanted: "a text", got: node.shape() });
    }
    text
}

/// The items of a list, or an error.
pub(crate) fn list_of<'n>(node: &'n Node, what: &'static str, findings: &mut Findings) -> Option<&'n [Node]> {
    match &node.kind {
        Kind::List(items) => Some(items),
        _ => {
            findings.add(&node.place, Message::WrongShape { what, wanted: "a list", got: node.shape() });
            None
        }
    }
}

/// The entries of a mapping with their keys as text; repeated keys are errors.
pub(crate) fn entries_of<'n>(
    node: &'n Node,
    what: &'static str,
    findings: &mut Findings,
) -> Option<Vec<(&'n str, &'n Node, &'n Node)>> {
    let Kind::Map(entries) = &node.kind else {
        findings.add(&node.place, Message::WrongShape { what, wanted: "a mapping", got: node.shape() });
        return None;
    };
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    let mut out = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let Some(text) = key.text() else {
            findings.add(&key.place, Message::WrongShape { what: "a key", wanted: "a text", got: key.shape() });
            continue;
        };
        if seen.insert(text, ()).is_some() {
            findings.add(&key.place, Message::DuplicateKey { key: text.to_owned(), of: what });
            continue;
        }
        out.push((text, key, value));
    }
    Some(out)
}

/// One word of a known list.
pub(crate) fn word_of<T: Copy>(
    node: &Node,
    what: &'static str,
    words: &[(&'static str, T)],
    findings: &mut Findings,
) -> Option<T> {
    let text = text_of(node, what, findings)?;
    let found = words.iter().find(|(word, _)| *word == text).map(|&(_, value)| value);
    if found.is_none() {
        let known: Vec<&'static str> = words.iter().map(|&(word, _)| word).collect();
        let nearest = nearest(text, known.iter().copied());
        findings.add(&node.place, Message::UnknownWord { what, given: text.to_owned(), nearest, known });
    }
    found
}

/// A whole number within bounds.
pub(crate) fn whole_of(node: &Node, what: &'static str, low: u64, high: u64, findings: &mut Findings) -> Option<u64> {
    let text = text_of(node, what, findings)?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        findings.add(
            &node.place,
            Message::NotA { what, given: text.to_owned(), wanted: "digits alone are wanted, as in 4" },
        );
        return None;
    }
    match text.parse::<u64>() {
        Ok(value) if (low..=high).contains(&value) => Some(value),
        _ => {
            let given = text.to_owned();
            let message = Message::OutOfRange { what, given, low: low.to_string(), high: high.to_string() };
            findings.add(&node.place, message);
            None
        }
    }
}

/// A number in plain decimal notation, not below 0.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let shaped = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.bytes().any(|b| b.is_ascii_digit());
    if !shaped || text.len() > 30 {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A key that is not known; where keys are rules, one that is a rule without settings.
fn unknown_key(key: &str, of: &'static str, keys: &[&'static str]) -> Message {
    let rules: Vec<&'static str> = keys.iter().copied().filter(|key| Rule::named(key).is_some()).collect();
    match Rule::named(key) {
        Some(rule) if !rules.is_empty() => Message::RuleWithoutSettings { rule: rule.slug(), known: rules },
        _ => {
            let nearest = nearest(key, keys.iter().copied());
            Message::UnknownKey { key: key.to_owned(), of, nearest, known: keys.to_vec() }
        }
    }
}

/// The fields of a mapping of known keys.
pub(crate) struct Fields<'n> {
    of: &'static str,
    place: Place,
    entries: Vec<(&'n str, &'n Node, &'n Node)>,
}

impl<'n> Fields<'n> {
    pub(crate) fn of(node: &'n Node, of: &'static str, keys: &[&'static str], findings: &mut Findings) -> Option<Self> {
        let mut entries = entries_of(node, of, findings)?;
        entries.retain(|(key, key_node, _)| {
            let known = keys.contains(key);
            if !known {
                findings.add(&key_node.place, unknown_key(key, of, keys));
            }
            known
        });
        let place = entries.first().map_or(node.place.clone(), |(_, key, _)| key.place.clone());
        Some(Self { of, place, entries })
    }
    /// The value of a key.
    pub(crate) fn node(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(name, _, _)| *name == key).map(|&(_, _, value)| value)
    }
    /// Where a key stands; the mapping itself, if it is not there.
    pub(crate) fn key_place(&self, key: &str) -> Place {
        let found = self.entries.iter().find(|(name, _, _)| *name == key);
        found.map_or(self.place.clone(), |(_, key, _)| key.place.clone())
    }
    /// Where a value stands; the mapping itself, if it is not there.
    pub(crate) fn place(&self, key: &str) -> Place {
        self.node(key).map_or(self.place.clone(), |node| node.place.clone())
    }
    pub(crate) fn required<T: Read>(&self, key: &'static str, findings: &mut Findings) -> Option<T> {
        match self.node(key) {
            Some(node) => T::read(node, findings),
            None => {
                findings.add(&self.place, Message::MissingKey { key, of: self.of });
                None
            }
        }
    }
    pub(crate) fn optional<T: Read>(&self, key: &'static str, findings: &mut Findings) -> Option<Option<T>> {
        match self.node(key) {
            Some(node) => T::read(node, findings).map(Some),
            None => Some(None),
        }
    }
    /// The value, or that of a text that stands for it. Such a text is checked by a test of the record.
    pub(crate) fn or_default<T: Read>(&self, key: &'static str, default: &str, findings: &mut Findings) -> Option<T> {
        if let Some(node) = self.node(key) {
            return T::read(node, findings);
        }
        let mut inner = Findings::default();
        let value = crate::yaml::parse(default).ok().and_then(|node| T::read(&node, &mut inner));
        if value.is_none() {
            findings.add(&self.place, Message::MissingKey { key, of: self.of });
        }
        value
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let items = list_of(node, "this", findings)?;
        let read: Vec<Option<T>> = items.iter().map(|item| T::read(item, findings)).collect();
        read.into_iter().collect()
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        json_schema!({ "type": "array", "items": items })
    }
}

impl Read for bool {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        word_of(node, "choice", &[("true", true), ("false", false), ("on", true), ("off", false)], findings)
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": [true, false, "on", "off"] })
    }
}

impl Read for Duration {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a time", findings)?;
        let time = crate::units::time(text);
        if time.is_none() {
            let wanted = "give a number and a unit, as in 200ms, 20s, 5m, 1m30s, 12h, 7d";
            findings.add(&node.place, Message::NotA { what: "a time", given: text.to_owned(), wanted });
        }
        time
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": crate::units::TIME_PATTERN, "examples": ["200ms", "20s", "1m30s"] })
    }
}

/// A list or one value that stands for a list of one.
pub(crate) fn one_or_many<T: Read>(node: &Node, findings: &mut Findings) -> Option<Vec<T>> {
    match node.kind {
        Kind::List(_) => Vec::read(node, findings),
        _ => T::read(node, findings).map(|one| vec![one]),
    }
}

/// Declares a mapping of known keys: the type, how it is read, and its schema.
///
/// Each field: `"key" field: Type, required;` or `, optional;` (the type is an `Option`) or `, default "YAML text";`.
/// `check f` names a function `fn(&Self, &Fields, &mut Findings)` for what holds between fields.
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident ($what:literal $(, check $check:path)?) {
            $( $(#[doc = $field_doc:literal])* $key:literal $field:ident : $type:ty , $mode:ident $($default:literal)? ; )+
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $type, )+
        }

        impl $name {
            /// The keys of the mapping.
            pub(crate) const KEYS: &'static [&'static str] = &[$($key),+];
        }

        impl $crate::read::Read for $name {
            fn read(node: &$crate::yaml::Node, findings: &mut $crate::read::Findings) -> Option<Self> {
                let fields = $crate::read::Fields::of(node, $what, Self::KEYS, findings)?;
                $( let $field: Option<$type> = record!(@read fields, findings, $key, $mode $($default)?); )+
                let value = Self { $( $field: $field?, )+ };
                $( $check(&value, &fields, findings); )?
                Some(value)
            }
            fn schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                generator.subschema_for::<Self>()
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut properties = serde_json::Map::new();
                let required: Vec<&'static str> =
                    [$( record!(@need $key, $mode) ),+].into_iter().flatten().collect();
                $(
                    let mut field = record!(@schema generator, $type, $mode);
                    let doc: &[&str] = &[$($field_doc),*];
                    $crate::read::describe(&mut field, doc, record!(@default $mode $($default)?));
                    properties.insert($key.to_owned(), field.to_value());
                )+
                let doc: &[&str] = &[$($doc),*];
                let mut schema = schemars::json_schema!({
                    "type": "object", "properties": properties, "required": required, "additionalProperties": false,
                });
                $crate::read::describe(&mut schema, doc, None);
                schema
            }
        }
    };
    (@read $fields:ident, $findings:ident, $key:literal, required) => { $fields.required($key, $findings) };
    (@read $fields:ident, $findings:ident, $key:literal, optional) => { $fields.optional($key, $findings) };
    (@read $fields:ident, $findings:ident, $key:literal, default $default:literal) => {
        $fields.or_default($key, $default, $findings)
    };
    (@schema $generator:ident, $type:ty, optional) => {
        <<$type as $crate::read::Inner>::Of as $crate::read::Read>::schema($generator)
    };
    (@schema $generator:ident, $type:ty, $mode:ident) => { <$type as $crate::read::Read>::schema($generator) };
    (@default default $default:literal) => { Some($default) };
    (@default $mode:ident) => { None };
    (@need $key:literal, required) => { Some($key) };
    (@need $key:literal, $mode:ident) => { None };
}
pub(crate) use record;

/// What is inside of an `Option`.
pub(crate) trait Inner {
    type Of: Read;
}
impl<T: Read> Inner for Option<T> {
    type Of = T;
}

/// Adds description and default to a schema.
pub(crate) fn describe(schema: &mut Schema, doc: &[&str], default: Option<&str>) {
    if !doc.is_empty() {
        let text = doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        schema.insert("description".into(), text.into());
    }
    if let Some(node) = default.and_then(|text| crate::yaml::parse(text).ok()) {
        schema.insert("default".into(), as_json(&node));
    }
}

/// A node as the JSON that an editor's YAML reader (core schema) sees: plain numbers and truth values are such.
pub(crate) fn as_json(node: &Node) -> serde_json::Value {
    match &node.kind {
        Kind::List(items) => items.iter().map(as_json).collect(),
        Kind::Map(entries) => serde_json::Value::Object(
            entries.iter().map(|(key, value)| (key.text().unwrap_or_default().to_owned(), as_json(value))).collect(),
        ),
        Kind::Text { text, quoted: true } => text.clone().into(),
        Kind::Text { text, quoted: false } => match text.as_str() {
            "" | "~" | "null" => serde_json::Value::Null,
            "true" => true.into(),
            "false" => false.into(),
            plain => match (plain.parse::<i64>(), decimal(plain)) {
                (Ok(whole), _) => whole.into(),
                (_, Some(number)) => number.into(),
                _ => plain.into(),
            },
        },
    }
}

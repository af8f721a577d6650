//! Turns YAML text into a tree of nodes that know where they stand. The only module that knows the YAML library.
//!
//! Invariant: every scalar keeps its text character by character (`008`, `no`, `1e3`, `+84…`). A plain scalar that YAML
//! takes for a number, a truth value or nothing is cut out of the source by its span instead of being converted.
//! Limits on depth, nodes and alias expansion hold before a tree is built. Anything else but mappings, lists and
//! scalars (tags, merge keys, several documents) is refused.

use std::fmt;
use std::ops::Range;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Error, Spanned, budget, options};

use crate::message::Message;

/// The largest file that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting.
const MAX_DEPTH: usize = 32;
/// The most nodes, aliases expanded.
const MAX_NODES: usize = 50_000;

/// The most values that aliases may stand for.
const MAX_ALIASED: usize = 5_000;

/// A place in the source, as byte offsets.
pub(crate) type Place = Range<usize>;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// A scalar, as written; empty and not quoted means that nothing was given.
    Text { text: String, quoted: bool },
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file. Keys may be there twice; the reader refuses that.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// What the value is, for messages.
    pub(crate) fn shape(&self) -> Shape {
        match &self.kind {
            Kind::Text { text, quoted: false } if text.is_empty() => Shape::Nothing,
            Kind::Text { .. } => Shape::Text,
            Kind::List(_) => Shape::List,
            Kind::Map(_) => Shape::Map,
        }
    }
    /// The text of a scalar that is there.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text { text, quoted } if *quoted || !text.is_empty() => Some(text),
            _ => None,
        }
    }
}

/// The kinds of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Nothing,
    Text,
    List,
    Map,
}

/// Reads a whole document.
///
/// # Errors
/// The first thing that is no YAML, or that crosses a limit, with its place.
pub(crate) fn parse(source: &str) -> Result<Node, (Place, Message)> {
    let options = options! {
        budget: budget! { max_depth: MAX_DEPTH, max_nodes: MAX_NODES, max_events: 4 * MAX_NODES, max_aliases: 200 },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_ALIASED, max_replay_stack_depth: 8 },
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::PassThrough,
        merge_keys: serde_saphyr::MergeKeyPolicy::Error,
        non_finite_float_policy: options::NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
    };
    let raw: Spanned<Raw> = serde_saphyr::from_str_with_options(source, options).map_err(|e| explain(source, &e))?;
    Ok(settle(raw, source))
}

/// A value as the library hands it over.
enum Raw {
    /// Text that was given as such.
    Text(String),
    /// A scalar that the library would convert: its text is taken from the source.
    Converted,
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

fn settle(raw: Spanned<Raw>, source: &str) -> Node {
    let place = place_of(raw.defined, source);
    let written = source.get(place.clone()).unwrap_or_default();
    let kind = match raw.value {
        Raw::Text(text) => {
            Kind::Text { quoted: !text.chars().next().is_some_and(|first| written.starts_with(first)), text }
        }
        Raw::Converted => Kind::Text { text: written.trim().to_owned(), quoted: false },
        Raw::List(items) => Kind::List(items.into_iter().map(|item| settle(item, source)).collect()),
        Raw::Map(entries) => {
            Kind::Map(entries.into_iter().map(|(key, value)| (settle(key, source), settle(value, source))).collect())
        }
    };
    Node { place, kind }
}

/// The bytes of a location, kept inside the source and on character boundaries.
fn place_of(location: serde_saphyr::Location, source: &str) -> Place {
    let span = location.span();
    let start = match span.byte_offset() {
        Some(offset) => usize::try_from(offset).unwrap_or(usize::MAX),
        None => offset_of(location.line(), location.column(), source),
    };
    let length = span.byte_len().map_or(0, |length| usize::try_from(length).unwrap_or(0));
    let start = source.floor_char_boundary(start.min(source.len()));
    let end = source.floor_char_boundary(start.saturating_add(length).min(source.len())).max(start);
    start..end
}

fn offset_of(line: u64, column: u64, source: &str) -> usize {
    let (line, column) = (usize::try_from(line).unwrap_or(1), usize::try_from(column).unwrap_or(1));
    let mut start = 0;
    for (at, text) in source.split_inclusive('\n').enumerate() {
        if at + 1 == line {
            let inside = text.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
            return start + inside;
        }
        start += text.len();
    }
    source.len()
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping, a list or a text")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }
    fn visit_string<E: de::Error>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }
    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Converted)
    }
    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Converted)
    }
    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Converted)
    }
    fn visit_i128<E: de::Error>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Converted)
    }
    fn visit_u128<E: de::Error>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Converted)
    }
    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Converted)
    }
    fn visit_unit<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Converted)
    }
    fn visit_none<E: de::Error>(self) -> Result<Raw, E> {
        Ok(Raw::Converted)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

/// The library's complaint in the project's words.
fn explain(source: &str, error: &Error) -> (Place, Message) {
    let mut error = error.without_snippet();
    while let Error::AliasError { error: inner, .. } = error {
        error = inner.without_snippet();
    }
    let place = error.location().map_or(0..0, |location| place_of(location, source));
    let line_start = source[..place.start].rfind('\n').map_or(0, |at| at + 1);
    let line = source[line_start..].lines().next().unwrap_or_default();
    let indent: &str = &line[..line.len() - line.trim_start().len()];
    if let Some(at) = indent.find('\t') {
        return (line_start + at..line_start + at + 1, Message::Tab);
    }
    let message = match error {
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => Message::AliasLimit { nodes: MAX_ALIASED },
        Error::Budget { .. } => Message::TreeLimit { depth: MAX_DEPTH, nodes: MAX_NODES },
        Error::MultipleDocuments { .. } => Message::SeveralDocuments,
        Error::MergeKeyNotAllowed { .. } => Message::MergeKey,
        Error::UnknownAnchor { .. } => Message::UnknownAnchor,
        Error::Eof { .. } => Message::EmptyFile,
        other => Message::NotYaml { why: plain(&other.to_string()) },
    };
    (place, message)
}

/// The library's sentence without its own telling of the place.
fn plain(text: &str) -> String {
    let text = text.lines().next().unwrap_or_default();
    let end = [" at line ", " (line ", ", line "].iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    let text = text[..end].trim();
    let start = text.strip_prefix("error: ").unwrap_or(text);
    start.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(node: &Node, source: &str, out: &mut Vec<(String, String)>) {
        match &node.kind {
            Kind::Text { text, .. } => out.push((text.clone(), source[node.place.clone()].to_owned())),
            Kind::List(items) => items.iter().for_each(|item| show(item, source, out)),
            Kind::Map(entries) => entries.iter().for_each(|(key, value)| {
                show(key, source, out);
                show(value, source, out);
            }),
        }
    }

    #[test]
    fn free_text_is_kept_character_by_character() {
        let words = [
            "008",
            "00",
            "0912345678",
            "+84912345678",
            "1e3",
            "no",
            "on",
            "yes",
            "true",
            "0x1F",
            "0o17",
            "1_000",
            ".5",
            ".inf",
            "-.INF",
            ".nan",
            "2022-08-27",
            "12:30:00",
            "null",
            "~",
            "1.0",
            "99999999999999999999999999",
            "-0",
            "0b11",
            "None",
            "=",
        ];
        for word in words {
            for source in
                [format!("a: {word}\n"), format!("[x, {word}]"), format!("{{a: {word} }}"), format!("- {word} # c\n")]
            {
                let node = parse(&source).unwrap_or_else(|e| panic!("{source}: {e:?}"));
                let mut seen = Vec::new();
                show(&node, &source, &mut seen);
                let (text, written) = seen.last().unwrap();
                assert_eq!((text.as_str(), written.trim()), (word, word), "{source}");
            }
            let source = format!("{word}: x\n");
            let mut seen = Vec::new();
            show(&parse(&source).unwrap(), &source, &mut seen);
            assert_eq!(seen[0].0, word, "as a key");
        }
    }

    #[test]
    fn keys_and_values_know_their_place() {
        let source = "# Đầu\nđầu: {Tuyên: Quang, b: [\"x y\", 'it''s']}\nz: >-\n  folded\n  text\n";
        let node = parse(source).unwrap();
        let mut seen = Vec::new();
        show(&node, source, &mut seen);
        let want = [
            ("đầu", "đầu"),
            ("Tuyên", "Tuyên"),
            ("Quang", "Quang"),
            ("b", "b"),
            ("x y", "\"x y\""),
            ("it's", "'it''s'"),
        ];
        for (got, want) in seen.iter().zip(want) {
            assert_eq!((got.0.as_str(), got.1.as_str()), want);
        }
        assert_eq!(seen.last().unwrap().0, "folded text");
    }
}

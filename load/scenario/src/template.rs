//! Checks the templates of profiles: `{{ citizen.number }}`, `{{ form.born | date('dd/MM/yyyy') }}`. What they mean is
//! compiled and rendered where requests are made; here they stay text.
//!
//! Invariant: a [`Template`] has balanced braces, no blocks, and only names that templates know.

use std::fmt;

use schemars::{Schema, SchemaGenerator, json_schema};

use crate::message::Message;
use crate::nearest::nearest;
use crate::read::{Findings, Read, text_of};
use crate::secret::check_references;
use crate::yaml::Node;

/// What a template of a request may speak of.
pub const ROOTS: [&str; 38] = [
    "citizen",
    "phone",
    "form",
    "card",
    "nfc",
    "challenge",
    "application",
    "activation",
    "handle",
    "code",
    "password",
    "passcode",
    "answers",
    "email",
    "portrait",
    "refresh",
    "officer",
    "fingerprints",
    "approve",
    "qr",
    "switch",
    "reset",
    "move",
    "paper",
    "service",
    "request",
    "bill",
    "amount_vnd",
    "to",
    "device",
    "session",
    "proof",
    "now",
    "trace",
    "env",
    "urls",
    "method",
    "path",
];
/// What a header may speak of besides.
const BODY: &str = "body";
/// What a line of `configure` may speak of.
const WORLD: &str = "world";

/// A text with `{{ expressions }}`, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
}

impl Template {
    /// The text as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Reads a template that may speak of `roots` alone.
    pub(crate) fn read_of(node: &Node, roots: &[&'static str], findings: &mut Findings) -> Option<Self> {
        read_with(node, roots, findings)
    }
    /// Whether it is plain text without expressions.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.text.contains("{{")
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Read for Template {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        read_with(node, &[&ROOTS[..], &[BODY]].concat(), findings)
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// A line of `configure`, which may speak of the world's addresses: `{{ world.sms }}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldLine(pub Template);

impl Read for WorldLine {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        read_with(node, &[WORLD, "env"], findings).map(Self)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        Template::schema(generator)
    }
}

fn read_with(node: &Node, roots: &[&'static str], findings: &mut Findings) -> Option<Template> {
    let text = text_of(node, "a template", findings)?;
    let sound = check_references(text, &node.place, findings);
    match check(text, roots) {
        Ok(()) => sound.then(|| Template { text: text.to_owned() }),
        Err(message) => {
            findings.add(&node.place, message);
            None
        }
    }
}

/// Checks braces and names.
fn check(text: &str, roots: &[&'static str]) -> Result<(), Message> {
    let given = || text.to_owned();
    if text.contains("{%") || text.contains("{#") {
        return Err(Message::TemplateBlock { given: given() });
    }
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        if rest[..open].contains("}}") {
            return Err(Message::TemplateClose { given: given() });
        }
        let inside = &rest[open + 2..];
        let end = closing(inside).ok_or_else(|| Message::TemplateOpen { given: given() })?;
        let expression = &inside[..end];
        if expression.contains("{{") {
            return Err(Message::TemplateOpen { given: given() });
        }
        if expression.trim().is_empty() {
            return Err(Message::TemplateEmpty);
        }
        if let Some(root) = unknown_root(expression, roots) {
            let nearest = nearest(root, roots.iter().copied());
            return Err(Message::UnknownRoot { root: root.to_owned(), nearest, known: roots.to_vec() });
        }
        rest = &inside[end + 2..];
    }
    if rest.contains("}}") { Err(Message::TemplateClose { given: given() }) } else { Ok(()) }
}

/// Where the expression ends: the first `}}` outside of quotes.
fn closing(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in inside.char_indices() {
        match quote {
            Some(mark) if c == mark => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if inside[at..].starts_with("}}") => return Some(at),
            None => {}
        }
    }
    None
}

/// The first name of an expression that is no known root. Members (after a dot), filters (after a bar), functions and
/// named arguments are not looked at, nor are the words of the expression language.
fn unknown_root<'e>(expression: &'e str, roots: &[&'static str]) -> Option<&'e str> {
    const WORDS: [&str; 12] =
        ["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "defined", "undefined"];
    let mut before = ' ';
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        if c == '\'' || c == '"' {
            let tail = &rest[1..];
            rest = tail.find(c).map_or("", |end| &tail[end + 1..]);
            before = c;
        } else if c.is_alphabetic() || c == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (word, tail) = rest.split_at(end);
            let next = tail.trim_start();
            let called = next.starts_with('(') || (next.starts_with('=') && !next.starts_with("=="));
            if !matches!(before, '.' | '|') && !called && !WORDS.contains(&word) && !roots.contains(&word) {
                return Some(word);
            }
            rest = tail;
            before = 'a';
        } else {
            if c.is_ascii_digit() {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                rest = &rest[end..];
            } else {
                rest = &rest[c.len_utf8()..];
            }
            before = if c.is_whitespace() { before } else { c };
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sound_templates_pass() {
        for text in [
            "",
            "plain",
            "{{ citizen.number }}",
            "/v1/registrations/{{ challenge }}/code",
            "{{ form.born | date('dd/MM/yyyy') }}",
            "{{ hmac_sha256(env.APP_KEY, method ~ path ~ now.unix_ms ~ sha256(path)) | hex }}",
            "{{ card.qr if card else none }}",
            "a } b { c",
            "{{ '}}' ~ code }}",
            "{{ now.format(zone='utc') }}",
        ] {
            assert_eq!(check(text, &ROOTS), Ok(()), "{text}");
        }
    }

    #[test]
    fn unsound_templates_are_refused() {
        for text in
            ["{{ code", "code }}", "{{ {{ code }} }}", "{{ }}", "{% if code %}", "{{ citzen.number }}", "{{ a.code }}"]
        {
            assert!(check(text, &ROOTS).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in r#"[{}%|. '"a-z(=)é]{0,40}"#) {
            let _ = check(&text, &ROOTS);
        }
    }
}

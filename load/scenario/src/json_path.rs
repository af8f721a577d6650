//! Places in a JSON answer: `$.data.token`, `$.questions[*].id`, `$['x-y'][0]`. A small part of RFC 9535: names,
//! indices and `[*]`.

use std::fmt;

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::message::Message;
use crate::read::{Findings, Read, text_of};
use crate::yaml::Node;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The member of that name.
    Member(Box<str>),
    /// The element at that index, from 0.
    Index(usize),
    /// Every element.
    Every,
}

/// A place in a JSON answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct JsonPath {
    text: Box<str>,
    steps: Vec<Step>,
}

impl JsonPath {
    /// Reads a path.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, tail) = step(rest)?;
            steps.push(step);
            rest = tail;
        }
        (steps.len() <= 32).then(|| Self { text: text.into(), steps })
    }
    /// The steps from the root.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
    /// The text as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Every value at this place.
    #[must_use]
    pub fn all<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        let mut here = vec![value];
        for step in &self.steps {
            here = here
                .into_iter()
                .flat_map(|value| match step {
                    Step::Member(name) => value.get(&**name).into_iter().collect::<Vec<_>>(),
                    Step::Index(at) => value.get(at).into_iter().collect(),
                    Step::Every => value.as_array().map(|all| all.iter().collect()).unwrap_or_default(),
                })
                .collect();
        }
        here
    }
    /// The first value at this place.
    #[must_use]
    pub fn first<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.all(value).into_iter().next()
    }
}

fn step(rest: &str) -> Option<(Step, &str)> {
    if let Some(tail) = rest.strip_prefix('.') {
        let end = tail.find(['.', '[']).unwrap_or(tail.len());
        let (name, tail) = tail.split_at(end);
        let shaped = !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        return shaped.then(|| (Step::Member(name.into()), tail));
    }
    let inside = rest.strip_prefix('[')?;
    if let Some(quoted) = inside.strip_prefix('\'') {
        let end = quoted.find("']")?;
        return Some((Step::Member(quoted[..end].into()), &quoted[end + 2..]));
    }
    let (word, tail) = inside.split_once(']')?;
    if word == "*" {
        return Some((Step::Every, tail));
    }
    let index = word.bytes().all(|b| b.is_ascii_digit()).then(|| word.parse().ok()).flatten()?;
    Some((Step::Index(index), tail))
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Read for JsonPath {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a place in JSON", findings)?;
        let path = Self::parse(text);
        if path.is_none() {
            let wanted = "`$` and then `.name`, `[0]`, `[*]` or `['name']` are wanted, as in $.data.token";
            findings.add(&node.place, Message::NotA { what: "a place in JSON", given: text.to_owned(), wanted });
        }
        path
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^\$", "examples": ["$.data.token"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn places_are_found() {
        let answer = serde_json::json!({ "data": { "ma-yeu": "x", "all": [{ "id": 1 }, { "id": 2 }] } });
        let first = |text: &str| JsonPath::parse(text).unwrap().first(&answer).cloned();
        assert_eq!(first("$.data.ma-yeu"), Some("x".into()));
        assert_eq!(first("$['data'].all[1].id"), Some(2.into()));
        assert_eq!(first("$.data.none"), None);
        assert_eq!(JsonPath::parse("$.data.all[*].id").unwrap().all(&answer).len(), 2);
        for text in ["data", "$data", "$.", "$..a", "$.a[", "$.a[x]", "$.a[-1]", "$.a b", "$['a"] {
            assert_eq!(JsonPath::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r"[$.\[\]'*a-z0-9é]{0,30}") {
            let _ = JsonPath::parse(&text);
        }
    }
}

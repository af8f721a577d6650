//! Reads single values out of a JSON text without building a tree.
//!
//! Invariant: any bytes are bearable: what is no JSON has no members, and nothing here recurses. Whether a text is
//! JSON down to its last byte is not checked; an answer that is broken in the middle yields what stands before the
//! break.

use std::borrow::Cow;

use songsinh_scenario::Step;

/// How deep places are told.
const DEPTH_MAX: usize = 32;

/// One JSON value: the text from its first byte on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Json<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Json<'a> {
    /// The value that a text holds, if it starts like one.
    pub(crate) fn root(text: &'a [u8]) -> Option<Self> {
        let start = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let at = skip_blank(text, start);
        matches!(text.get(at)?, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
            .then_some(Self { text, at })
    }

    fn first(self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// The member of that name, of an object; of several the first.
    pub(crate) fn member(self, name: &str) -> Option<Self> {
        self.entries().find(|(key, _)| key_is(key, name)).map(|(_, value)| value)
    }

    /// The element of that index, of an array.
    pub(crate) fn item(self, index: usize) -> Option<Self> {
        self.items().nth(index)
    }

    /// The elements of an array; nothing of anything else.
    pub(crate) fn items(self) -> Items<'a> {
        let open = self.first() == b'[';
        Items { text: self.text, at: if open { Some(self.at + 1) } else { None } }
    }

    /// The members of an object with their raw keys (between the quotes); nothing of anything else.
    pub(crate) fn entries(self) -> Entries<'a> {
        let open = self.first() == b'{';
        Entries { text: self.text, at: if open { Some(self.at + 1) } else { None } }
    }

    /// The text of a string, or the spelling of a number, `true`, `false`; none for `null`, objects and arrays.
    pub(crate) fn scalar(self) -> Option<Cow<'a, str>> {
        match self.first() {
            b'"' => {
                let end = string_end(self.text, self.at)?;
                let raw = self.text.get(self.at..end)?;
                let inner = raw.get(1..raw.len().checked_sub(1)?)?;
                if inner.contains(&b'\\') {
                    return serde_json::from_slice::<String>(raw).ok().map(Cow::Owned);
                }
                std::str::from_utf8(inner).ok().map(Cow::Borrowed)
            }
            b'{' | b'[' | b'n' | 0 => None,
            _ => {
                let end = value_end(self.text, self.at)?;
                std::str::from_utf8(self.text.get(self.at..end)?).ok().map(Cow::Borrowed)
            }
        }
    }

    /// The byte range of the value.
    fn range(self) -> Option<std::ops::Range<usize>> {
        value_end(self.text, self.at).map(|end| self.at..end)
    }

    /// The path to the string or number in which the byte at `offset` stands, array indices as `[*]`; none if it
    /// stands in a key, between values, or deeper than the limit.
    pub(crate) fn place_of(self, offset: usize) -> Option<String> {
        let mut here = self;
        let mut path = String::from("$");
        for _ in 0..DEPTH_MAX {
            let inside = |value: &Self| value.range().is_some_and(|range| range.contains(&offset));
            match here.first() {
                b'{' => {
                    let (key, value) = here.entries().find(|(_, value)| inside(value))?;
                    path.push('.');
                    path.push_str(&String::from_utf8_lossy(key));
                    here = value;
                }
                b'[' => {
                    here = here.items().find(inside)?;
                    path.push_str("[*]");
                }
                _ => return inside(&here).then_some(path),
            }
        }
        None
    }
}

fn key_is(raw: &[u8], name: &str) -> bool {
    if !raw.contains(&b'\\') {
        return raw == name.as_bytes();
    }
    let mut quoted = Vec::with_capacity(raw.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(raw);
    quoted.push(b'"');
    serde_json::from_slice::<String>(&quoted).is_ok_and(|key| key == name)
}

/// The elements of an array.
pub(crate) struct Items<'a> {
    text: &'a [u8],
    at: Option<usize>,
}

impl<'a> Iterator for Items<'a> {
    type Item = Json<'a>;
    fn next(&mut self) -> Option<Json<'a>> {
        let at = skip_blank(self.text, self.at.take()?);
        if self.text.get(at)? == &b']' {
            return None;
        }
        let end = value_end(self.text, at)?;
        self.at = behind_comma(self.text, end);
        Some(Json { text: self.text, at })
    }
}

/// The members of an object.
pub(crate) struct Entries<'a> {
    text: &'a [u8],
    at: Option<usize>,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a [u8], Json<'a>);
    fn next(&mut self) -> Option<(&'a [u8], Json<'a>)> {
        let open = skip_blank(self.text, self.at.take()?);
        if self.text.get(open)? != &b'"' {
            return None;
        }
        let close = string_end(self.text, open)?;
        let key = self.text.get(open + 1..close - 1)?;
        let colon = skip_blank(self.text, close);
        if self.text.get(colon)? != &b':' {
            return None;
        }
        let at = skip_blank(self.text, colon + 1);
        let end = value_end(self.text, at)?;
        self.at = behind_comma(self.text, end);
        Some((key, Json { text: self.text, at }))
    }
}

fn behind_comma(text: &[u8], end: usize) -> Option<usize> {
    let at = skip_blank(text, end);
    (text.get(at)? == &b',').then_some(at + 1)
}

fn skip_blank(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// One past the closing quote of the string that opens at `open`.
fn string_end(text: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// One past the last byte of the value that starts at `at`.
fn value_end(text: &[u8], at: usize) -> Option<usize> {
    match text.get(at)? {
        b'"' => string_end(text, at),
        b'{' | b'[' => {
            let (mut here, mut depth) = (at, 0_usize);
            loop {
                match text.get(here)? {
                    b'"' => {
                        here = string_end(text, here)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(here + 1);
                        }
                    }
                    _ => {}
                }
                here += 1;
            }
        }
        b'-' | b'+' | b'0'..=b'9' | b'a'..=b'z' => {
            let rest = text.get(at..)?;
            let more = rest.iter().position(|b| !matches!(b, b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E'));
            Some(at + more.unwrap_or(rest.len()))
        }
        _ => None,
    }
}

/// A place in a JSON text, made ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonPath(Box<[Step]>);

impl From<&songsinh_scenario::JsonPath> for JsonPath {
    fn from(path: &songsinh_scenario::JsonPath) -> Self {
        Self(path.steps().into())
    }
}

impl JsonPath {
    /// The first scalar at this place.
    pub(crate) fn scalar<'a>(&self, text: &'a [u8]) -> Option<Cow<'a, str>> {
        first(Json::root(text)?, &self.0, &|value: Json<'a>| value.scalar())
    }

    /// The scalars at this place, and those of an array there, at most `limit`.
    pub(crate) fn scalars(&self, text: &[u8], limit: usize) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(root) = Json::root(text) {
            collect(root, &self.0, limit, &mut found);
            found.truncate(limit);
        }
        found
    }
}

impl JsonPath {
    /// What `read` makes of each value at this place, at most `limit` of them; none if one of them is not what it
    /// should be.
    pub(crate) fn each<'a, T>(
        &self,
        text: &'a [u8],
        limit: usize,
        read: &impl Fn(Json<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut found = Vec::new();
        visit(Json::root(text)?, &self.0, &mut |value| {
            if found.len() < limit {
                found.push(read(value));
            }
        });
        found.into_iter().collect()
    }

    /// The first scalar at this place, told from a value on.
    pub(crate) fn scalar_in<'a>(&self, here: Json<'a>) -> Option<Cow<'a, str>> {
        first(here, &self.0, &|value: Json<'a>| value.scalar())
    }
}

/// Shows `found` every value at a place. The depth of the walk is that of the path.
fn visit<'a>(here: Json<'a>, steps: &[Step], found: &mut impl FnMut(Json<'a>)) {
    let Some((step, rest)) = steps.split_first() else { return found(here) };
    match step {
        Step::Member(name) => here.member(name).into_iter().for_each(|value| visit(value, rest, found)),
        Step::Index(index) => here.item(*index).into_iter().for_each(|value| visit(value, rest, found)),
        Step::Every => here.items().for_each(|value| visit(value, rest, found)),
    }
}

/// What `take` makes of the first value that it accepts. The depth of the walk is that of the path.
fn first<'a, T>(here: Json<'a>, steps: &[Step], take: &impl Fn(Json<'a>) -> Option<T>) -> Option<T> {
    let Some((step, rest)) = steps.split_first() else { return take(here) };
    match step {
        Step::Member(name) => first(here.member(name)?, rest, take),
        Step::Index(index) => first(here.item(*index)?, rest, take),
        Step::Every => here.items().find_map(|item| first(item, rest, take)),
    }
}

fn collect(here: Json<'_>, steps: &[Step], limit: usize, found: &mut Vec<String>) {
    let Some((step, rest)) = steps.split_first() else {
        match here.scalar() {
            Some(one) => found.push(one.into_owned()),
            None => found.extend(here.items().take(limit).filter_map(|item| item.scalar().map(Cow::into_owned))),
        }
        return;
    };
    let mut into = |value: Option<Json<'_>>| value.into_iter().for_each(|value| collect(value, rest, limit, found));
    match step {
        Step::Member(name) => into(here.member(name)),
        Step::Index(index) => into(here.item(*index)),
        Step::Every => here.items().take(limit).for_each(|item| into(Some(item))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn path(text: &str) -> JsonPath {
        JsonPath::from(&songsinh_scenario::JsonPath::parse(text).unwrap())
    }

    fn scalar_of(path_text: &str, text: &str) -> Option<String> {
        path(path_text).scalar(text.as_bytes()).map(Cow::into_owned)
    }

    #[test]
    fn paths_find_scalars() {
        let text = r#" {"a": {"b": [10, {"c d": "x\u0041"}, true]}, "n": null, "e\"k": 1.50} "#;
        assert_eq!(scalar_of("$.a.b[0]", text).as_deref(), Some("10"));
        assert_eq!(scalar_of("$.a.b[1]['c d']", text).as_deref(), Some("xA"));
        assert_eq!(scalar_of("$.a.b[2]", text).as_deref(), Some("true"));
        assert_eq!(scalar_of("$.a.b[*]['c d']", text).as_deref(), Some("xA"));
        assert_eq!(path("$.a.b").scalars(text.as_bytes(), 9), ["10", "true"]);
        assert_eq!(path("$.a.b[*]").scalars(text.as_bytes(), 1), ["10"]);
        assert_eq!(scalar_of("$.n", text), None);
        assert_eq!(scalar_of("$.a", text), None);
        assert_eq!(scalar_of("$['e\"k']", text).as_deref(), Some("1.50"));
        assert_eq!(scalar_of("$", "\"whole\"").as_deref(), Some("whole"));
    }

    #[test]
    fn places_generalise_indices_and_leave_keys_out() {
        let text = br#"{"list": [{"123456": "x"}, {"code": "123456"}]}"#;
        let root = Json::root(text).unwrap();
        let key = text.windows(6).position(|w| w == b"123456").unwrap();
        let value = text.len() - 10;
        assert_eq!(root.place_of(key), None);
        assert_eq!(root.place_of(value).as_deref(), Some("$.list[*].code"));
    }

    fn tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z\"é]{0,4}", inner, 0..5)
                    .prop_map(|m| Value::Object(m.into_iter().collect())),
            ]
        })
    }

    /// Every leaf of a tree with the steps to it.
    fn leaves(value: &Value, steps: &mut Vec<Step>, out: &mut Vec<(Vec<Step>, Value)>) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    steps.push(Step::Index(index));
                    leaves(item, steps, out);
                    steps.pop();
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    steps.push(Step::Member(key.as_str().into()));
                    leaves(member, steps, out);
                    steps.pop();
                }
            }
            leaf => out.push((steps.clone(), leaf.clone())),
        }
    }

    proptest! {
        #[test]
        fn every_leaf_is_found_where_serde_put_it(tree in tree(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_vec_pretty(&tree) } else { serde_json::to_vec(&tree) }.unwrap();
            let mut found = Vec::new();
            leaves(&tree, &mut Vec::new(), &mut found);
            for (steps, leaf) in found {
                let path = JsonPath(steps.into());
                let got = path.scalar(&text).map(Cow::into_owned);
                let want = match leaf {
                    Value::Null => None,
                    Value::String(text) => Some(text),
                    other => Some(other.to_string()),
                };
                prop_assert_eq!(got, want);
            }
        }

        #[test]
        fn any_bytes_are_bearable(bytes in prop::collection::vec(any::<u8>(), 0..200), offset in 0_usize..220) {
            if let Some(root) = Json::root(&bytes) {
                let _ = root.place_of(offset);
                let _ = root.scalar();
            }
            let _ = path("$.a[*].b").scalars(&bytes, 9);
        }

        #[test]
        fn json_like_bytes_are_bearable(bytes in "[\\[\\]{}\",:a1\\\\ n-]{0,60}", offset in 0_usize..70) {
            if let Some(root) = Json::root(bytes.as_bytes()) {
                let _ = root.place_of(offset);
            }
            for text in ["$.a", "$[0][0]", "$.a.a[1]", "$[*][*].a"] {
                let _ = path(text).scalar(bytes.as_bytes());
                let _ = path(text).scalars(bytes.as_bytes(), 3);
            }
        }

        #[test]
        fn object_texts_read_like_serde(members in prop::collection::btree_map("[a-c]{1,2}", any::<String>(), 0..5)) {
            let text = json!(members).to_string();
            for (key, value) in &members {
                let got = scalar_of(&format!("$.{key}"), &text);
                prop_assert_eq!(got.as_ref(), Some(value));
            }
        }
    }
}

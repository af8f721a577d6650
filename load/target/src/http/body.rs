//! Request bodies: a JSON tree serialised ahead with holes in it, or form fields.
//!
//! Invariant: a JSON body is well-formed whatever the values are. A member whose whole template is a value that the
//! call does not have is left out.

use songsinh_scenario::JsonTemplate;

use super::template::{Escape, Scope, Template, escape_json};
use super::vars::{Frame, Var};
use crate::TargetError;

/// A tree of templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tree {
    /// A text, possibly with holes.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Members in the order of the file.
    Map(Vec<(String, Self)>),
}

impl From<&JsonTemplate> for Tree {
    fn from(template: &JsonTemplate) -> Self {
        match template {
            JsonTemplate::Text(text) => Self::Text(text.text().to_owned()),
            JsonTemplate::List(items) => Self::List(items.iter().map(Into::into).collect()),
            JsonTemplate::Object(members) => {
                Self::Map(members.iter().map(|(name, member)| (name.clone(), member.into())).collect())
            }
        }
    }
}

/// What a request carries.
#[derive(Debug)]
pub(crate) enum Body {
    /// Nothing.
    None,
    /// `application/json`.
    Json(Vec<Part>),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(Box<[u8]>, Template)>),
}

/// A part of a JSON body.
#[derive(Debug)]
pub(crate) enum Part {
    /// Bytes as they are.
    Raw(Vec<u8>),
    /// A value, with `"name":` in front of it in an object. The comma before it is set as needed.
    Value {
        /// `"name":`, or nothing in a list.
        key: Box<[u8]>,
        /// The value.
        template: Template,
    },
    /// Opens an object or a list, with its name in front; the comma before it is set as needed.
    Open(Box<[u8]>),
}

impl Body {
    /// A JSON body.
    ///
    /// # Errors
    /// A template in it that does not compile.
    pub(crate) fn json(tree: &Tree, scope: &Scope<'_>) -> Result<Self, TargetError> {
        let mut parts = Vec::new();
        json_parts(tree, &[], scope, &mut parts)?;
        Ok(Self::Json(parts))
    }

    /// A form body.
    ///
    /// # Errors
    /// A template in it that does not compile.
    pub(crate) fn form(fields: &[(String, String)], scope: &Scope<'_>) -> Result<Self, TargetError> {
        let field = |(name, text): &(String, String)| {
            let place = format!("{}.{name}", scope.place);
            let mut key = Vec::new();
            Escape::Percent.write(name, &mut key);
            key.push(b'=');
            Template::compile(text, &scope.at(&place)).map(|template| (key.into_boxed_slice(), template))
        };
        fields.iter().map(field).collect::<Result<_, _>>().map(Self::Form)
    }

    /// The content type; none if there is no body.
    pub(crate) fn content_type(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Json(_) => Some("application/json"),
            Self::Form(_) => Some("application/x-www-form-urlencoded"),
        }
    }

    /// Whether a template in it uses a variable.
    pub(crate) fn uses(&self, var: Var) -> bool {
        match self {
            Self::None => false,
            Self::Json(parts) => {
                parts.iter().any(|part| matches!(part, Part::Value { template, .. } if template.uses(var)))
            }
            Self::Form(fields) => fields.iter().any(|(_, template)| template.uses(var)),
        }
    }

    /// Writes the body.
    pub(crate) fn write(&self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        match self {
            Self::None => {}
            Self::Json(parts) => parts.iter().for_each(|part| part.write(frame, out)),
            Self::Form(fields) => {
                let mut some = false;
                for (key, template) in fields.iter().filter(|(_, template)| !template.is_absent(frame)) {
                    if some {
                        out.push(b'&');
                    }
                    some = true;
                    out.extend_from_slice(key);
                    template.write(frame, Escape::Percent, out);
                }
            }
        }
    }
}

impl Part {
    fn write(&self, frame: &Frame<'_>, out: &mut Vec<u8>) {
        match self {
            Self::Raw(bytes) => out.extend_from_slice(bytes),
            Self::Open(bytes) => {
                comma(out);
                out.extend_from_slice(bytes);
            }
            Self::Value { key, template } => {
                let start = out.len();
                comma(out);
                out.extend_from_slice(key);
                if !template.write_json(frame, out) {
                    out.truncate(start);
                }
            }
        }
    }
}

/// A value ends with a quote, a bracket, a digit or a letter: behind one of those the next needs a comma.
fn comma(out: &mut Vec<u8>) {
    if !matches!(out.last(), None | Some(b'{' | b'[')) {
        out.push(b',');
    }
}

fn json_parts(tree: &Tree, key: &[u8], scope: &Scope<'_>, parts: &mut Vec<Part>) -> Result<(), TargetError> {
    let opened = |bracket: u8| Part::Open([key, &[bracket]].concat().into());
    match tree {
        Tree::Text(text) => {
            parts.push(Part::Value { key: key.into(), template: Template::compile(text, scope)? });
        }
        Tree::List(items) => {
            parts.push(opened(b'['));
            for (index, item) in items.iter().enumerate() {
                let place = format!("{}[{index}]", scope.place);
                json_parts(item, &[], &scope.at(&place), parts)?;
            }
            parts.push(Part::Raw(b"]".to_vec()));
        }
        Tree::Map(members) => {
            parts.push(opened(b'{'));
            for (name, member) in members {
                let place = format!("{}.{name}", scope.place);
                let mut key = vec![b'"'];
                escape_json(name, &mut key);
                key.extend_from_slice(b"\":");
                json_parts(member, &key, &scope.at(&place), parts)?;
            }
            parts.push(Part::Raw(b"}".to_vec()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::fixture::{call, frame, register};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use songsinh_contract::{Call, Operation, OperationName, Secret, Token};
    use songsinh_scenario::Secrets;
    use std::collections::BTreeMap;
    use std::path::Path;

    fn scope_of(operation: OperationName, test: impl FnOnce(&Scope<'_>)) {
        let (secrets, urls) = (Secrets::beside(Path::new("")), BTreeMap::new());
        test(&Scope { place: "json", operation: Some(operation), secrets: &secrets, urls: &urls });
    }

    fn map(members: &[(&str, &str)]) -> Tree {
        Tree::Map(members.iter().map(|&(k, v)| (k.to_owned(), Tree::Text(v.to_owned()))).collect())
    }

    fn json_of(tree: &Tree, call: &Call) -> Value {
        let mut out = Vec::new();
        scope_of(call.operation.name(), |scope| {
            Body::json(tree, scope).unwrap().write(&frame(call), &mut out);
        });
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn absent_members_are_left_out_and_kinds_are_kept() {
        let submit = |email: Option<&str>| {
            call(Operation::Level1Submit { application: Token::new("app-1"), email: email.map(Into::into) })
        };
        let tree = map(&[("e", "{{ email }}"), ("a", "{{ application }}"), ("c", "x{{ email }}")]);
        assert_eq!(json_of(&tree, &submit(None)), json!({"a": "app-1", "c": "x"}));
        assert_eq!(json_of(&tree, &submit(Some("a@b"))), json!({"e": "a@b", "a": "app-1", "c": "xa@b"}));
        let constants =
            map(&[("n", "{{ 5 }}"), ("t", "008"), ("y", "{{ true }}"), ("i", "{{ '042' | int }}"), ("z", "no")]);
        assert_eq!(json_of(&constants, &submit(None)), json!({"n": 5, "t": "008", "y": true, "i": 42, "z": "no"}));
        let nested = Tree::Map(vec![
            ("list".into(), Tree::List(vec![Tree::Text("{{ email }}".into()), map(&[]), map(&[("e", "{{ email }}")])])),
            ("last".into(), Tree::Text("x".into())),
        ]);
        assert_eq!(json_of(&nested, &submit(None)), json!({"list": [{}, {}], "last": "x"}));
    }

    #[test]
    fn security_answers_become_a_list() {
        let answers = vec![(3, Secret::new("mèo \"Mun\"")), (7, Secret::new("phở"))];
        let call = call(Operation::ActivationSetQuestions { challenge: Token::new("c"), answers });
        assert_eq!(
            json_of(&map(&[("a", "{{ answers }}")]), &call),
            json!({"a": [{"question": 3, "answer": "mèo \"Mun\""}, {"question": 7, "answer": "phở"}]})
        );
        assert_eq!(
            json_of(&map(&[("a", "{{ answers | members('cau', 'loi') }}")]), &call)["a"][1],
            json!({"cau": 7, "loi": "phở"})
        );
    }

    proptest! {
        #[test]
        fn json_bodies_read_back_whatever_the_values(name in any::<String>(), key in any::<String>(), fixed in "[^{]*") {
            let tree = Tree::Map(vec![
                (key.clone(), Tree::Text("{{ form.name }}".into())),
                (format!("{key}2"), Tree::List(vec![Tree::Text("<{{ form.name }}>".into()), Tree::Text(fixed.clone())])),
            ]);
            let got = json_of(&tree, &call(register(&name)));
            prop_assert_eq!(&got[&key], &json!(name));
            prop_assert_eq!(&got[format!("{key}2")], &json!([format!("<{name}>"), fixed]));
        }

        #[test]
        fn form_fields_stay_apart(name in any::<String>()) {
            let mut out = Vec::new();
            let call = call(register(&name));
            scope_of(OperationName::AccountRegister, |scope| {
                let fields = [("ho ten", "{{ form.name }}"), ("q", "{{ card.qr }}"), ("x", "a&b {{ phone.number }}")];
                let fields = fields.map(|(k, v)| (k.to_owned(), v.to_owned()));
                Body::form(&fields, scope).unwrap().write(&frame(&call), &mut out);
            });
            let text = String::from_utf8(out).unwrap();
            let fields: Vec<&str> = text.split('&').collect();
            prop_assert_eq!(fields.len(), 2);
            prop_assert!(fields[0].starts_with("ho%20ten=") && fields[1] == "x=a%26b%200912345678");
        }
    }
}

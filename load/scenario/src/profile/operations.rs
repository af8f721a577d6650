//! How each operation is asked, and what is taken from its answer.
//!
//! Invariant: an [`OperationSpec`] is either a request (one method, at most one body) or missing with a reason.

use std::collections::BTreeMap;

use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::{Activation, Application, Level, OperationName};

use super::answers::{Answer, Statuses};
use super::root::Headers;
use super::take::Take;
use crate::json_path::JsonPath;
use crate::message::Message;
use crate::read::{Fields, Findings, Read, entries_of, record, text_of, word_of};
use crate::template::Template;
use crate::units::Text;
use crate::words::words;
use crate::yaml::{Kind, Node};

words! {
    /// HTTP methods that are used.
    pub enum Method ("method") {
        /// GET.
        Get "get",
        /// POST.
        Post "post",
        /// PUT.
        Put "put",
    }
}

/// A JSON body with templates in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonTemplate {
    /// A text. One expression alone gives its value as it is: a number, a truth value, a list; and a value that the call
    /// does not have leaves its member out.
    Text(Template),
    /// A list.
    List(Vec<Self>),
    /// An object, in the order of the file.
    Object(Vec<(String, Self)>),
}

/// How a text in a JSON body is read.
type Leaf<'l> = &'l dyn Fn(&Node, &mut Findings) -> Option<Template>;

impl JsonTemplate {
    /// Reads a body whose texts are read by `leaf`.
    pub(crate) fn read_of(node: &Node, findings: &mut Findings, leaf: Leaf<'_>) -> Option<Self> {
        match &node.kind {
            Kind::Text { .. } => leaf(node, findings).map(Self::Text),
            Kind::List(nodes) => {
                let list: Vec<Self> = nodes.iter().filter_map(|one| Self::read_of(one, findings, leaf)).collect();
                (list.len() == nodes.len()).then_some(Self::List(list))
            }
            Kind::Map(_) => {
                let entries = entries_of(node, "`json`", findings)?;
                let count = entries.len();
                let mut fields = Vec::with_capacity(count);
                for (key, _, value) in entries {
                    fields.extend(Self::read_of(value, findings, leaf).map(|value| (key.to_owned(), value)));
                }
                (fields.len() == count).then_some(Self::Object(fields))
            }
        }
    }
}

impl Read for JsonTemplate {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        Self::read_of(node, findings, &Template::read)
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["object", "array", "string", "number", "boolean"] })
    }
}

/// The fields of a form, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form(pub Vec<(String, Template)>);

impl Read for Form {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let entries = entries_of(node, "`form`", findings)?;
        let count = entries.len();
        let mut fields = Vec::with_capacity(count);
        for (key, _, value) in entries {
            fields.extend(Template::read(value, findings).map(|value| (key.to_owned(), value)));
        }
        (fields.len() == count).then_some(Self(fields))
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let value = Template::schema(generator);
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}

/// Where a value of the answer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In the JSON body.
    Json(JsonPath),
    /// In the header of that name, lower case.
    Header(String),
    /// In the cookie of that name.
    Cookie(String),
}

impl Read for Source {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a place in the answer", findings)?;
        if text.starts_with('$') {
            return JsonPath::read(node, findings).map(Self::Json);
        }
        let named = |prefix: &str| text.strip_prefix(prefix).filter(|name| is_token(name));
        if let Some(name) = named("header:") {
            return Some(Self::Header(name.to_ascii_lowercase()));
        }
        if let Some(name) = named("cookie:") {
            return Some(Self::Cookie(name.to_owned()));
        }
        let wanted = "give $.place.in.json, header:NAME or cookie:NAME";
        findings.add(&node.place, Message::NotA { what: "a place in the answer", given: text.to_owned(), wanted });
        None
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^(\$|header:|cookie:)", "examples": ["$.token", "cookie:SID"] })
    }
}

/// Whether a text is a token of RFC 9110, as header and cookie names are.
pub(crate) fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

record! {
    /// Where personal data stand in a done answer.
    pub struct ShowMap ("show") {
        /// The citizen number.
        "number" number: Option<JsonPath>, optional;
        /// The full name.
        "name" name: Option<JsonPath>, optional;
        /// The date of birth, or its year.
        "born" born: Option<JsonPath>, optional;
        /// How the date is written: `yyyy-MM-dd` or `dd/MM/yyyy`.
        "born_format" born_format: DateForm, default "yyyy-MM-dd";
        /// The sex.
        "sex" sex: Option<JsonPath>, optional;
        /// The digest of the register's picture: the first 16 hex digits of the SHA-256 of its text. Leave it out if the
        /// target shows another digest.
        "portrait_hash" portrait_hash: Option<JsonPath>, optional;
        /// The word for men.
        "male" male: Text, default "male";
        /// The word for women.
        "female" female: Text, default "female";
    }
}

words! {
    /// How dates are written.
    pub enum DateForm ("way to write a date") {
        /// 2003-07-02.
        Iso "yyyy-MM-dd",
        /// 02/07/2003.
        Vietnamese "dd/MM/yyyy",
        /// 02072003, as on cards.
        Card "ddMMyyyy",
    }
}

/// The target's words and what they mean.
pub type WordMap<T> = BTreeMap<String, T>;

impl<T: Read> Read for WordMap<T> {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let entries = entries_of(node, "a map of words", findings)?;
        let count = entries.len();
        let mut out = Self::new();
        for (word, _, value) in entries {
            out.extend(T::read(value, findings).map(|value| (word.to_owned(), value)));
        }
        (out.len() == count).then_some(out)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let value = T::schema(generator);
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}

record! {
    /// Where the state of the account stands in a done answer. Words that are not in a map stand for themselves.
    pub struct AccountMap ("account") {
        /// The level.
        "level" level: JsonPath, required;
        /// Its words: none, app, one, two.
        "levels" levels: WordMap<Level>, default "{}";
        /// The application.
        "application" application: JsonPath, required;
        /// Its words: none, pending, approved, rejected.
        "applications" applications: WordMap<Application>, default "{}";
        /// Activation.
        "activation" activation: JsonPath, required;
        /// Its words: none, notified, activated.
        "activations" activations: WordMap<Activation>, default "{}";
    }
}

record! {
    /// How an operation is asked, or why it is not there.
    pub struct OperationSpec ("an operation", check one_request) {
        /// Path under `urls.app`, or an address that begins with `{{ urls.NAME }}`.
        "get" get: Option<Template>, optional;
        /// The same, with POST.
        "post" post: Option<Template>, optional;
        /// The same, with PUT.
        "put" put: Option<Template>, optional;
        /// A JSON body.
        "json" json: Option<JsonTemplate>, optional;
        /// A form body.
        "form" form: Option<Form>, optional;
        /// Headers besides those of every request.
        "headers" headers: Headers, default "{}";
        /// What is taken from a done answer.
        "take" take: Take, default "{}";
        /// Where personal data stand in it.
        "show" show: Option<ShowMap>, optional;
        /// Where the state of the account stands in it.
        "account" account: Option<AccountMap>, optional;
        /// Its own answers, looked at before the general ones.
        "answers" answers: Vec<Answer>, default "[]";
        /// The statuses that mean `done`, if no line of answers says otherwise.
        "done_status" done_status: Option<Statuses>, optional;
        /// Not there, for this reason.
        "missing" missing: Option<Text>, optional;
    }
}

/// The body of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyTemplate<'s> {
    /// None.
    Empty,
    /// `application/json`.
    Json(&'s JsonTemplate),
    /// `application/x-www-form-urlencoded`.
    Form(&'s [(String, Template)]),
}

/// The request of an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RequestSpec<'s> {
    /// Method.
    pub method: Method,
    /// Path under `urls.app`, or an address that begins with `{{ urls.NAME }}`.
    pub path: &'s Template,
    /// Body.
    pub body: BodyTemplate<'s>,
}

/// How an operation stands in a profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape<'s> {
    /// It is asked like this.
    Request(RequestSpec<'s>),
    /// It is not there, for this reason.
    Missing(&'s str),
}

impl OperationSpec {
    fn requests(&self) -> impl Iterator<Item = (Method, &Template)> {
        [(Method::Get, &self.get), (Method::Post, &self.post), (Method::Put, &self.put)]
            .into_iter()
            .filter_map(|(method, path)| path.as_ref().map(|path| (method, path)))
    }
    /// How it is asked, or why it is not there.
    #[must_use]
    pub fn shape(&self) -> Shape<'_> {
        let body = match (&self.json, &self.form) {
            (Some(json), _) => BodyTemplate::Json(json),
            (None, Some(form)) => BodyTemplate::Form(&form.0),
            (None, None) => BodyTemplate::Empty,
        };
        match self.requests().next() {
            Some((method, path)) => Shape::Request(RequestSpec { method, path, body }),
            None => Shape::Missing(self.missing.as_deref().unwrap_or("not in the profile")),
        }
    }
}

fn one_request(spec: &OperationSpec, fields: &Fields<'_>, findings: &mut Findings) {
    let count = spec.requests().count();
    let here = fields.key_place(OperationSpec::KEYS.iter().find(|key| fields.node(key).is_some()).unwrap_or(&"post"));
    if spec.missing.is_some() {
        if count > 0 || spec.json.is_some() || spec.form.is_some() {
            findings.add(&fields.key_place("missing"), Message::MissingWithRequest);
        }
    } else if count != 1 {
        findings.add(&here, Message::NotOneRequest { count });
    }
    if spec.json.is_some() && spec.form.is_some() {
        findings.add(&fields.key_place("form"), Message::TwoBodies);
    } else if spec.get.is_some() && (spec.json.is_some() || spec.form.is_some()) {
        findings.add(&here, Message::BodyOfGet);
    }
    for (method, path) in spec.requests() {
        if !is_path(path.text()) {
            let message = Message::NotA { what: "a path", given: path.text().to_owned(), wanted: PATH_WANTED };
            findings.add(&fields.place(method.as_str()), message);
        }
    }
}

/// What is said of a text that is none.
pub(crate) const PATH_WANTED: &str = "a path from a slash on is wanted, or an address that begins with {{ urls.NAME }}";

/// Whether a text can stand where a path is wanted.
pub(crate) fn is_path(text: &str) -> bool {
    ["/", "{{ urls.", "{{urls."].iter().any(|begin| text.starts_with(begin))
}

/// The operations of a profile. Those that are not listed are not covered.
pub type Operations = BTreeMap<OperationName, OperationSpec>;

impl Read for Operations {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let names: Vec<(&'static str, OperationName)> = OperationName::ALL.map(|one| (one.as_str(), one)).to_vec();
        let entries = entries_of(node, "`operations`", findings)?;
        let count = entries.len();
        let mut out = Self::new();
        for (_, key, value) in entries {
            let name = word_of(key, "operation", &names, findings);
            let spec = OperationSpec::read(value, findings);
            out.extend(name.zip(spec));
        }
        (out.len() == count).then_some(out)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let (name, spec) = (OperationName::schema(generator), OperationSpec::schema(generator));
        json_schema!({ "type": "object", "propertyNames": name, "additionalProperties": spec })
    }
}

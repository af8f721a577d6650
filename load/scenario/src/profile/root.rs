//! The target profile as a whole, and how it is read.
//!
//! Invariant: a [`Profile`] that exists is checked: known operations and reasons, sound templates and patterns, hosts
//! that may be asked. Only [`Profile::load`] touches the disk.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::OperationName;

use super::answers::Answer;
use super::environment::{Environment, Url, Urls};
use super::messages::TargetSms;
use super::operations::{JsonTemplate, OperationSpec, Operations, PATH_WANTED, Shape, is_path, is_token};
use crate::errors::FileErrors;
use crate::file::{RulebookChoices, parse_file, read_bytes};
use crate::json_path::JsonPath;
use crate::message::Message;
use crate::read::{Fields, Findings, Read, entries_of, record, text_of};
use crate::template::{Template, WorldLine};
use crate::units::{Name, Text};
use crate::words::words;
use crate::yaml::{Kind, Node};

/// How the session is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Send {
    /// `Authorization: Bearer …`.
    Bearer,
    /// `Authorization: DPoP …` (RFC 9449), when a proof goes along; `Bearer` when none does.
    Dpop,
    /// In a cookie of that name.
    Cookie(String),
    /// In a header of that name.
    Header(String),
}

impl Read for Send {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "how the session is sent", findings)?;
        let named = |prefix: &str| text.strip_prefix(prefix).filter(|name| is_token(name)).map(str::to_owned);
        let found = match text {
            "bearer" => Some(Self::Bearer),
            "dpop" => Some(Self::Dpop),
            _ => named("cookie:").map(Self::Cookie).or_else(|| named("header:").map(Self::Header)),
        };
        if found.is_none() {
            let wanted = "bearer, dpop, cookie:NAME or header:NAME is wanted";
            findings
                .add(&node.place, Message::NotA { what: "a way to send a session", given: text.to_owned(), wanted });
        }
        found
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(bearer|dpop|cookie:.+|header:.+)$" })
    }
}

record! {
    /// How the session is shown.
    pub struct SessionSpec ("session") {
        /// `bearer`, `dpop`, `cookie:NAME` or `header:NAME`.
        "send" send: Send, required;
    }
}

words! {
    /// How a device proves itself.
    pub enum DeviceProof ("kind of proof") {
        /// Not at all.
        None "none",
        /// DPoP (RFC 9449).
        Dpop "dpop",
    }
}

record! {
    /// How a device is told and proves itself.
    pub struct DeviceSpec ("device", check header_name) {
        /// The header that carries the installation's identifier.
        "id_header" id_header: Option<Text>, optional;
        /// How it proves itself.
        "proof" proof: DeviceProof, default "none";
    }
}

fn header_name(device: &DeviceSpec, fields: &Fields<'_>, findings: &mut Findings) {
    if let Some(name) = device.id_header.as_deref().filter(|name| !is_token(name)) {
        findings.add(&fields.place("id_header"), Message::HeaderName { given: name.to_owned() });
    }
}

record! {
    /// Who may sit at the target's counters.
    pub struct OfficersFile ("officers") {
        /// A CSV file of lines `user,password`, beside the profile. A password may be `${env:NAME}` or `${file:PATH}`.
        "file" file: Text, required;
    }
}

record! {
    /// How the target's test clock is moved forward.
    pub struct Advance ("advance", check jump) {
        /// Path under `urls.app`, or an address that begins with `{{ urls.NAME }}`.
        "post" post: Template, required;
        /// The JSON body. `{{ ms }}` is the jump in milliseconds; alone in its place it is a number.
        "json" json: JumpBody, required;
        /// Headers besides `content-type`; secrets as `${env:NAME}` or `${file:PATH}`.
        "headers" headers: Headers, default "{}";
        /// Where the answer tells the target's time, in Unix milliseconds: whose clock earlier tests have moved is met
        /// there.
        "now" now: Option<JsonPath>, optional;
    }
}

fn jump(advance: &Advance, fields: &Fields<'_>, findings: &mut Findings) {
    let wrong = |what, given: String, wanted| Message::NotA { what, given, wanted };
    if !is_path(advance.post.text()) {
        findings.add(&fields.place("post"), wrong("a path", advance.post.text().to_owned(), PATH_WANTED));
    }
    // The jump is the same for any two spans only where the body does not say it.
    if advance.json.said(1) == advance.json.said(2) {
        let text = "the jump's body".to_owned();
        findings.add(&fields.place("json"), wrong("a jump", text, "{{ ms }} is wanted somewhere in it"));
    }
}

/// What is sent to the test clock: JSON in which `{{ ms }}` stands for the jump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JumpBody(JsonTemplate);

impl JumpBody {
    /// The body of a jump by so many milliseconds.
    #[must_use]
    pub fn said(&self, ms: u64) -> serde_json::Value {
        said(&self.0, ms)
    }
}

fn said(template: &JsonTemplate, ms: u64) -> serde_json::Value {
    match template {
        JsonTemplate::Text(template) if template.text().trim() == MS => ms.into(),
        JsonTemplate::Text(template) => template.text().replace(MS, &ms.to_string()).into(),
        JsonTemplate::List(list) => list.iter().map(|one| said(one, ms)).collect(),
        JsonTemplate::Object(fields) => fields.iter().map(|(name, one)| (name.clone(), said(one, ms))).collect(),
    }
}

/// How the jump is written in templates.
const MS: &str = "{{ ms }}";

impl Read for JumpBody {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let leaf = |node: &Node, findings: &mut Findings| {
            let template = Template::read_of(node, &["ms"], findings)?;
            let plain = template.text().replace(MS, "");
            if plain.contains("{{") {
                let (given, wanted) = (template.text().to_owned(), "only {{ ms }} can stand here, as it is");
                findings.add(&node.place, Message::NotA { what: "a jump", given, wanted });
                return None;
            }
            Some(template)
        };
        JsonTemplate::read_of(node, findings, &leaf).map(Self)
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        JsonTemplate::schema(generator)
    }
}

record! {
    /// The target's clock.
    pub struct TargetClock ("clock") {
        /// How a test moves it forward.
        "advance" advance: Advance, required;
    }
}

record! {
    /// How the system under test is started around a command.
    pub struct Start ("start") {
        /// The program and its arguments.
        "command" command: Vec<Text>, required;
        /// The address that answers with 200 once it is ready.
        "ready" ready: Url, required;
    }
}

/// Headers and their templates, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(pub Vec<(String, Template)>);

impl Read for Headers {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let entries = entries_of(node, "`headers`", findings)?;
        let count = entries.len();
        let mut out = Vec::with_capacity(count);
        for (name, key, value) in entries {
            if !is_token(name) {
                findings.add(&key.place, Message::HeaderName { given: name.to_owned() });
                continue;
            }
            let template = Template::read(value, findings);
            if secret_name(name) && template.as_ref().is_some_and(|template| is_bare(template.text())) {
                findings.add(&value.place, Message::PlainSecret);
            }
            out.extend(template.map(|template| (name.to_owned(), template)));
        }
        (out.len() == count).then_some(Self(out))
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let value = Template::schema(generator);
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}

fn secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["authorization", "api-key", "apikey", "secret", "password"].iter().any(|word| name.contains(word))
}
fn is_bare(text: &str) -> bool {
    !text.is_empty() && !text.contains("{{") && !text.contains("${")
}

record! {
    /// A target profile: how to talk to an implementation of the national system.
    pub struct Profile ("the profile", check sound) {
        /// The name of the profile, in kebab-case.
        "profile" profile: Name, required;
        /// What it is for.
        "about" about: Option<Text>, optional;
        /// What may be done to the target.
        "environment" environment: Environment, default "{}";
        /// Its addresses; `app` is the one under which paths are asked.
        "urls" urls: Urls, required;
        /// Headers of every request.
        "headers" headers: Headers, default "{}";
        /// What its answers mean; the first line that fits decides.
        "answers" answers: Vec<Answer>, required;
        /// How operations are asked.
        "operations" operations: Operations, required;
        /// How the session is shown.
        "session" session: Option<SessionSpec>, optional;
        /// How a device is told and proves itself.
        "device" device: DeviceSpec, default "{}";
        /// Its police officers.
        "officers" officers: Option<OfficersFile>, optional;
        /// Its text messages.
        "sms" sms: TargetSms, required;
        /// Lines that `up` prints for the target's configuration.
        "configure" configure: Vec<WorldLine>, default "[]";
        /// Its own lifetimes, counts and choices; they go before those of a scenario.
        "rulebook" rulebook: RulebookChoices, default "{}";
        /// Its clock, if a test can move it.
        "clock" clock: Option<TargetClock>, optional;
        /// Whether it knows nobody before a run; else prior states are unknown.
        "fresh" fresh: bool, default "false";
        /// How it is started around a command.
        "start" start: Option<Start>, optional;
    }
}

fn sound(profile: &Profile, fields: &Fields<'_>, findings: &mut Findings) {
    if !profile.urls.contains_key("app") {
        findings.add(&fields.key_place("urls"), Message::UrlsWithoutApp);
    }
    let ready = profile.start.iter().map(|start| (&start.ready, fields.place("start")));
    let named = profile.urls.iter().map(|(name, url)| (url, value_place(fields.node("urls"), name)));
    for (url, place) in named.chain(ready) {
        if !profile.allows(url) {
            findings.add(&place, Message::HostNotAllowed { host: url.host().as_str().to_owned() });
        }
    }
    let places: BTreeMap<&str, &Node> = match fields.node("operations").map(|node| &node.kind) {
        Some(Kind::Map(entries)) => {
            entries.iter().filter_map(|(key, value)| key.text().map(|name| (name, value))).collect()
        }
        _ => BTreeMap::new(),
    };
    for (name, spec) in &profile.operations {
        if let Shape::Request(request) = spec.shape()
            && let Some(url) = url_name(request.path.text())
            && !profile.urls.contains_key(url)
            && let Some(node) = places.get(name.as_str())
        {
            let place = value_place(Some(node), request.method.as_str());
            findings.add(&place, Message::UnknownUrl { name: url.to_owned() });
        }
    }
}

/// Where the value of a key of a mapping stands.
fn value_place(node: Option<&Node>, key: &str) -> std::ops::Range<usize> {
    let Some(node) = node else { return 0..0 };
    let found = match &node.kind {
        Kind::Map(entries) => entries.iter().find(|(name, _)| name.text() == Some(key)),
        _ => None,
    };
    found.map_or(node.place.clone(), |(_, value)| value.place.clone())
}

/// The name in a path that begins with `{{ urls.NAME }}`.
fn url_name(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("{{")?.trim_start().strip_prefix("urls.")?;
    rest.split("}}").next().map(str::trim)
}

/// Why an address does not serve.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It is none.
    #[error("`{0}` is not a URL of the form http://host:port/path or https://…")]
    Malformed(String),
    /// Its host is not this machine and not allowed.
    #[error("the host `{0}` is not this machine, and the profile's hosts_allowed does not name it")]
    NotAllowed(String),
}

impl Profile {
    /// Reads and checks a profile.
    ///
    /// # Errors
    /// Everything that is wrong with the file, with place and advice.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, FileErrors> {
        let bytes = read_bytes(path.as_ref())?;
        Self::parse(path, &bytes)
    }
    /// Reads and checks the text of a profile. `path` is only used in messages.
    ///
    /// # Errors
    /// Everything that is wrong with the text, with place and advice.
    pub fn parse(path: impl AsRef<Path>, bytes: &[u8]) -> Result<Self, FileErrors> {
        parse_file(path.as_ref(), bytes, |_: &Self, _, _| {})
    }
    /// The profile of the built-in twin, as shipped in `scenarios/targets/built-in.yaml`.
    ///
    /// # Errors
    /// None, as long as the shipped file is sound; a test sees to it.
    pub fn built_in() -> Result<Self, FileErrors> {
        const TEXT: &str = include_str!("../../../../scenarios/targets/built-in.yaml");
        Self::parse("scenarios/targets/built-in.yaml", TEXT.as_bytes())
    }
    /// Whether an address may be asked: this machine, or a host that the profile allows.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        url.host().is_loopback() || self.environment.hosts_allowed.contains(url.host())
    }
    /// The same profile with another address, as where a twin was started on a free port.
    ///
    /// # Errors
    /// When the text is no address, or its host may not be asked.
    pub fn with_url(mut self, name: &str, text: &str) -> Result<Self, UrlError> {
        let url = Url::parse(text).ok_or_else(|| UrlError::Malformed(text.to_owned()))?;
        if !self.allows(&url) {
            return Err(UrlError::NotAllowed(url.host().as_str().to_owned()));
        }
        self.urls.insert(name.to_owned(), url);
        Ok(self)
    }
    /// An operation, if it is listed.
    #[must_use]
    pub fn operation(&self, name: OperationName) -> Option<&OperationSpec> {
        self.operations.get(&name)
    }
    /// How an operation is asked, or why it is not covered.
    #[must_use]
    pub fn shape(&self, name: OperationName) -> Shape<'_> {
        self.operation(name).map_or(Shape::Missing("not in the profile"), OperationSpec::shape)
    }
}

//! The script: what it needs, then step by step what is asked, what is taken from the answers, how long it was waited.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use songsinh_contract::{
    Code, DeviceId, Moment, Observation, Operation, Outcome, PhoneNumber, ProofShown, Secret, Token,
};
use songsinh_scenario::{JsonPath, Profile, Secrets, Shape, Source, Step as Hop};

use super::fill::entered;
use super::marks::{PASSES, Part};
use super::steps::{Names, Step, Text, step};
use crate::TargetError;
use crate::http::{Compiled, handle_of};

/// The shortest wait that is kept, in seconds.
const SHORTEST_PAUSE_S: f64 = 0.1;

/// What is to be asked again.
pub struct Repeat<'a> {
    /// How the target is talked to. Its secrets are named, never looked up.
    pub profile: &'a Profile,
    /// The folder of the profile, as the script is to find secret files.
    pub profile_folder: &'a str,
    /// Addresses that replace those of the profile.
    pub urls: &'a BTreeMap<String, String>,
    /// What it is about: lines at the top, a comment each.
    pub about: &'a [String],
    /// What was wrong, for the last line.
    pub wrong: &'a str,
    /// Seed of the population, from which device keys come.
    pub population_seed: u64,
    /// Every call of the cell, in the order of sending.
    pub calls: &'a [Observation],
    /// Those of them that show what is wrong, by `seq`. What these rest on is added: whatever was done before.
    pub story: &'a BTreeSet<u32>,
    /// The codes that came by message: when they were sent, and to which number.
    pub codes: &'a BTreeMap<Code, (Moment, PhoneNumber)>,
    /// Which device's key signs, by the digest of its thumbprint: device and installation.
    pub keys: &'a BTreeMap<songsinh_contract::Digest, (DeviceId, u32)>,
    /// What a fake person typed.
    pub typed: &'a dyn Fn(&Secret) -> String,
}

/// Writes the script.
///
/// # Errors
/// When the profile cannot be compiled.
pub fn curl_script(repeat: &Repeat<'_>) -> Result<String, TargetError> {
    let compile = |at: usize| Compiled::new(repeat.profile, &Secrets::marked(PASSES[at].salt), repeat.urls);
    let ready = [compile(0)?, compile(1)?];
    let calls = closed(repeat);
    let mut writer = Writer {
        repeat,
        ready,
        names: Names::default(),
        body: String::new(),
        needs: BTreeMap::new(),
        read: BTreeSet::new(),
        uses: BTreeSet::new(),
    };
    writer.name_codes(&calls);
    for (at, seen) in calls.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| calls.get(before)).copied();
        writer.call(at + 1, seen, before, &calls)?;
    }
    Ok(writer.whole())
}

/// The calls of the story with those that they rest on: whatever was done before the last of them and changed anything,
/// and whoever gave what they show.
fn closed<'a>(repeat: &'a Repeat<'_>) -> Vec<&'a Observation> {
    let last = repeat.story.last().copied().unwrap_or(0);
    let changed = repeat
        .calls
        .iter()
        .filter(|seen| seen.seq < last && seen.outcome.is_done() && !only_looks(&seen.call.operation));
    let mut wanted: BTreeSet<u32> = repeat.story.iter().copied().chain(changed.map(|seen| seen.seq)).collect();
    loop {
        let mut more = BTreeSet::new();
        for seen in repeat.calls.iter().filter(|seen| wanted.contains(&seen.seq)) {
            for used in used_by(seen) {
                let giver =
                    repeat.calls.iter().take_while(|one| one.seq < seen.seq).filter(|one| gives(one, &used)).last();
                more.extend(giver.map(|one| one.seq));
            }
        }
        let before = wanted.len();
        wanted.extend(more);
        if wanted.len() == before {
            break;
        }
    }
    repeat.calls.iter().filter(|seen| wanted.contains(&seen.seq)).collect()
}

/// Whether an operation leaves everything as it was.
fn only_looks(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::ServiceHealth
            | Operation::ServiceQuestions
            | Operation::ServiceTerms
            | Operation::AccountShow
            | Operation::NoticeList
            | Operation::DeviceList
            | Operation::WalletList
            | Operation::WalletShow { .. }
            | Operation::FormOpen { .. }
            | Operation::FormList
            | Operation::PaymentBills
            | Operation::PaymentBalance
    )
}

/// Something that a call shows and an earlier answer gave.
enum Used {
    Token(Token),
    Code(Code),
}

fn used_by(seen: &Observation) -> Vec<Used> {
    let mut used: Vec<Used> = seen.call.caller.session.iter().cloned().map(Used::Token).collect();
    used.extend(handle_of(&seen.call.operation).cloned().map(Used::Token));
    match &seen.call.operation {
        Operation::SessionRefresh { refresh } => used.push(Used::Token(refresh.clone())),
        Operation::QrScan { qr } => {
            used.extend(qr.ticket.clone().map(Used::Token));
            used.push(Used::Token(qr.text.clone()));
        }
        operation => used.extend(entered(operation).map(Used::Code)),
    }
    used
}

fn gives(seen: &Observation, used: &Used) -> bool {
    let Outcome::Done(values) = &seen.outcome else { return false };
    match used {
        Used::Token(token) => {
            let tickets = values.ticket.iter().map(|ticket| &ticket.id);
            [&values.session, &values.handle, &values.refresh, &values.qr]
                .into_iter()
                .flatten()
                .chain(tickets)
                .any(|one| one == token)
        }
        Used::Code(code) => values.code == Some(*code),
    }
}

struct Writer<'a> {
    repeat: &'a Repeat<'a>,
    ready: [Arc<Compiled>; 2],
    names: Names,
    body: String,
    /// Variables that must be set, and what for.
    needs: BTreeMap<String, String>,
    /// Codes that were asked for.
    read: BTreeSet<Code>,
    /// Helpers that are used.
    uses: BTreeSet<&'static str>,
}

impl Writer<'_> {
    fn name_codes(&mut self, calls: &[&Observation]) {
        let codes = calls.iter().filter_map(|seen| entered(&seen.call.operation));
        for code in codes.filter(|code| self.repeat.codes.contains_key(code)) {
            let next = self.names.codes.len() + 1;
            self.names.codes.entry(code).or_insert_with(|| format!("CODE_{next}"));
        }
    }

    fn line(&mut self, text: &str) {
        self.body.push_str(text);
        self.body.push('\n');
    }

    fn call(
        &mut self,
        at: usize,
        seen: &Observation,
        before: Option<&Observation>,
        calls: &[&Observation],
    ) -> Result<(), TargetError> {
        let (operation, device) = (seen.call.operation.name(), seen.call.caller.device);
        self.line(&format!("\n# {at}. {operation}, by {device}; in the run: {}", answered(&seen.outcome)));
        self.read_codes(seen);
        self.make_qr(seen, calls);
        if let Some(before) = before {
            let gap_s = seen.sent.since(before.done).as_secs_f64();
            if gap_s >= SHORTEST_PAUSE_S {
                self.uses.insert("pause");
                self.line(&format!("pause {gap_s:.3}"));
            }
        }
        match step(self.repeat, &self.ready, &self.names, seen)? {
            None => self.line(&format!("echo 'the profile does not have {operation}' >&2")),
            Some(step) => self.request(at, seen, &step),
        }
        self.take(at, seen, calls);
        Ok(())
    }

    /// Asks the person at the terminal for the codes that came by message since the call before.
    fn read_codes(&mut self, seen: &Observation) {
        let mut codes: Vec<_> = self
            .repeat
            .codes
            .iter()
            .filter(|(_, (sent, _))| *sent < seen.sent)
            .map(|(code, one)| (one.0, *code, one.1))
            .collect();
        codes.sort();
        for (_, code, phone) in codes {
            let Some(name) = self.names.codes.get(&code).cloned() else { continue };
            if self.read.insert(code) {
                self.line(&format!(
                    "[ -n \"${{{name}:-}}\" ] || {{ echo 'the code in the newest message to {phone}:' >&2; read -r {name}; }}"
                ));
            }
        }
    }

    /// Lets the phone sign the ticket of the QR, or asks for a QR that no phone made.
    fn make_qr(&mut self, seen: &Observation, calls: &[&Observation]) {
        let Operation::QrScan { qr } = &seen.call.operation else { return };
        if self.names.qrs.contains_key(&qr.text.digest()) {
            return;
        }
        if let Some(name) = self.names.tokens.get(&qr.text.digest()).cloned() {
            self.names.qrs.insert(qr.text.digest(), name);
            return;
        }
        let name = format!("QR_{}", self.names.qrs.len() + 1);
        let ticket = qr.ticket.as_ref();
        let minted = calls.iter().find(|one| ticket.is_some_and(|ticket| gives(one, &Used::Token(ticket.clone()))));
        let ticket = ticket.and_then(|ticket| self.names.tokens.get(&ticket.digest())).cloned();
        match (ticket, minted, qr.flaw) {
            (Some(ticket), Some(minted), None) => {
                let number = ticket.trim_start_matches("TICKET_");
                let seed = self.repeat.population_seed;
                let (device, installation) = self.key_of(minted);
                let text = format!(
                    "{name}=$(songsinh qr --population-seed {seed} --device {device} --installation {installation} \"${ticket}\" \"$ISSUED_{number}\" \"$EXPIRES_{number}\")"
                );
                self.line(&text);
            }
            _ => {
                let flaw = qr.flaw.map_or("no ticket of this story behind it", |flaw| flaw.as_str());
                self.needs.insert(name.clone(), format!("the text of a QR to be scanned: {flaw}"));
            }
        }
        self.names.qrs.insert(qr.text.digest(), name);
    }

    fn key_of(&self, seen: &Observation) -> (DeviceId, u32) {
        self.repeat.keys.get(&seen.call.caller.key).copied().unwrap_or((seen.call.caller.device, 0))
    }

    fn request(&mut self, at: usize, seen: &Observation, step: &Step) {
        let target = if step.base == 0 { "TARGET".to_owned() } else { format!("TARGET_{}", step.base + 1) };
        let path = self.text(&step.path, true, &format!("PATH_{at}"), "the path of a request");
        self.line(&format!("URL=\"${target}{path}\""));
        let texts = step.headers.iter().map(|(_, text)| text).chain([&step.path]).chain(&step.body);
        let known: BTreeSet<&str> = texts
            .flatten()
            .flatten()
            .filter_map(|part| match part {
                Part::Known(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        for (name, how) in [("NOW_MS", "%s%3N"), ("NOW_S", "%s"), ("NOW_ISO", "%Y-%m-%dT%H:%M:%S.%3NZ")] {
            if known.contains(name) {
                self.line(&format!("{name}=$(date -u +{how})"));
            }
        }
        if step.proof {
            self.proof(seen, step.method);
        }
        let mut arguments = Vec::new();
        for (name, text) in &step.headers {
            let variable = format!("HEADER_{}", variable_of(name));
            let value =
                self.text(text, false, &variable, &format!("the header {name}, which is computed from the request"));
            arguments.push(format!("-H \"{name}: {value}\""));
        }
        if let Some(body) = &step.body {
            let body = self.text(body, step.is_form, &format!("BODY_{at}"), "the body, which is computed");
            arguments.push(format!("--data-binary \"{body}\""));
        }
        let method = if step.method == "GET" { String::new() } else { format!(" -X {}", step.method) };
        let mut text = format!("ask {at}{method} \"$URL\"");
        for argument in arguments {
            let _ = write!(text, " \\\n  {argument}");
        }
        self.line(&text);
    }

    fn proof(&mut self, seen: &Observation, method: &str) {
        if seen.call.caller.proof == ProofShown::Replayed && self.body.contains("PROOF=$(") {
            self.line("# the proof of the step before is shown once more");
            return;
        }
        self.uses.insert("songsinh");
        let (device, installation) = self.key_of(seen);
        let session =
            seen.call.caller.session.as_ref().map(|token| format!(" --session \"${}\"", self.need_token(token)));
        let old = if seen.call.caller.proof == ProofShown::Stale { " --stale" } else { "" };
        let text = format!(
            "PROOF=$(songsinh proof --population-seed {} --device {device} --installation {installation}{old}{} {method} \"$URL\")",
            self.repeat.population_seed,
            session.unwrap_or_default()
        );
        self.line(&text);
    }

    fn need_token(&mut self, token: &Token) -> String {
        let name = self.names.token(token);
        if !self.names.tokens.contains_key(&token.digest()) {
            self.needs.insert(name.clone(), "a token that no answer of this story gave".to_owned());
        }
        name
    }

    /// A text inside of double quotes.
    fn text(&mut self, text: &Text, encoded: bool, variable: &str, what: &str) -> String {
        let Some(parts) = text else {
            self.needs.insert(variable.to_owned(), format!("{what}; see the profile for how"));
            return format!("${{{variable}}}");
        };
        let mut out = String::new();
        for part in parts {
            let name = match part {
                Part::Fixed(text) => {
                    for c in text.chars() {
                        if matches!(c, '"' | '\\' | '$' | '`') {
                            out.push('\\');
                        }
                        out.push(c);
                    }
                    continue;
                }
                Part::Variable(name) => {
                    let what = if name == super::steps::OFFICER_PASSWORD {
                        "the password of the officer"
                    } else {
                        "a secret of the profile"
                    };
                    self.needs.insert(name.clone(), what.to_owned());
                    name.clone()
                }
                Part::File(path) => {
                    let name = format!("FILE_{}", variable_of(path));
                    let path = if path.starts_with('/') {
                        path.clone()
                    } else {
                        format!("{}/{path}", self.repeat.profile_folder)
                    };
                    self.needs.insert(name.clone(), format!("file:{path}"));
                    name
                }
                Part::Known(name) => {
                    let given = name.starts_with("NOW_")
                        || name == "PROOF"
                        || self.names.tokens.values().any(|one| one == name)
                        || self.names.codes.values().any(|one| one == name)
                        || self.names.qrs.values().any(|one| one == name);
                    if !given {
                        self.needs.insert(name.clone(), "a token that no answer of this story gave".to_owned());
                    }
                    name.clone()
                }
            };
            if encoded {
                self.uses.insert("enc");
                let _ = write!(out, "$(enc \"${name}\")");
            } else {
                let _ = write!(out, "${{{name}}}");
            }
        }
        out
    }

    /// Takes from the answer what later calls show.
    fn take(&mut self, at: usize, seen: &Observation, calls: &[&Observation]) {
        let (Outcome::Done(values), Some(spec)) =
            (&seen.outcome, self.repeat.profile.operations.get(&seen.call.operation.name()))
        else {
            return;
        };
        if matches!(spec.shape(), Shape::Missing(_)) {
            return;
        }
        let later: Vec<Used> = calls.iter().filter(|one| one.seq > seen.seq).flat_map(|one| used_by(one)).collect();
        let is_used = |token: &Token| later.iter().any(|used| matches!(used, Used::Token(one) if one == token));
        let tokens = [
            ("SESSION", &values.session, &spec.take.session),
            ("HANDLE", &values.handle, &spec.take.handle),
            ("REFRESH", &values.refresh, &spec.take.refresh),
            ("QR", &values.qr, &spec.take.qr),
        ];
        for (kind, token, source) in tokens {
            if let (Some(token), Some(source)) = (token, source)
                && is_used(token)
            {
                let name = format!("{kind}_{at}");
                self.taken(at, &name, source);
                self.names.tokens.insert(token.digest(), name);
            }
        }
        if let (Some(ticket), Some(map)) = (&values.ticket, &spec.take.ticket)
            && is_used(&ticket.id)
        {
            for (kind, source) in [("TICKET", &map.id), ("ISSUED", &map.issued_ms), ("EXPIRES", &map.expires_ms)] {
                self.taken(at, &format!("{kind}_{at}"), source);
            }
            self.names.tokens.insert(ticket.id.digest(), format!("TICKET_{at}"));
        }
        if let (Some(code), Some(source)) = (values.code, &spec.take.code)
            && later.iter().any(|used| matches!(used, Used::Code(one) if *one == code))
        {
            let name = format!("CODE_OF_{at}");
            self.taken(at, &name, source);
            self.names.codes.insert(code, name);
        }
    }

    fn taken(&mut self, at: usize, name: &str, source: &Source) {
        self.uses.insert("take");
        let how = match source {
            Source::Json(path) => format!("json '{}'", jq(path).replace('\'', "'\\''")),
            Source::Header(header) => format!("header '{header}'"),
            Source::Cookie(cookie) => format!("cookie '{cookie}'"),
        };
        self.line(&format!("{name}=$(take {at} {how})"));
    }

    fn whole(self) -> String {
        let mut out = String::from("#!/usr/bin/env bash\n");
        for line in self.repeat.about.iter().flat_map(|text| text.lines()) {
            let _ = writeln!(out, "# {line}");
        }
        out.push_str(HEAD);
        for (at, base) in self.ready[0].bases().iter().enumerate() {
            let name = if at == 0 { "TARGET".to_owned() } else { format!("TARGET_{}", at + 1) };
            if self.body.contains(&format!("${name}/")) || self.body.contains(&format!("${name}\"")) || at == 0 {
                let _ = writeln!(out, "{name}=\"${{{name}:-{}}}\"", base.url(""));
            }
        }
        for (name, what) in &self.needs {
            match what.strip_prefix("file:") {
                Some(path) => _ = writeln!(out, "{name}=$(cat '{}')", path.replace('\'', "'\\''")),
                None => {
                    _ = writeln!(out, ": \"${{{name}:?set it: {}}}\"", what.replace(['"', '$', '`', '}', '\\'], " "))
                }
            }
        }
        let needed = ["curl", "jq"].into_iter().chain(self.body.contains("$(songsinh ").then_some("songsinh"));
        let _ = writeln!(
            out,
            "for tool in {}; do\n  command -v \"$tool\" >/dev/null || {{ echo \"this script needs $tool\" >&2; exit 2; }}\ndone",
            needed.collect::<Vec<_>>().join(" ")
        );
        out.push_str(ASK);
        for (helper, text) in [("take", TAKE), ("enc", ENC), ("pause", PAUSE)] {
            if self.uses.contains(helper) {
                out.push_str(text);
            }
        }
        out.push_str(&self.body);
        let _ = writeln!(out, "\ncat <<'END'\n\nwrong in the run: {}\nEND", self.repeat.wrong.replace('\n', " "));
        out
    }
}

const HEAD: &str = "#\n# The people are made up, and so are their passwords. Times are those of the run; NO_PAUSE=1 leaves them out.\n\
set -euo pipefail\n";
const ASK: &str = "answers=$(mktemp -d)\ntrap 'rm -rf \"$answers\"' EXIT\n\
ask() { # ask STEP CURL-ARGUMENTS: shows the status and the answer\n  \
local step=$1\n  shift\n  \
printf '%s. ' \"$step\"\n  \
curl -sS -o \"$answers/$step\" -D \"$answers/$step.head\" -w '%{http_code} ' \"$@\"\n  \
[ ! -e \"$answers/$step\" ] || cat \"$answers/$step\"\n  \
echo\n}\n";
const TAKE: &str = "take() { # take STEP json|header|cookie WHERE: a value of that step's answer\n  \
local value\n  \
case $2 in\n    \
json) value=$(jq -r \"$3 // empty\" \"$answers/$1\" 2>/dev/null || true) ;;\n    \
header) value=$(sed -n \"s/^$3: *//Ip\" \"$answers/$1.head\" | tr -d '\\r' | tail -n 1) ;;\n    \
*) value=$(sed -n \"s/^set-cookie: *$3=\\\"\\{0,1\\}\\([^;\\\"]*\\).*/\\1/Ip\" \"$answers/$1.head\" | tr -d '\\r' | tail -n 1) ;;\n  \
esac\n  \
[ -n \"$value\" ] || { echo \"step $1 was not answered as in the run\" >&2; exit 1; }\n  \
printf '%s' \"$value\"\n}\n";
const ENC: &str = "enc() { # enc TEXT: percent-encoded\n  jq -rn --arg text \"$1\" '$text | @uri'\n}\n";
const PAUSE: &str =
    "pause() { # pause SECONDS: as long as the person took\n  [ -n \"${NO_PAUSE:-}\" ] || sleep \"$1\"\n}\n";

/// An answer in a few words.
fn answered(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done(_) => "done".into(),
        Outcome::Refused(reasons) => format!("refused: {reasons}"),
        Outcome::Unavailable { .. } => "unavailable".into(),
        Outcome::Fault { status } => format!("fault {status}"),
        Outcome::Unmapped { status, .. } => format!("unmapped answer {status}"),
        Outcome::Foreign { status } => format!("somebody else answered {status}"),
        Outcome::Indeterminate(_) => "no answer".into(),
    }
}

/// A place in JSON as jq says it.
fn jq(path: &JsonPath) -> String {
    let mut out = String::new();
    for step in path.steps() {
        match step {
            Hop::Member(name) => _ = write!(out, ".[{}]", serde_json::Value::from(name.as_ref())),
            Hop::Index(index) => _ = write!(out, ".[{index}]"),
            _ => out.push_str(".[]"),
        }
    }
    if out.is_empty() { ".".into() } else { out }
}

fn variable_of(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

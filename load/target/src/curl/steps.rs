//! One call of a story as a request with names in the place of what is known only when the script runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use songsinh_contract::{
    Call, Code, Digest, Observation, Operation, OperationName, ProofShown, Secret, ShownQr, Token,
};
use songsinh_scenario::mark;

use super::fill::{Texts, entered, filled};
use super::marks::{PASSES, Part, Pass};
use super::script::Repeat;
use crate::TargetError;
use crate::http::{Compiled, Escape, Frame, Plan};

/// A text of a request, or nothing if it is computed from what a script does not know.
pub(crate) type Text = Option<Vec<Part>>;

/// One request.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) method: &'static str,
    /// Which base address.
    pub(crate) base: usize,
    /// Path and query.
    pub(crate) path: Text,
    /// Names and values.
    pub(crate) headers: Vec<(String, Text)>,
    /// None: there is no body. The inner none: it is computed.
    pub(crate) body: Option<Text>,
    /// Whether values in the body are to be percent-encoded.
    pub(crate) is_form: bool,
    /// Whether a proof of the device key goes along.
    pub(crate) proof: bool,
}

/// The names under which the script knows what earlier steps gave, by digest.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Tokens.
    pub(crate) tokens: BTreeMap<Digest, String>,
    /// Codes.
    pub(crate) codes: BTreeMap<Code, String>,
    /// Texts of QR codes.
    pub(crate) qrs: BTreeMap<Digest, String>,
}

impl Names {
    /// The name of a token; one that nothing gave is to be brought along.
    pub(crate) fn token(&self, token: &Token) -> String {
        self.tokens.get(&token.digest()).cloned().unwrap_or_else(|| format!("TOKEN_{}", token.digest()))
    }
}

struct Filling<'a> {
    repeat: &'a Repeat<'a>,
    names: &'a Names,
    pass: Pass,
    is_officer: bool,
}

impl Texts for Filling<'_> {
    fn typed(&self, secret: &Secret) -> Secret {
        if self.is_officer {
            return Secret::new(&mark(self.pass.salt, 'E', OFFICER_PASSWORD));
        }
        Secret::new(&(self.repeat.typed)(secret))
    }
    fn token(&self, token: &Token) -> Token {
        Token::new(&mark(self.pass.salt, 'V', &self.names.token(token)))
    }
    fn code(&self, code: Code) -> Code {
        if self.names.codes.contains_key(&code) { Code(self.pass.code) } else { code }
    }
    fn qr(&self, qr: &ShownQr) -> Token {
        let name = self.names.qrs.get(&qr.text.digest()).cloned();
        Token::new(&mark(self.pass.salt, 'V', &name.unwrap_or_else(|| format!("QR_{}", qr.text.digest()))))
    }
}

/// The variable with the password of the officer.
pub(crate) const OFFICER_PASSWORD: &str = "OFFICER_PASSWORD";

/// Makes the request of a call; none if the profile does not have the operation.
pub(crate) fn step(
    repeat: &Repeat<'_>,
    ready: &[Arc<Compiled>; 2],
    names: &Names,
    seen: &Observation,
) -> Result<Option<Step>, TargetError> {
    let is_officer = seen.call.operation.name() == OperationName::OfficerLogin;
    let code = entered(&seen.call.operation).and_then(|code| names.codes.get(&code)).map(String::as_str);
    let mut made = Vec::with_capacity(2);
    for (pass, compiled) in PASSES.into_iter().zip(ready) {
        let filling = Filling { repeat, names, pass, is_officer };
        let mut call = Call { operation: filled(&seen.call.operation, &filling), caller: seen.call.caller.clone() };
        choose_requests(&seen.call.operation, &mut call.operation);
        call.caller.session = call.caller.session.as_ref().map(|token| filling.token(token));
        let Some((plan, base)) = compiled.plan(call.operation.name()) else { return Ok(None) };
        made.push(rendered(plan, &base.prefix, compiled, &call, seen, pass, code));
    }
    let (Some(other), Some(mut one)) = (made.pop(), made.pop()) else { return Ok(None) };
    agree(&mut one.path, &other.path);
    for ((_, mine), (_, theirs)) in one.headers.iter_mut().zip(&other.headers) {
        agree(mine, theirs);
    }
    if let (Some(mine), Some(theirs)) = (&mut one.body, &other.body) {
        agree(mine, theirs);
    }
    Ok(Some(one))
}

/// Request ids are the phone's own choice: the digest of the first one serves as well as the first one did.
fn choose_requests(before: &Operation, after: &mut Operation) {
    if let (
        Operation::FormSubmit { request: old, .. }
        | Operation::PaymentPay { request: old, .. }
        | Operation::PaymentTransfer { request: old, .. },
        Operation::FormSubmit { request: new, .. }
        | Operation::PaymentPay { request: new, .. }
        | Operation::PaymentTransfer { request: new, .. },
    ) = (before, after)
    {
        *new = Token::new(&format!("again-{}", old.digest()));
    }
}

fn agree(mine: &mut Text, theirs: &Text) {
    if mine != theirs {
        *mine = None;
    }
}

fn rendered(
    plan: &Plan,
    prefix: &str,
    compiled: &Compiled,
    call: &Call,
    seen: &Observation,
    pass: Pass,
    code: Option<&str>,
) -> Step {
    let common = &compiled.common;
    let shows_proof =
        (common.proof_header.is_some() || common.proof_in_templates) && call.caller.proof != ProofShown::Missing;
    let proof = mark(pass.salt, 'V', "PROOF");
    let method = plan.method();
    let frame = Frame {
        call,
        trace: seen.trace,
        span: u64::from(seen.seq) + 1,
        unix: pass.unix,
        method,
        path: "",
        body: b"",
        proof: None,
    };
    let mut path = prefix.as_bytes().to_vec();
    plan.path.write(&frame, Escape::Path, &mut path);
    let path = String::from_utf8(path).unwrap_or_default();
    let mut body = Vec::new();
    let frame = Frame { path: &path, ..frame };
    plan.body.write(&frame, &mut body);
    let frame = Frame { body: &body, proof: shows_proof.then_some(proof.as_str()), ..frame };
    let mut head = Vec::new();
    plan.write_head(&frame, common, &mut head);
    let read = |text: &str| Some(pass.read(text, code));
    let headers = String::from_utf8_lossy(&head)
        .split("\r\n")
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), read(value)))
        .collect();
    let kind = plan.body.content_type();
    Step {
        method,
        base: plan.base,
        path: read(&path),
        headers,
        body: kind.map(|_| read(&String::from_utf8_lossy(&body))),
        is_form: kind.is_some_and(|kind| kind.contains("urlencoded")),
        proof: shows_proof,
    }
}

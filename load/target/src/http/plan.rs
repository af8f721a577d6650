//! One operation, ready to be sent: path, headers and body as templates, and how the answer is read.
//!
//! Invariant: path, then body, then proof, then headers are written, since each may look at those before it. Buffers
//! are lent by the caller and reused. Only printable bytes reach the request line and the headers.

use songsinh_contract::{Call, DeviceId, Token, TraceId, UnixMillis};
use songsinh_scenario::Send;

use super::answers::Answers;
use super::base::Base;
use super::body::Body;
use super::filters::{push_decimal, push_hex};
use super::proof::{ProofFor, Proofs};
use super::template::{Escape, Template};
use super::vars::{Frame, Value, Var};

/// What goes along with every operation.
#[derive(Debug)]
pub(crate) struct Common {
    /// Headers of the profile.
    pub(crate) headers: Vec<(Box<str>, Template)>,
    /// How a session goes along; none: the profile places it itself.
    pub(crate) session: Option<Send>,
    /// The header with the device's id.
    pub(crate) device_id_header: Option<Box<str>>,
    /// The header with the proof of the device's key; none: no proofs are shown.
    pub(crate) proof_header: Option<Box<str>>,
    /// Whether a template shows the proof.
    pub(crate) proof_in_templates: bool,
    /// How old a stale proof is.
    pub(crate) stale: std::time::Duration,
}

/// One operation of a profile.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Which of the base addresses.
    pub(crate) base: usize,
    /// Upper case.
    pub(crate) method: &'static str,
    /// Path and query behind the base address.
    pub(crate) path: Template,
    /// Headers of this operation.
    pub(crate) headers: Vec<(Box<str>, Template)>,
    /// Body.
    pub(crate) body: Body,
    /// How its answers are read.
    pub(crate) answers: Answers,
}

/// The buffers of one request.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// Path and query with the base's prefix.
    pub(crate) path: String,
    /// Lines `name: value` with CRLF behind each.
    pub(crate) head: Vec<u8>,
    /// Body.
    pub(crate) body: Vec<u8>,
}

impl Rendered {
    /// The headers, one by one.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.head.split(|&b| b == b'\n').filter_map(|line| {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let colon = line.iter().position(|&b| b == b':')?;
            let name = std::str::from_utf8(line.get(..colon)?).ok()?;
            Some((name, line.get(colon + 2..)?))
        })
    }

    /// The whole request as HTTP/1.1.
    pub(crate) fn write_http1(&self, method: &str, base: &Base, out: &mut Vec<u8>) {
        out.clear();
        for part in [method, " ", &self.path, " HTTP/1.1\r\nhost: ", &base.authority, "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        out.extend_from_slice(&self.head);
        if !self.body.is_empty() || method != "GET" {
            out.extend_from_slice(b"content-length: ");
            push_decimal(self.body.len(), out);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(&self.body);
    }
}

/// What a request is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) call: &'a Call,
    pub(crate) trace: TraceId,
    /// The span of this one request.
    pub(crate) span: u64,
    pub(crate) unix: UnixMillis,
}

impl Plan {
    /// Writes the request into `out`.
    pub(crate) fn render(&self, ask: &Ask<'_>, base: &Base, common: &Common, proofs: &mut Proofs, out: &mut Rendered) {
        let Rendered { path, head, body } = out;
        let frame = Frame {
            call: ask.call,
            trace: ask.trace,
            span: ask.span,
            unix: ask.unix,
            method: self.method,
            path: "",
            body: b"",
            proof: None,
        };
        let mut bytes = std::mem::take(path).into_bytes();
        bytes.clear();
        bytes.extend_from_slice(base.prefix.as_bytes());
        self.path.write(&frame, Escape::Path, &mut bytes);
        *path = String::from_utf8(bytes).unwrap_or_default();
        body.clear();
        let frame = Frame { path, ..frame };
        self.body.write(&frame, body);

        let shows_proof = (common.proof_header.is_some() || common.proof_in_templates) && Proofs::shows(ask.call);
        let proof = shows_proof.then(|| {
            let url = base.url(path);
            let proof_for =
                ProofFor { method: self.method, url: &url, unix: ask.unix, trace: ask.trace, stale: common.stale };
            proofs.shown(ask.call, &proof_for)
        });
        let proof = proof.flatten();
        let frame = Frame { body, proof: proof.as_deref(), ..frame };
        head.clear();
        self.write_head(&frame, common, head);
    }

    pub(crate) fn write_head(&self, frame: &Frame<'_>, common: &Common, head: &mut Vec<u8>) {
        if let Some(kind) = self.body.content_type() {
            line(head, "content-type", |out| out.extend_from_slice(kind.as_bytes()));
        }
        let headers = || self.headers.iter().chain(&common.headers);
        if !headers().any(|(name, _)| name.eq_ignore_ascii_case("traceparent")) {
            line(head, "traceparent", |out| _ = Value::Trace(frame.trace, frame.span).write_plain(out));
        }
        for (name, template) in headers().filter(|(_, template)| !template.is_absent(frame)) {
            line(head, name, |out| template.write(frame, Escape::Header, out));
        }
        if let Some(name) = &common.device_id_header {
            line(head, name, |out| write_device(frame.call.caller.device, out));
        }
        if let (Some(name), Some(proof)) = (&common.proof_header, frame.proof) {
            line(head, name, |out| Escape::Header.write(proof, out));
        }
        if let Some(token) = frame.call.caller.session.as_ref().and_then(Token::text) {
            let scheme = if frame.proof.is_some() { "DPoP " } else { "Bearer " };
            match &common.session {
                None => {}
                Some(Send::Bearer) => line(head, "authorization", |out| prefixed("Bearer ", token, out)),
                Some(Send::Dpop) => line(head, "authorization", |out| prefixed(scheme, token, out)),
                Some(Send::Cookie(name)) => line(head, "cookie", |out| prefixed(&format!("{name}="), token, out)),
                Some(Send::Header(name)) => line(head, name, |out| prefixed("", token, out)),
            }
        }
    }

    /// The method, upper case.
    pub(crate) fn method(&self) -> &'static str {
        self.method
    }

    /// Whether a template of the operation shows the proof.
    pub(crate) fn uses_proof(&self) -> bool {
        self.path.uses(Var::Proof)
            || self.body.uses(Var::Proof)
            || self.headers.iter().any(|(_, template)| template.uses(Var::Proof))
    }
}

/// As a [`DeviceId`] prints.
fn write_device(device: DeviceId, out: &mut Vec<u8>) {
    out.extend_from_slice(b"dev-");
    push_hex(device.0, out);
}

fn prefixed(prefix: &str, token: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(prefix.as_bytes());
    Escape::Header.write(token, out);
}

fn line(head: &mut Vec<u8>, name: &str, value: impl FnOnce(&mut Vec<u8>)) {
    head.extend_from_slice(name.as_bytes());
    head.extend_from_slice(b": ");
    value(head);
    head.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_are_written_as_they_print(device in any::<u64>(), length in any::<usize>(), span in any::<u64>()) {
            let mut out = Vec::new();
            write_device(DeviceId(device), &mut out);
            push_decimal(length, &mut out);
            prop_assert!(Value::Trace(TraceId(device, span), span).write_plain(&mut out));
            let trace = Value::Trace(TraceId(device, span), span);
            let want = format!("{}{length}{}", DeviceId(device), trace.text().unwrap_or_default());
            prop_assert_eq!(out, want.into_bytes());
        }
    }
}

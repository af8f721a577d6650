//! Where the target is, and what may be done to it.
//!
//! Invariant: every host of a profile is this machine or stands in `hosts_allowed`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use schemars::{Schema, SchemaGenerator, json_schema};

use crate::message::Message;
use crate::read::{Findings, Read, record, text_of};
use crate::secret::check_references;
use crate::units::Whole;
use crate::words::words;
use crate::yaml::Node;

words! {
    /// What kind of system the target is.
    pub enum EnvironmentKind ("kind of environment") {
        /// On this machine, for oneself.
        Local "local",
        /// Shared, for development.
        Development "development",
        /// For tests.
        Test "test",
        /// As production, with fake people.
        Staging "staging",
    }
}

record! {
    /// What may be done to the target.
    pub struct Environment ("environment") {
        /// What kind of system it is.
        "kind" kind: EnvironmentKind, default "local";
        /// Hosts besides this machine that may be asked; redirects elsewhere are never followed.
        "hosts_allowed" hosts_allowed: Vec<Host>, default "[]";
        /// The most requests per second that it is asked.
        "max_requests_per_s" max_requests_per_s: Option<Whole<1, 1_000_000>>, optional;
    }
}

/// The name or address of one host, lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Host(String);

impl Host {
    /// The name or address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// Whether it is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let bare = self.0.trim_start_matches('[').trim_end_matches(']');
        self.0 == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
    fn shaped(text: &str) -> bool {
        let name = !text.is_empty()
            && text.len() <= 253
            && text.split('.').all(|part| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            });
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        name || bare.parse::<IpAddr>().is_ok()
    }
}

impl Read for Host {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "a host", findings)?;
        if !Self::shaped(text) {
            findings.add(&node.place, Message::HostPattern { given: text.to_owned() });
            return None;
        }
        Some(Self(text.to_ascii_lowercase()))
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": ["api.stg.example.vn"] })
    }
}

/// An address: scheme, host, port and the path that others are put behind. May hold references to secrets behind the
/// host only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    text: String,
    host: Host,
    port: u16,
    tls: bool,
}

impl Url {
    /// Reads an address of the form `http://host:port/path` or `https://…`, without query and fragment.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (tls, rest) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ => return None,
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let bad = |c: char| c.is_whitespace() || c.is_control() || "?#\\\"<>".contains(c);
        if authority.contains('@') || authority.contains(bad) || path.contains(bad) {
            return None;
        }
        let host_end = match authority.strip_prefix('[') {
            Some(inside) => inside.find(']')? + 2,
            None => authority.find(':').unwrap_or(authority.len()),
        };
        let (host, port) = authority.split_at(host_end);
        let port = match port.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().ok().filter(|&port| port > 0)?
            }
            Some(_) => return None,
            None if port.is_empty() => {
                if tls {
                    443
                } else {
                    80
                }
            }
            None => return None,
        };
        if !Host::shaped(host) {
            return None;
        }
        let text = text.trim_end_matches('/').to_owned();
        Some(Self { text, host: Host(host.to_ascii_lowercase()), port, tls })
    }
    /// As written, without a slash at the end.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }
    /// The port, said or usual.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
    /// Whether it is asked over TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.tls
    }
    /// The path that others are put behind: empty, or from a slash on.
    #[must_use]
    pub fn path(&self) -> &str {
        let authority = self.text.find("//").map_or(0, |at| at + 2);
        self.text[authority..].find('/').map_or("", |at| &self.text[authority + at..])
    }
}

impl Read for Url {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let text = text_of(node, "an address", findings)?;
        if !check_references(text, &node.place, findings) {
            return None;
        }
        let url = Self::parse(text);
        if url.is_none() {
            findings.add(&node.place, Message::UrlScheme { given: text.to_owned() });
        }
        url
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^https?://", "examples": ["http://127.0.0.1:9700"] })
    }
}

/// The addresses of a target by name; `app` is the one under which paths are asked.
pub type Urls = BTreeMap<String, Url>;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_taken_apart() {
        let url = Url::parse("https://API.stg.example.vn:8443/v3/").unwrap();
        assert_eq!(
            (url.host().as_str(), url.port(), url.is_tls(), url.path()),
            ("api.stg.example.vn", 8443, true, "/v3")
        );
        let local = Url::parse("http://[::1]").unwrap();
        assert!(local.host().is_loopback() && local.port() == 80 && local.path().is_empty());
        for text in ["", "ftp://x", "http://", "http://a b", "http://x:0", "http://x:99999", "http://u@x", "http://x?q"]
        {
            assert_eq!(Url::parse(text), None, "{text}");
        }
        assert!(!Url::parse("http://127.0.0.1.evil.example").unwrap().host().is_loopback());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r"(https?://)?[\[\]:/@.a-z0-9é]{0,30}") {
            let _ = Url::parse(&text);
        }
    }
}

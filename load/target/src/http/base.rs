//! Base addresses: where requests may go.
//!
//! Invariant: a [`Base`] exists only for a host that the profile allows; loopback always is.

use std::net::IpAddr;

use crate::TargetError;

/// A base address: scheme, host, port and the path in front of every path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// Whether TLS is spoken.
    pub tls: bool,
    /// Name or address, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The path in front of every path, without a slash at its end.
    pub prefix: String,
    /// Host and port as in the header `Host`.
    pub authority: String,
}

impl Base {
    /// Reads `urls.<name>` and checks that its host is allowed.
    ///
    /// # Errors
    /// A malformed address, or a host that is not allowed.
    pub fn parse(name: &str, url: &str, hosts_allowed: &[String]) -> Result<Self, TargetError> {
        let wrong = |message| TargetError::UrlMalformed { name: name.to_owned(), url: url.to_owned(), message };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("has no scheme"))?;
        let tls = match scheme {
            "http" => false,
            "https" => true,
            _ => return Err(wrong("is neither http nor https")),
        };
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if authority.contains('@') {
            return Err(wrong("holds a user name; send credentials as a header with a secret"));
        }
        if path.contains(['?', '#']) || authority.contains(['?', '#']) {
            return Err(wrong("has a query or a fragment"));
        }
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
        if !plain(authority) || !plain(path) {
            return Err(wrong("has a blank or a character outside of ASCII"));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| wrong("has no port number behind the colon"))?)
            }
            _ => (authority, if tls { 443 } else { 80 }),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if host.is_empty() || port == 0 {
            return Err(wrong("has no host or port"));
        }
        if !is_allowed(&host, hosts_allowed) {
            let allowed = if hosts_allowed.is_empty() { "loopback".to_owned() } else { hosts_allowed.join(", ") };
            return Err(TargetError::HostNotAllowed { name: name.to_owned(), host, allowed });
        }
        let prefix = path.trim_end_matches('/').to_owned();
        Ok(Self { tls, host, port, prefix, authority: authority.to_owned() })
    }

    /// The address of a path, as in a DPoP proof.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}://{}{path}", if self.tls { "https" } else { "http" }, self.authority)
    }
}

fn is_allowed(host: &str, allowed: &[String]) -> bool {
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    loopback || allowed.iter().any(|one| one.trim_matches(['[', ']']).eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn loopback_is_allowed_and_others_by_name_only() {
        let hosts = ["api.stg.ddxt.local".to_owned()];
        let base = Base::parse("app", "https://API.stg.ddxt.local/v3/", &hosts).unwrap();
        assert_eq!((base.tls, base.host.as_str(), base.port), (true, "api.stg.ddxt.local", 443));
        assert_eq!((base.prefix.as_str(), base.url("/v3/a").as_str()), ("/v3", "https://API.stg.ddxt.local/v3/a"));
        for url in ["http://localhost:8080", "http://127.0.0.1:1/x", "http://127.9.9.9", "http://[::1]:80/"] {
            assert!(Base::parse("app", url, &[]).is_ok(), "{url}");
        }
        for url in ["http://localhost.example.org", "http://10.0.0.1", "http://example.org:80"] {
            let error = Base::parse("app", url, &[]).unwrap_err().to_string();
            assert!(error.contains("is not allowed") && error.contains("hosts_allowed"), "{error}");
        }
        for url in
            ["localhost", "ftp://localhost", "http://u:p@localhost", "http://localhost:x", "http:///a", "http://a b"]
        {
            let error = Base::parse("app", url, &[]).unwrap_err();
            assert!(matches!(error, TargetError::UrlMalformed { .. }), "{url}: {error}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_bearable(text in "(https?://)?[a-z0-9:@/\\[\\].# é]{0,30}") {
            if let Ok(base) = Base::parse("app", &text, &[]) {
                prop_assert!(is_allowed(&base.host, &[]));
            }
        }
    }
}

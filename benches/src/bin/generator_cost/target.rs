//! The target's URL, taken apart, and the bytes that go there.

use songsinh_wire::RequestBuilder;

use crate::error::CostError;

/// Length of the body of a POST, in bytes.
pub const POST_BYTES: usize = 304;

/// An `http://host:port/path`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub host: String,
    pub port: u16,
    pub path: String,
}

impl Target {
    /// Reads a URL. Port 80 and path `/` if there is none.
    pub fn parse(url: &str) -> Result<Self, CostError> {
        let wrong = || CostError::Url(url.into());
        let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| wrong())?),
            None => (authority, 80),
        };
        if host.is_empty() {
            return Err(wrong());
        }
        Ok(Self { host: host.into(), port, path: if path.is_empty() { "/".into() } else { path.into() } })
    }
    /// The URL.
    pub fn url(&self) -> String {
        self.base() + &self.path
    }
    /// Scheme, host and port.
    pub fn base(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }
    /// A GET, or a POST with [`post_body`]: what wrk sends too.
    pub fn request(&self, post: bool) -> Result<Vec<u8>, CostError> {
        let mut request = RequestBuilder::new();
        let authority = format!("{}:{}", self.host, self.port);
        let request = request.start(if post { "POST" } else { "GET" }, &self.path, &authority)?;
        Ok(match post {
            true => request.header("content-type", "application/json")?.body(post_body().as_bytes()).to_vec(),
            false => request.no_body().to_vec(),
        })
    }
}

/// A JSON text of [`POST_BYTES`] bytes.
pub fn post_body() -> String {
    let (start, end) = ("{\"number\":\"008090000123\",\"phone\":\"0912345678\",\"text\":\"", "\"}");
    format!("{start}{}{end}", "x".repeat(POST_BYTES - start.len() - end.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart_and_bodies_have_their_length() {
        let target = Target::parse("http://127.0.0.1:8080/v1/health?x=1").unwrap();
        assert_eq!((target.host.as_str(), target.port, target.path.as_str()), ("127.0.0.1", 8080, "/v1/health?x=1"));
        assert_eq!(Target::parse("http://h").unwrap().url(), "http://h:80/");
        for wrong in ["", "h:80", "https://h/", "http://", "http://h:x/", "http://:80"] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(post_body().len(), POST_BYTES);
        assert!(target.request(true).unwrap().ends_with(post_body().as_bytes()));
    }
}

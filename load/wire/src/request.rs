//! Writes a request into a buffer that serves for many.
//!
//! Invariant: no text given to it can add a line, a header or a second request: line breaks and other control
//! characters are refused, and Content-Length is its own.

use std::io::Write;

use crate::failure::WireError;

/// The bytes of one request.
///
/// ```
/// use songsinh_wire::RequestBuilder;
/// # fn main() -> Result<(), songsinh_wire::WireError> {
/// let mut request = RequestBuilder::new();
/// let bytes = request.start("POST", "/v1/codes", "127.0.0.1:8080")?.header("accept", "*/*")?.body(b"{}");
/// assert_eq!(bytes, b"POST /v1/codes HTTP/1.1\r\nhost: 127.0.0.1:8080\r\naccept: */*\r\ncontent-length: 2\r\n\r\n{}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct RequestBuilder {
    bytes: Vec<u8>,
}

impl RequestBuilder {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Starts over with a request line and the Host header. `path` is in origin form, with its query.
    ///
    /// # Errors
    /// [`WireError::BadRequest`] if one of them has characters that it may not have.
    pub fn start(&mut self, method: &str, path: &str, host: &str) -> Result<&mut Self, WireError> {
        check("the method", method, is_token_byte)?;
        check("the path", path, |byte| byte > b' ' && byte != 0x7f && byte != b'#')?;
        check("the host", host, |byte| byte > b' ' && byte < 0x7f && !b"/\\@?#".contains(&byte))?;
        self.bytes.clear();
        for part in [method, " ", path, " HTTP/1.1\r\nhost: ", host, "\r\n"] {
            self.bytes.extend_from_slice(part.as_bytes());
        }
        Ok(self)
    }
    /// Adds a header.
    ///
    /// # Errors
    /// [`WireError::BadRequest`] if the name is no token, or is Host, Content-Length or Transfer-Encoding, which are
    /// not the caller's; or if the value has a line break or another control character.
    pub fn header(&mut self, name: &str, value: &str) -> Result<&mut Self, WireError> {
        check("a header's name", name, is_token_byte)?;
        let own = ["host", "content-length", "transfer-encoding"];
        if own.into_iter().any(|own| name.eq_ignore_ascii_case(own)) {
            return Err(WireError::BadRequest {
                part: "a header's name (it is set by the client)",
                at: 0,
                text: name.into(),
            });
        }
        let value = value.trim_matches([' ', '\t']);
        if !value.is_empty() {
            check("a header's value", value, |byte| byte == b'\t' || byte >= b' ' && byte != 0x7f)?;
        }
        for part in [name, ": ", value, "\r\n"] {
            self.bytes.extend_from_slice(part.as_bytes());
        }
        Ok(self)
    }
    /// Ends the request with a body, and gives its bytes.
    pub fn body(&mut self, body: &[u8]) -> &[u8] {
        // Writing to a Vec does not fail.
        let _ = write!(self.bytes, "content-length: {}\r\n\r\n", body.len());
        self.bytes.extend_from_slice(body);
        &self.bytes
    }
    /// Ends the request without a body, and gives its bytes.
    pub fn no_body(&mut self) -> &[u8] {
        self.bytes.extend_from_slice(b"\r\n");
        &self.bytes
    }
}

fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn check(part: &'static str, text: &str, allowed: impl Fn(u8) -> bool) -> Result<(), WireError> {
    let bad = if text.is_empty() { Some(0) } else { text.bytes().position(|byte| !allowed(byte)) };
    match bad {
        None => Ok(()),
        Some(at) => Err(WireError::BadRequest { part, at, text: text.chars().take(80).collect::<String>().into() }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever is accepted reads back as one request with these very parts.
        #[test]
        fn what_is_written_reads_back(method in ".{0,6}", path in ".{0,20}", host in ".{0,12}", name in ".{0,8}", value in ".{0,20}", body in prop::collection::vec(any::<u8>(), 0..50)) {
            let mut request = RequestBuilder::new();
            let started = request.start(&method, &path, &host).and_then(|request| request.header(&name, &value));
            if let Ok(request) = started {
                let bytes = request.body(&body).to_vec();
                let mut fields = [httparse::EMPTY_HEADER; 8];
                let mut parsed = httparse::Request::new(&mut fields);
                let head = parsed.parse(&bytes).unwrap().unwrap();
                prop_assert_eq!((parsed.method, parsed.path), (Some(method.as_str()), Some(path.as_str())));
                prop_assert_eq!(parsed.headers.len(), 3);
                prop_assert_eq!(parsed.headers[0].value, host.as_bytes());
                prop_assert_eq!((parsed.headers[1].name, parsed.headers[1].value), (name.as_str(), value.trim_matches([' ', '\t']).as_bytes()));
                prop_assert_eq!(&bytes[head..], &body[..]);
            }
        }
    }

    #[test]
    fn nothing_can_be_smuggled() {
        let mut request = RequestBuilder::new();
        for (method, path, host) in [
            ("GET ", "/", "h"),
            ("", "/", "h"),
            ("GET", "/a b", "h"),
            ("GET", "/a\r\nx: y", "h"),
            ("GET", "", "h"),
            ("GET", "/", "h\r\nx: y"),
            ("GET", "/", "h/x"),
            ("GET", "/", ""),
        ] {
            assert!(request.start(method, path, host).is_err(), "{method:?} {path:?} {host:?}");
        }
        request.start("GET", "/", "h").unwrap();
        for (name, value) in
            [("a", "b\r\nc: d"), ("a", "b\0"), ("a:", "b"), ("", "b"), ("Content-Length", "5"), ("HOST", "x")]
        {
            let error = request.header(name, value).unwrap_err();
            assert!(error.to_string().contains("header's"), "{error}");
        }
        assert_eq!(request.header("a", "").unwrap().no_body(), b"GET / HTTP/1.1\r\nhost: h\r\na: \r\n\r\n");
    }
}

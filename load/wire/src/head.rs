//! The head of an answer: status, headers, and how long the body is (RFC 9112 section 6.3).

use httparse::Header;

use crate::failure::Why;

/// How the end of a body is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// So many bytes.
    Sized(usize),
    /// By chunks.
    Chunked,
    /// By the end of the connection.
    UntilClose,
}

/// What the head says about the body and the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) framing: Framing,
    pub(crate) keep_alive: bool,
}

/// Reads the frame of an answer with this `status` and HTTP/1 minor `version`, to a HEAD request or another one.
pub(crate) fn frame(
    status: u16,
    version: u8,
    headers: &[Header<'_>],
    to_head: bool,
    limit: usize,
) -> Result<Frame, Why> {
    let mut length: Option<u64> = None;
    let mut chunked = false;
    let (mut close, mut keep) = (false, false);
    for Header { name, value } in headers {
        // Lengths first: most headers are none of these.
        match name.len() {
            10 if name.eq_ignore_ascii_case("connection") => {
                close |= tokens(value).any(|token| token.eq_ignore_ascii_case(b"close"));
                keep |= tokens(value).any(|token| token.eq_ignore_ascii_case(b"keep-alive"));
            }
            14 if name.eq_ignore_ascii_case("content-length") => {
                for token in tokens(value) {
                    let told = decimal(token).ok_or(Why::BadFraming("Content-Length is no number"))?;
                    if length.is_some_and(|length| length != told) {
                        return Err(Why::BadFraming("two different Content-Length"));
                    }
                    length = Some(told);
                }
            }
            17 if name.eq_ignore_ascii_case("transfer-encoding") => {
                for token in tokens(value) {
                    if chunked || !token.eq_ignore_ascii_case(b"chunked") {
                        return Err(Why::BadFraming("a transfer coding other than chunked"));
                    }
                    chunked = true;
                }
            }
            _ => {}
        }
    }
    let keep_alive = if version == 0 { keep && !close } else { !close };
    if to_head || matches!(status, 100..=199 | 204 | 304) {
        return Ok(Frame { framing: Framing::Sized(0), keep_alive });
    }
    if chunked {
        // A length beside chunks is ignored, and the connection is not trusted any more.
        return Ok(Frame { framing: Framing::Chunked, keep_alive: keep_alive && length.is_none() });
    }
    match length {
        Some(length) if length > limit as u64 => Err(Why::BodyTooLong { limit }),
        Some(length) => Ok(Frame { framing: Framing::Sized(length as usize), keep_alive }),
        None => Ok(Frame { framing: Framing::UntilClose, keep_alive: false }),
    }
}

/// The elements of a comma-separated list.
fn tokens(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii)
}

fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, &byte| match byte {
        b'0'..=b'9' => number.checked_mul(10)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

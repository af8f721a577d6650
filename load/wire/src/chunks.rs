//! The chunked transfer coding (RFC 9112 section 7.1), one piece of bytes at a time.
//!
//! Invariant: what it takes in is bounded by the limit of the body: size lines have at most 16 digits, extensions and
//! trailers together 16 KiB. Strict: a line ends with CR LF. Trailers are skipped.

use crate::failure::Why;

const OVERHEAD_LIMIT: u32 = 16 * 1024;
const DIGITS_LIMIT: u32 = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Size,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    TrailerStart,
    Trailer,
    TrailerLf,
    EndLf,
    Done,
}

/// Where in the coding the reader is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chunks {
    at: At,
    left: u64,
    digits: u32,
    overhead: u32,
}

impl Chunks {
    pub(crate) fn new() -> Self {
        Self { at: At::Size, left: 0, digits: 0, overhead: 0 }
    }
    pub(crate) fn is_done(&self) -> bool {
        self.at == At::Done
    }
    /// Decodes `input` to the end of `body`, up to `limit` bytes in all; gives the count of bytes used, which is less
    /// than all only after the last chunk.
    pub(crate) fn decode(&mut self, input: &[u8], body: &mut Vec<u8>, limit: usize) -> Result<usize, Why> {
        let mut used = 0;
        while used < input.len() && self.at != At::Done {
            if self.at == At::Data {
                let take = (input.len() - used).min(usize::try_from(self.left).unwrap_or(usize::MAX));
                body.extend_from_slice(&input[used..used + take]);
                used += take;
                self.left -= take as u64;
                if self.left == 0 {
                    self.at = At::DataCr;
                }
                continue;
            }
            self.step(input[used], body.len(), limit)?;
            used += 1;
        }
        Ok(used)
    }

    fn step(&mut self, byte: u8, held: usize, limit: usize) -> Result<(), Why> {
        self.at = match (self.at, byte) {
            (At::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') => {
                self.digits += 1;
                if self.digits > DIGITS_LIMIT {
                    return Err(Why::BadFraming("a chunk size has more than 16 digits"));
                }
                self.left = self.left << 4 | u64::from((byte as char).to_digit(16).unwrap_or(0));
                At::Size
            }
            (At::Size, _) if self.digits == 0 => return Err(Why::BadFraming("a chunk has no size")),
            (At::Size | At::Extension, b'\r') => At::SizeLf,
            (At::Size, b';' | b' ' | b'\t') => At::Extension,
            (At::Extension | At::Trailer, b'\n') => return Err(Why::BadFraming("a chunk line ends without CR")),
            (At::Extension, _) => self.skip(At::Extension)?,
            (At::SizeLf, b'\n') => {
                if self.left > limit.saturating_sub(held) as u64 {
                    return Err(Why::BodyTooLong { limit });
                }
                self.digits = 0;
                if self.left == 0 { At::TrailerStart } else { At::Data }
            }
            (At::DataCr, b'\r') => At::DataLf,
            (At::DataLf, b'\n') => At::Size,
            (At::TrailerStart, b'\r') => At::EndLf,
            (At::TrailerStart, b'\n') => return Err(Why::BadFraming("a chunk line ends without CR")),
            (At::Trailer, b'\r') => At::TrailerLf,
            (At::TrailerStart | At::Trailer, _) => self.skip(At::Trailer)?,
            (At::TrailerLf, b'\n') => At::TrailerStart,
            (At::EndLf, b'\n') => At::Done,
            _ => return Err(Why::BadFraming("a chunk is not followed by CR LF")),
        };
        Ok(())
    }

    fn skip(&mut self, next: At) -> Result<At, Why> {
        self.overhead += 1;
        if self.overhead > OVERHEAD_LIMIT {
            return Err(Why::BadFraming("chunk extensions and trailers are longer than 16 KiB"));
        }
        Ok(next)
    }
}

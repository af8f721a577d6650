//! One answer as it comes in: buffers and progress, no socket.
//!
//! ```text
//!  buffer  | head .......... | body .......... | (surplus: the connection is not reused) |
//!          0              head_end          body_end                                filled
//! ```
//!
//! Invariant: the answer is the same however its bytes are split; the buffers stay within the head's limit plus the
//! body's; broken bytes give an error, never a panic. Chunks are decoded into a buffer of their own.

use std::mem::MaybeUninit;

use httparse::{ParserConfig, Response, Status};

use crate::chunks::Chunks;
use crate::failure::Why;
use crate::head::{Framing, frame};
use crate::response::{HeaderAt, ResponseView, Span};

const HEAD_LIMIT: usize = 64 * 1024;
const HEADERS_LIMIT: usize = 96;
const INTERIM_LIMIT: u8 = 16;
const FIRST_BUFFER: usize = 4 * 1024;
const CHUNK_ROOM: usize = 4 * 1024;
/// What a buffer may keep between answers.
const KEPT_BUFFER: usize = 64 * 1024;

/// Whether an answer has come in whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    More,
    Complete,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// Up to here no end of the head was found.
    Head {
        scanned: usize,
    },
    Sized,
    Chunked(Chunks),
    UntilClose,
    Complete,
}

/// An answer under way, and its buffers, which serve for the next one.
#[derive(Debug)]
pub(crate) struct Answer {
    limit: usize,
    buffer: Vec<u8>,
    filled: usize,
    decoded: Vec<u8>,
    headers: Vec<HeaderAt>,
    status: u16,
    reason: Span,
    to_head: bool,
    interim: u8,
    keep_alive: bool,
    surplus: bool,
    chunked: bool,
    head_end: usize,
    body_end: usize,
    stage: Stage,
}

impl Answer {
    /// Buffers for answers with bodies of up to `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            buffer: vec![0; FIRST_BUFFER],
            filled: 0,
            decoded: Vec::new(),
            headers: Vec::with_capacity(16),
            status: 0,
            reason: Span::default(),
            to_head: false,
            interim: 0,
            keep_alive: false,
            surplus: false,
            chunked: false,
            head_end: 0,
            body_end: 0,
            stage: Stage::Head { scanned: 0 },
        }
    }
    /// Forgets the last answer and waits for one to a HEAD request or another.
    pub(crate) fn begin(&mut self, to_head: bool) {
        self.filled = 0;
        self.decoded.clear();
        self.to_head = to_head;
        self.interim = 0;
        self.surplus = false;
        self.chunked = false;
        self.stage = Stage::Head { scanned: 0 };
        if self.buffer.len() > KEPT_BUFFER {
            self.buffer.truncate(FIRST_BUFFER);
            self.buffer.shrink_to_fit();
        }
        self.decoded.shrink_to(KEPT_BUFFER);
    }
    /// Where the next bytes go; never empty before the answer is complete.
    pub(crate) fn room(&mut self) -> &mut [u8] {
        let most = match self.stage {
            Stage::Head { .. } => HEAD_LIMIT,
            Stage::Sized => self.body_end,
            Stage::Chunked(_) => self.filled + CHUNK_ROOM,
            Stage::UntilClose => self.head_end + self.limit + 1,
            Stage::Complete => self.filled + 1,
        };
        if self.filled >= self.buffer.len() {
            let grown = (self.buffer.len() * 2).min(most).max(self.filled + 1);
            self.buffer.resize(grown, 0);
        }
        &mut self.buffer[self.filled..]
    }
    /// Takes in `count` bytes that were put into the room.
    pub(crate) fn advance(&mut self, count: usize) -> Result<Progress, Why> {
        self.filled = (self.filled + count).min(self.buffer.len());
        loop {
            match self.stage {
                Stage::Head { scanned } => {
                    if !self.take_head(scanned)? {
                        return Ok(Progress::More);
                    }
                }
                Stage::Sized if self.filled >= self.body_end => {
                    self.surplus = self.filled > self.body_end;
                    self.stage = Stage::Complete;
                }
                Stage::Sized => return Ok(Progress::More),
                Stage::Chunked(mut chunks) => {
                    let coded = &self.buffer[self.head_end..self.filled];
                    let used = chunks.decode(coded, &mut self.decoded, self.limit)?;
                    if !chunks.is_done() {
                        self.filled = self.head_end;
                        self.stage = Stage::Chunked(chunks);
                        return Ok(Progress::More);
                    }
                    self.surplus = used < coded.len();
                    self.stage = Stage::Complete;
                }
                Stage::UntilClose if self.filled - self.head_end > self.limit => {
                    return Err(Why::BodyTooLong { limit: self.limit });
                }
                Stage::UntilClose => return Ok(Progress::More),
                Stage::Complete => return Ok(Progress::Complete),
            }
        }
    }
    /// The connection ended: that may complete the answer.
    pub(crate) fn ended(&mut self) -> Result<(), Why> {
        match self.stage {
            Stage::UntilClose => {
                self.body_end = self.filled;
                self.stage = Stage::Complete;
                Ok(())
            }
            Stage::Complete => Ok(()),
            Stage::Head { .. } if self.filled == 0 && self.interim == 0 => Err(Why::ClosedBeforeAnswer),
            Stage::Head { .. } => {
                self.parse_head()?;
                Err(Why::ClosedMidAnswer)
            }
            Stage::Sized | Stage::Chunked(_) => Err(Why::ClosedMidAnswer),
        }
    }
    /// Whether the connection may serve another request.
    pub(crate) fn leaves_connection_usable(&self) -> bool {
        matches!(self.stage, Stage::Complete) && self.keep_alive && !self.surplus
    }
    /// The answer, once complete.
    pub(crate) fn view(&self) -> ResponseView<'_> {
        let head = &self.buffer[..self.head_end];
        let body = if self.chunked { &self.decoded } else { &self.buffer[self.head_end..self.body_end] };
        ResponseView::new(self.status, self.reason, &self.headers, head, body)
    }

    /// Reads the head if it is there. A head that comes in many pieces is parsed only when its end may have come.
    fn take_head(&mut self, scanned: usize) -> Result<bool, Why> {
        let may_end = scanned == 0 || has_blank_line(&self.buffer[scanned.saturating_sub(2)..self.filled]);
        if !may_end || self.filled == 0 || !self.parse_head()? {
            self.stage = Stage::Head { scanned: self.filled };
            return if self.filled >= HEAD_LIMIT { Err(Why::HeadTooLong { limit: HEAD_LIMIT }) } else { Ok(false) };
        }
        if (100..200).contains(&self.status) {
            self.interim += 1;
            if self.status == 101 || self.interim > INTERIM_LIMIT {
                return Err(Why::BadFraming("an interim answer that was not asked for"));
            }
            self.buffer.copy_within(self.head_end..self.filled, 0);
            self.filled -= self.head_end;
            self.stage = Stage::Head { scanned: 0 };
            return Ok(self.filled > 0);
        }
        Ok(true)
    }

    /// Parses the head at the start of the buffer; false if it is not complete.
    fn parse_head(&mut self) -> Result<bool, Why> {
        let bytes = &self.buffer[..self.filled];
        let mut fields = [const { MaybeUninit::uninit() }; HEADERS_LIMIT];
        let mut response = Response::new(&mut []);
        let parsed = ParserConfig::default().parse_response_with_uninit_headers(&mut response, bytes, &mut fields);
        let Status::Complete(head_end) = parsed.map_err(Why::NotHttp)? else { return Ok(false) };
        let (status, version) = (response.code.unwrap_or(0), response.version.unwrap_or(0));
        if status < 100 {
            return Err(Why::NotHttp(httparse::Error::Status));
        }
        let frame = frame(status, version, response.headers, self.to_head, self.limit)?;
        let place = |header: &httparse::Header<'_>| HeaderAt {
            name: Span::of(header.name.as_bytes(), bytes),
            value: Span::of(header.value, bytes),
        };
        self.headers.clear();
        self.headers.extend(response.headers.iter().map(place));
        // Some phrases do not lie in the buffer but in the parser; those are empty.
        let reason = response.reason.unwrap_or("").as_bytes();
        self.reason = if reason.is_empty() { Span::default() } else { Span::of(reason, bytes) };
        self.status = status;
        self.keep_alive = frame.keep_alive;
        (self.head_end, self.body_end) = (head_end, head_end);
        self.stage = match frame.framing {
            Framing::Sized(length) => {
                self.body_end += length;
                Stage::Sized
            }
            Framing::Chunked => {
                self.chunked = true;
                Stage::Chunked(Chunks::new())
            }
            Framing::UntilClose => Stage::UntilClose,
        };
        Ok(true)
    }
}

fn has_blank_line(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\n\n") || bytes.windows(3).any(|three| three == b"\n\r\n")
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;

//! Reads a record frame by frame, in bounded memory, and says at which byte something is wrong.
//!
//! ```text
//! Ok(frame)* Ok(footer)             a whole record
//! Ok(frame)* Err(Truncated)         cut off: the frames before are whole
//! Ok(frame)* Err(anything else)     damaged from that byte on
//! ```
//! After an error or the footer the iterator is at its end.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::format::{FORMAT_VERSION, FRAME_HEAD_BYTES, Head, MAGIC, checksum};
use crate::{Frame, FrameCounts, FrameKind, RecordError, RunHeader};

/// A record being read: the header, and an iterator over the frames behind it, the footer included.
#[derive(Debug)]
pub struct Reader<R: Read> {
    source: R,
    header: Box<RunHeader>,
    at: u64,
    payload: Vec<u8>,
    counts: FrameCounts,
    over: bool,
}

impl Reader<BufReader<File>> {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    /// When the file cannot be opened, or its start is not that of a record of this version.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let file = File::open(path)
            .map_err(|source| RecordError::Open { path: path.display().to_string(), source: Arc::new(source) })?;
        Self::new(BufReader::with_capacity(1 << 18, file))
    }
}

impl<R: Read> Reader<R> {
    /// Reads magic, version and header.
    ///
    /// # Errors
    /// When the source's start is not that of a record of this version.
    pub fn new(mut source: R) -> Result<Self, RecordError> {
        let mut at = 0;
        let mut start = [0; MAGIC.len()];
        if fill(&mut source, &mut start, at)? < start.len() || start != MAGIC {
            return Err(RecordError::NotARecord);
        }
        at += start.len() as u64;
        let mut version = [0; 4];
        let got = fill(&mut source, &mut version, at)?;
        at += got as u64;
        if got < version.len() {
            return Err(RecordError::Truncated { at });
        }
        let found = u32::from_le_bytes(version);
        if found != FORMAT_VERSION {
            return Err(RecordError::Version { found });
        }
        let mut payload = Vec::new();
        let header = match next_frame(&mut source, &mut at, &mut payload)? {
            Frame::Header(header) => header,
            other => {
                return Err(RecordError::Misplaced {
                    at: 12,
                    kind: other.kind(),
                    rule: "the first frame is the header",
                });
            }
        };
        Ok(Self { source, header, at, payload, counts: FrameCounts::default(), over: false })
    }
    /// The header.
    #[must_use]
    pub fn header(&self) -> &RunHeader {
        &self.header
    }
    /// The byte behind the last whole frame.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.at
    }
    /// Frames read so far.
    #[must_use]
    pub fn counts(&self) -> &FrameCounts {
        &self.counts
    }

    fn step(&mut self) -> Result<Frame, RecordError> {
        let start = self.at;
        let frame = next_frame(&mut self.source, &mut self.at, &mut self.payload)?;
        let kind = frame.kind();
        match &frame {
            Frame::Header(_) => {
                return Err(RecordError::Misplaced { at: start, kind, rule: "a record has one header" });
            }
            Frame::Footer(footer) => {
                self.over = true;
                for kind in FrameKind::ALL {
                    let (found, said) = (self.counts.of(kind), footer.frames.of(kind));
                    if found != said {
                        return Err(RecordError::Count { kind, found, said });
                    }
                }
                if fill(&mut self.source, &mut [0], self.at)? != 0 {
                    return Err(RecordError::Misplaced { at: self.at, kind, rule: "nothing follows the footer" });
                }
            }
            _ => self.counts.add(kind),
        }
        Ok(frame)
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Frame, RecordError>;
    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let step = self.step();
        self.over |= step.is_err();
        Some(step)
    }
}

/// Reads until the target is full or the source is at its end; gives the bytes read.
fn fill(source: &mut impl Read, target: &mut [u8], at: u64) -> Result<usize, RecordError> {
    let mut got = 0;
    while let Some(rest) = target.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match source.read(rest) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(RecordError::Read { at: at + got as u64, source: Arc::new(error) }),
        }
    }
    Ok(got)
}

/// Reads one frame at `at` and moves `at` behind it.
fn next_frame(source: &mut impl Read, at: &mut u64, payload: &mut Vec<u8>) -> Result<Frame, RecordError> {
    let start = *at;
    let mut head = [0; FRAME_HEAD_BYTES];
    let got = fill(source, &mut head, start)?;
    if got < head.len() {
        return Err(RecordError::Truncated { at: start + got as u64 });
    }
    let head = Head::read(head, start)?;
    payload.resize(head.length as usize, 0);
    let body = start + FRAME_HEAD_BYTES as u64;
    let got = fill(source, payload, body)?;
    if got < payload.len() {
        return Err(RecordError::Truncated { at: body + got as u64 });
    }
    if checksum(head.length, head.kind, payload) != head.crc {
        return Err(RecordError::Checksum { at: start, length: head.length });
    }
    let kind = FrameKind::numbered(head.kind).ok_or(RecordError::Kind { at: start, kind: head.kind })?;
    let frame = decode(kind, payload, start)?;
    *at = body + u64::from(head.length);
    Ok(frame)
}

fn decode(kind: FrameKind, payload: &[u8], at: u64) -> Result<Frame, RecordError> {
    fn take<T: DeserializeOwned>(kind: FrameKind, payload: &[u8], at: u64) -> Result<T, RecordError> {
        match postcard::take_from_bytes::<T>(payload) {
            Ok((content, [])) => Ok(content),
            Ok((_, surplus)) => Err(RecordError::Surplus { at, kind, bytes: surplus.len() }),
            Err(why) => Err(RecordError::Content { at, kind, why }),
        }
    }
    Ok(match kind {
        FrameKind::Header => Frame::Header(take(kind, payload, at)?),
        FrameKind::Cell => Frame::Cell(take(kind, payload, at)?),
        FrameKind::Observation => Frame::Observation(take(kind, payload, at)?),
        FrameKind::Sms => Frame::Sms(take(kind, payload, at)?),
        FrameKind::Lookup => Frame::Lookup(take(kind, payload, at)?),
        FrameKind::Abandoned => Frame::Abandoned(take(kind, payload, at)?),
        FrameKind::JourneyEnded => Frame::JourneyEnded(take(kind, payload, at)?),
        FrameKind::CellClosed => Frame::CellClosed(take(kind, payload, at)?),
        FrameKind::Second => Frame::Second(take(kind, payload, at)?),
        FrameKind::Lag => Frame::Lag(take(kind, payload, at)?),
        FrameKind::Process => Frame::Process(take(kind, payload, at)?),
        FrameKind::Note => Frame::Note(take(kind, payload, at)?),
        FrameKind::Footer => Frame::Footer(take(kind, payload, at)?),
    })
}

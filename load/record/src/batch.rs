//! Frames encoded one after the other into one buffer that is used again and again: the hot path of recording.

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use songsinh_contract::{CellFacts, CellId, LookupEvent, Observation, SmsEvent};

use crate::format::{FRAME_HEAD_BYTES, MAX_PAYLOAD_BYTES, checksum};
use crate::{Abandoned, Frame, FrameCounts, FrameKind, JourneyEnded, RecordError, SecondStats};

/// Encoded frames on their way to the file. A frame that cannot be encoded leaves no trace in it.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    counts: FrameCounts,
}

/// Appends to a buffer and stops at the largest payload.
struct Append<'a> {
    bytes: &'a mut Vec<u8>,
    end: usize,
}

impl Flavor for Append<'_> {
    type Output = ();
    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        if self.bytes.len() + data.len() > self.end {
            return Err(postcard::Error::SerializeBufferFull);
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }
    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

impl Batch {
    /// An empty batch with room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), counts: FrameCounts::default() }
    }
    /// Bytes in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }
    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.counts = FrameCounts::default();
    }
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
    pub(crate) fn counts(&self) -> &FrameCounts {
        &self.counts
    }

    /// Adds a cell's facts.
    ///
    /// # Errors
    /// When the frame is larger than the format allows.
    pub fn cell(&mut self, facts: &CellFacts) -> Result<(), RecordError> {
        self.put(FrameKind::Cell, facts)
    }
    /// Adds an observation.
    ///
    /// # Errors
    /// When the frame is larger than the format allows.
    pub fn observation(&mut self, observation: &Observation) -> Result<(), RecordError> {
        self.put(FrameKind::Observation, observation)
    }
    /// Adds a message.
    ///
    /// # Errors
    /// When the frame is larger than the format allows.
    pub fn sms(&mut self, event: &SmsEvent) -> Result<(), RecordError> {
        self.put(FrameKind::Sms, event)
    }
    /// Adds a lookup.
    ///
    /// # Errors
    /// When the frame is larger than the format allows.
    pub fn lookup(&mut self, event: &LookupEvent) -> Result<(), RecordError> {
        self.put(FrameKind::Lookup, event)
    }
    /// Adds a citizen who could not start.
    ///
    /// # Errors
    /// When the frame is larger than the format allows.
    pub fn abandoned(&mut self, abandoned: Abandoned) -> Result<(), RecordError> {
        self.put(FrameKind::Abandoned, &abandoned)
    }
    /// Adds the end of a journey.
    ///
    /// # Errors
    /// When the frame is larger than the format allows.
    pub fn journey_ended(&mut self, ended: JourneyEnded) -> Result<(), RecordError> {
        self.put(FrameKind::JourneyEnded, &ended)
    }
    /// Adds the end of a cell.
    ///
    /// # Errors
    /// When the frame is larger than the format allows.
    pub fn cell_closed(&mut self, cell: CellId) -> Result<(), RecordError> {
        self.put(FrameKind::CellClosed, &cell)
    }
    /// Adds the figures of a second.
    ///
    /// # Errors
    /// When the frame is larger than the format allows.
    pub fn second(&mut self, second: SecondStats) -> Result<(), RecordError> {
        self.put(FrameKind::Second, &second)
    }
    /// Adds any frame but header and footer, which are the writer's.
    ///
    /// # Errors
    /// When the frame is larger than the format allows, or a header or footer.
    pub fn frame(&mut self, frame: &Frame) -> Result<(), RecordError> {
        let misplaced = |kind| RecordError::Misplaced { at: 0, kind, rule: "only the writer writes header and footer" };
        match frame {
            Frame::Header(_) | Frame::Footer(_) => Err(misplaced(frame.kind())),
            Frame::Cell(facts) => self.cell(facts),
            Frame::Observation(observation) => self.observation(observation),
            Frame::Sms(event) => self.sms(event),
            Frame::Lookup(event) => self.lookup(event),
            Frame::Abandoned(abandoned) => self.abandoned(*abandoned),
            Frame::JourneyEnded(ended) => self.journey_ended(*ended),
            Frame::CellClosed(cell) => self.cell_closed(*cell),
            Frame::Second(second) => self.second(*second),
            Frame::Lag(lag) => self.put(FrameKind::Lag, lag),
            Frame::Process(process) => self.put(FrameKind::Process, process),
            Frame::Note(text) => self.put(FrameKind::Note, text),
        }
    }

    /// Encodes one frame behind what is there.
    pub(crate) fn put<T: Serialize>(&mut self, kind: FrameKind, content: &T) -> Result<(), RecordError> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; FRAME_HEAD_BYTES]);
        let payload = self.bytes.len();
        let append = Append { bytes: &mut self.bytes, end: payload + MAX_PAYLOAD_BYTES };
        if let Err(why) = postcard::serialize_with_flavor(content, append) {
            self.bytes.truncate(start);
            return Err(match why {
                postcard::Error::SerializeBufferFull => RecordError::FrameTooLarge { kind },
                why => RecordError::Encode { kind, why },
            });
        }
        let length = (self.bytes.len() - payload) as u32;
        let crc = checksum(length, kind as u8, self.bytes.get(payload..).unwrap_or_default());
        let mut head = [0; FRAME_HEAD_BYTES];
        head[..4].copy_from_slice(&length.to_le_bytes());
        head[4] = kind as u8;
        head[5..].copy_from_slice(&crc.to_le_bytes());
        self.bytes[start..payload].copy_from_slice(&head);
        self.counts.add(kind);
        Ok(())
    }
}

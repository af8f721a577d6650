//! What can go wrong with a record, and where in the file.

use std::io;
use std::sync::Arc;

use crate::{FORMAT_VERSION, FrameKind, MAX_PAYLOAD_BYTES};

/// Why a record cannot be written or read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecordError {
    /// The file cannot be created.
    #[error("cannot create the run record {path}: {source}")]
    Create {
        /// Where.
        path: String,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// The file cannot be opened.
    #[error("cannot open the run record {path}: {source}")]
    Open {
        /// Where.
        path: String,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// A write failed, for example because the disk is full. The run is invalid from here on.
    #[error("the run record could not be written whole ({source}); free some space or choose another --out folder")]
    Write {
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// A read failed.
    #[error("the run record cannot be read at byte {at}: {source}")]
    Read {
        /// Where in the file.
        at: u64,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// A frame is larger than the format allows.
    #[error("a {kind} frame is larger than {MAX_PAYLOAD_BYTES} bytes")]
    FrameTooLarge {
        /// What was to be written.
        kind: FrameKind,
    },
    /// A frame's content cannot be encoded.
    #[error("a {kind} frame cannot be encoded: {why}")]
    Encode {
        /// What was to be written.
        kind: FrameKind,
        /// What the encoder said.
        why: postcard::Error,
    },
    /// The thread that writes is gone.
    #[error("the recorder is closed already")]
    Closed,
    /// The thread that writes panicked.
    #[error("the thread that writes the run record crashed")]
    Crashed,
    /// The file is something else.
    #[error("this is not a run record: a record starts with the eight bytes «SONGSINH»")]
    NotARecord,
    /// The file was written by another version.
    #[error(
        "the run record has format {found}, this program reads format {FORMAT_VERSION}: use the program that wrote it"
    )]
    Version {
        /// The version in the file.
        found: u32,
    },
    /// The length of a frame is impossible.
    #[error("damaged at byte {at}: a frame claims {length} bytes, the limit is {MAX_PAYLOAD_BYTES}")]
    FrameLength {
        /// Where the frame starts.
        at: u64,
        /// The length claimed.
        length: u32,
    },
    /// The checksum does not fit.
    #[error("damaged at byte {at}: the checksum of a frame of {length} bytes does not fit")]
    Checksum {
        /// Where the frame starts.
        at: u64,
        /// The length claimed.
        length: u32,
    },
    /// The kind is not known.
    #[error("damaged at byte {at}: no frame has the kind {kind}")]
    Kind {
        /// Where the frame starts.
        at: u64,
        /// The kind found.
        kind: u8,
    },
    /// The payload is not what the kind says.
    #[error("damaged at byte {at}: the content is no {kind} frame ({why})")]
    Content {
        /// Where the frame starts.
        at: u64,
        /// The kind claimed.
        kind: FrameKind,
        /// What the decoder said.
        why: postcard::Error,
    },
    /// The payload is longer than its content.
    #[error("damaged at byte {at}: {bytes} bytes follow the content of a {kind} frame")]
    Surplus {
        /// Where the frame starts.
        at: u64,
        /// The kind.
        kind: FrameKind,
        /// How many bytes too many.
        bytes: usize,
    },
    /// A frame stands where it may not stand.
    #[error("damaged at byte {at}: a {kind} frame may not stand here ({rule})")]
    Misplaced {
        /// Where the frame starts.
        at: u64,
        /// The kind.
        kind: FrameKind,
        /// What holds instead.
        rule: &'static str,
    },
    /// The footer counts other frames than the file holds.
    #[error("damaged: the footer counts {said} {kind} frames, the file holds {found}")]
    Count {
        /// The kind.
        kind: FrameKind,
        /// Frames in the file.
        found: u64,
        /// Frames by the footer.
        said: u64,
    },
    /// The file ends before its footer. What was read before is whole.
    #[error("the run record ends at byte {at} without a footer: the run was cut off")]
    Truncated {
        /// Where the file ends.
        at: u64,
    },
}

impl RecordError {
    pub(crate) fn write(source: io::Error) -> Self {
        Self::Write { source: Arc::new(source) }
    }
    /// Whether everything read before this error is whole and may be used (a run that was cut off).
    #[must_use]
    pub fn is_truncation(&self) -> bool {
        matches!(self, Self::Truncated { .. })
    }
}

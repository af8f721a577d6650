//! The run record: everything that a run saw, in one versioned binary file. Reports, checks and comparisons work from
//! the file alone.
//!
//! Invariants: what cannot be written whole is an error of the run, never a silent gap; what was damaged is found at
//! the byte where the damage is; nothing is taken from the wall clock or the host but what the caller passes, so that
//! two virtual runs of one seed are equal byte by byte.
//!
//! Not here: what the frames mean (`songsinh-oracle`), how they are shown (`songsinh-reports`).

mod batch;
mod error;
mod footer;
mod format;
mod frame;
mod header;
mod reader;
mod thread;
mod writer;

pub use batch::Batch;
pub use error::RecordError;
pub use footer::{EventMark, FrameCounts, InvalidReason, JourneyTotals, RunFooter, SmsTotals};
pub use format::{FORMAT_VERSION, FRAME_HEAD_BYTES, MAGIC, MAX_PAYLOAD_BYTES};
pub use frame::{
    AbandonReason, Abandoned, Ending, Frame, FrameKind, JourneyEnded, LagHistogram, ProcessUse, SecondStats,
};
pub use header::{
    Bounds, KnownIssue, MissingOperation, Mode, MustDecide, Phase, PlannedEvent, RunHeader, Source, TargetLabel, Terms,
    Tolerance,
};
pub use reader::Reader;
pub use thread::{RecorderHandle, RecorderStats, RecorderThread};
pub use writer::Writer;

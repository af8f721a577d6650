//! The frames between header and footer: what happened, in the order in which it was written.
//!
//! Order: the facts of a cell stand before its observations, its observations and messages before its `CellClosed`.
//! Frames of different cells mix freely.

use std::fmt;

use serde::{Deserialize, Serialize};
use songsinh_contract::{ArrivalId, CellFacts, CellId, LookupEvent, Moment, Observation, SmsEvent};

use crate::{RunFooter, RunHeader};

/// The kinds of frames and their numbers in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is documented at the Frame of the same name")]
pub enum FrameKind {
    Header = 1,
    Cell = 2,
    Observation = 3,
    Sms = 4,
    Lookup = 5,
    Abandoned = 6,
    JourneyEnded = 7,
    CellClosed = 8,
    Second = 9,
    Lag = 10,
    Process = 11,
    Note = 12,
    Footer = 13,
}

impl FrameKind {
    /// Every kind, by its number.
    pub const ALL: [Self; 13] = [
        Self::Header,
        Self::Cell,
        Self::Observation,
        Self::Sms,
        Self::Lookup,
        Self::Abandoned,
        Self::JourneyEnded,
        Self::CellClosed,
        Self::Second,
        Self::Lag,
        Self::Process,
        Self::Note,
        Self::Footer,
    ];
    /// The kind of that number.
    #[must_use]
    pub fn numbered(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }
}

impl fmt::Display for FrameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Header => "header",
            Self::Cell => "cell",
            Self::Observation => "observation",
            Self::Sms => "sms",
            Self::Lookup => "lookup",
            Self::Abandoned => "abandoned",
            Self::JourneyEnded => "journey-ended",
            Self::CellClosed => "cell-closed",
            Self::Second => "second",
            Self::Lag => "lag",
            Self::Process => "process",
            Self::Note => "note",
            Self::Footer => "footer",
        })
    }
}

/// One entry of the record.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// What was to be run.
    Header(Box<RunHeader>),
    /// The facts about a cell, before its first call.
    Cell(Box<CellFacts>),
    /// One call and its answer.
    Observation(Box<Observation>),
    /// One message, as the gateway's ledger has it; a later frame of the same id replaces an earlier one.
    Sms(SmsEvent),
    /// One question to the population service.
    Lookup(LookupEvent),
    /// A citizen who could not start.
    Abandoned(Abandoned),
    /// A journey that is over.
    JourneyEnded(JourneyEnded),
    /// Nothing more will come about this cell.
    CellClosed(CellId),
    /// The live figures of one second.
    Second(SecondStats),
    /// Start lag of one worker.
    Lag(LagHistogram),
    /// What a process used.
    Process(ProcessUse),
    /// A remark for the reader of the report.
    Note(Box<str>),
    /// The end.
    Footer(Box<RunFooter>),
}

impl Frame {
    /// The kind of this frame.
    #[must_use]
    pub fn kind(&self) -> FrameKind {
        match self {
            Self::Header(_) => FrameKind::Header,
            Self::Cell(_) => FrameKind::Cell,
            Self::Observation(_) => FrameKind::Observation,
            Self::Sms(_) => FrameKind::Sms,
            Self::Lookup(_) => FrameKind::Lookup,
            Self::Abandoned(_) => FrameKind::Abandoned,
            Self::JourneyEnded(_) => FrameKind::JourneyEnded,
            Self::CellClosed(_) => FrameKind::CellClosed,
            Self::Second(_) => FrameKind::Second,
            Self::Lag(_) => FrameKind::Lag,
            Self::Process(_) => FrameKind::Process,
            Self::Note(_) => FrameKind::Note,
            Self::Footer(_) => FrameKind::Footer,
        }
    }
}

/// Why a citizen could not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbandonReason {
    /// As many journeys as allowed were in flight.
    TooManyInFlight,
    /// The run ended before the turn came.
    RunEnded,
    /// The offering was stopped (no messages arrive, the target is gone).
    OfferingStopped,
    /// No unused person was left.
    NobodyLeft,
}

impl AbandonReason {
    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooManyInFlight => "too many in flight",
            Self::RunEnded => "the run ended",
            Self::OfferingStopped => "the offering was stopped",
            Self::NobodyLeft => "nobody left to take",
        }
    }
}

/// A citizen who could not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abandoned {
    /// The arrival.
    pub arrival: ArrivalId,
    /// When that was decided.
    pub at: Moment,
    /// Why.
    pub why: AbandonReason,
}

/// How a journey ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It came to its end (an attack that was fended off, too).
    Completed,
    /// The citizen lost patience.
    GaveUp,
    /// An answer left no way on.
    Failed,
    /// The target knew the citizen before the run; somebody else was taken in place.
    Dirty,
    /// The run ended while it was under way.
    Left,
}

/// A journey that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyEnded {
    /// The arrival.
    pub arrival: ArrivalId,
    /// Its cell.
    pub cell: CellId,
    /// When.
    pub at: Moment,
    /// How.
    pub ending: Ending,
}

/// The live figures of one second of the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStats {
    /// Seconds since the origin, rounded down.
    pub second: u32,
    /// Journeys that were due in it.
    pub offered: u32,
    /// Journeys that were started in it.
    pub started: u32,
    /// Journeys that ended in it.
    pub ended: u32,
    /// Answers that were complete in it.
    pub requests: u32,
    /// Journeys in flight at its end.
    pub in_flight: u32,
    /// Messages under way at its end.
    pub sms_in_flight: u32,
    /// Violations found live, from the start of the run.
    pub violations: u32,
}

/// Start lag (sent less intended, of first requests) of one worker, in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LagHistogram {
    /// An HdrHistogram in its V2 encoding, uncompressed.
    pub v2: Vec<u8>,
}

/// What a process used from the start of the run to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProcessUse {
    /// Its part: `generator`, `twin`, `population`, `sms`.
    pub name: String,
    /// Processor time, user and system, seconds.
    pub cpu_s: f64,
    /// Largest resident memory, MiB.
    pub rss_mib: f64,
}

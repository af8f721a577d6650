//! The last frame: the run's own count of what happened, against which a reader checks the file.

use std::fmt;

use serde::{Deserialize, Serialize};
use songsinh_contract::Moment;

use crate::FrameKind;

/// Why a run says nothing, good or bad, about the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvalidReason {
    /// The generator started its journeys too late.
    ExcessLag {
        /// What was measured.
        p99_us: u64,
        /// What is allowed.
        bound_us: u64,
    },
    /// Too many people were known to the target before the run.
    DirtyPeople {
        /// How many.
        dirty: u64,
        /// Of how many.
        people: u64,
    },
    /// Too many answers that the profile does not explain, or that somebody else than the target gave.
    UnmappedAnswers {
        /// How many.
        unexplained: u64,
        /// Of how many.
        answers: u64,
    },
    /// Codes were requested and accepted, and no message reached our gateway.
    NoSms {
        /// How many.
        requests: u64,
    },
    /// The record has no footer, or is damaged.
    RecordTruncated {
        /// Byte at which it ends.
        at: u64,
    },
    /// The record could not be written whole.
    RecordUnwritten {
        /// What the system said.
        why: String,
    },
    /// A rule was not decided as often as the scenario demands.
    MustDecide {
        /// Slug of the rule.
        rule: String,
        /// Decisions wanted.
        wanted: u64,
        /// Decisions made.
        got: u64,
    },
    /// A part of the harness crashed.
    Crashed {
        /// Which part, and what it said.
        what: String,
    },
    /// Too few journeys came to their end for the run to say anything.
    FewCompleted {
        /// How many did.
        completed: u64,
        /// Of how many that started.
        started: u64,
    },
    /// Too many journeys were under way when the run ended.
    LeftUnderWay {
        /// How many.
        left: u64,
        /// Of how many that started.
        started: u64,
    },
    /// The citizen who went first did not get through, so no load was made.
    CanaryFailed {
        /// What was found.
        why: String,
    },
    /// Fewer people than the scenario asks for could be brought into the state in which the load begins.
    Unprepared {
        /// How many were wanted.
        wanted: u64,
        /// How many were ready.
        ready: u64,
        /// Why the others were not, in words.
        why: String,
    },
    /// Something that was to happen to the world could not be brought about.
    EventFailed {
        /// What was to happen.
        what: String,
        /// What went wrong.
        why: String,
    },
    /// Something of the harness went beyond its limit.
    LimitReached {
        /// What, and which limit.
        what: String,
    },
}

impl InvalidReason {
    /// A stable word for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ExcessLag { .. } => "excess-lag",
            Self::DirtyPeople { .. } => "dirty-people",
            Self::UnmappedAnswers { .. } => "unmapped-answers",
            Self::NoSms { .. } => "no-sms",
            Self::RecordTruncated { .. } => "record-truncated",
            Self::RecordUnwritten { .. } => "record-unwritten",
            Self::MustDecide { .. } => "must-decide",
            Self::Crashed { .. } => "crashed",
            Self::FewCompleted { .. } => "few-completed",
            Self::LeftUnderWay { .. } => "left-under-way",
            Self::CanaryFailed { .. } => "canary-failed",
            Self::Unprepared { .. } => "unprepared",
            Self::EventFailed { .. } => "event-failed",
            Self::LimitReached { .. } => "limit-reached",
        }
    }
}

impl fmt::Display for InvalidReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExcessLag { p99_us, bound_us } => write!(
                f,
                "journeys started late: lag p99 {p99_us} µs, allowed {bound_us} µs; give the generator a core of its own or lower the rate"
            ),
            Self::DirtyPeople { dirty, people } => write!(
                f,
                "the target was not clean: it knew {dirty} of {people} people before the run; reset it, or keep the roster of earlier runs"
            ),
            Self::UnmappedAnswers { unexplained, answers } => write!(
                f,
                "{unexplained} of {answers} answers are not explained by the profile or came from somebody else; map them under «answers» of the profile"
            ),
            Self::NoSms { requests } => write!(
                f,
                "{requests} accepted code requests were followed by no message at our gateway; check where the target sends its SMS"
            ),
            Self::RecordTruncated { at } => write!(f, "the run record ends or is damaged at byte {at}"),
            Self::RecordUnwritten { why } => write!(f, "the run record could not be written whole: {why}"),
            Self::MustDecide { rule, wanted, got } => {
                write!(f, "rule {rule} was decided {got} times, the scenario demands {wanted}")
            }
            Self::Crashed { what } => write!(f, "a part of the harness crashed: {what}"),
            Self::FewCompleted { completed, started } => {
                write!(f, "only {completed} of {started} journeys came to their end; see below why the others did not")
            }
            Self::LeftUnderWay { left, started } => {
                write!(f, "{left} of {started} journeys were under way when the run ended; give `drain` more time")
            }
            Self::CanaryFailed { why } => write!(f, "no load was made: {why}"),
            Self::Unprepared { wanted, ready, why } => write!(
                f,
                "only {ready} of {wanted} people could be prepared, so no load was made: {why}; give `prepare.journeys` more time or a higher rate, or ask for less under `people`"
            ),
            Self::EventFailed { what, why } => write!(f, "an event did not come about: {what}: {why}"),
            Self::LimitReached { what } => write!(f, "a limit was reached: {what}"),
        }
    }
}

/// What became of the journeys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyTotals {
    /// In the plan.
    pub planned: u64,
    /// Whose first step was taken.
    pub started: u64,
    /// That could not be started.
    pub abandoned: u64,
    /// That came to their end.
    pub completed: u64,
    /// Whose citizen lost patience.
    pub gave_up: u64,
    /// That were under way when the run ended.
    pub left: u64,
    /// That the target's answers ended early.
    pub failed: u64,
    /// Whose citizen the target knew before.
    pub dirty: u64,
}

/// What became of the messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsTotals {
    /// Taken by the gateway.
    pub accepted: u64,
    /// On a phone (a doubled one counts once).
    pub delivered: u64,
    /// Never to arrive.
    pub lost: u64,
}

/// Frames by kind, in the order of the kinds. Header and footer are not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameCounts(pub(crate) [u64; 11]);

impl FrameCounts {
    fn slot(kind: FrameKind) -> Option<usize> {
        match kind {
            FrameKind::Header | FrameKind::Footer => None,
            kind => Some(kind as usize - FrameKind::Cell as usize),
        }
    }
    /// Frames of that kind.
    #[must_use]
    pub fn of(&self, kind: FrameKind) -> u64 {
        Self::slot(kind).and_then(|slot| self.0.get(slot)).copied().unwrap_or(0)
    }
    pub(crate) fn add(&mut self, kind: FrameKind) {
        if let Some(count) = Self::slot(kind).and_then(|slot| self.0.get_mut(slot)) {
            *count += 1;
        }
    }
    pub(crate) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine += theirs;
        }
    }
}

/// Something that happened to the world while the load was on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventMark {
    /// What happened, in a few words.
    pub what: String,
    /// When it began, on the run's clock; none: it did not come about, or time is virtual and it has no meaning there.
    pub began: Option<Moment>,
    /// When it was over; none: the run ended before, or it never began.
    pub ended: Option<Moment>,
}

/// The end of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFooter {
    /// When the last journey was over, on the run's clock.
    pub ended: Moment,
    /// Whether somebody stopped the run.
    pub interrupted: bool,
    /// What the engine itself found that makes the run invalid.
    pub invalid: Vec<InvalidReason>,
    /// Journeys of the load.
    pub journeys: JourneyTotals,
    /// Journeys before the load that brought people into their state: in no figure.
    pub prepared: JourneyTotals,
    /// Journeys that warmed the target up: in no figure.
    pub warm_up: JourneyTotals,
    /// What happened to the world, in the order of the header's events.
    pub events: Vec<EventMark>,
    /// Messages.
    pub sms: SmsTotals,
    /// Questions asked of the population service.
    pub lookups: u64,
    /// How often a worker had to wait for the recorder. Always 0 in virtual time.
    pub recorder_waits: u64,
    /// Frames written; set by the writer.
    pub frames: FrameCounts,
}

//! Intervals on the run's clock: when the target can have acted, and how old a thing can have been when it did.
//!
//! ```text
//!   sent₁      done₁                    sent₂      done₂
//! ---|=========|------------------------|==========|----> run's clock
//!     the code was born in here          it was tried in here
//!
//!    least age: sent₂ − done₁      greatest age: done₂ − sent₁
//! ```
//!
//! Clocks of targets count in milliseconds, each moment cut to the one before it: a life may end, and a wait may be
//! over, less than a millisecond early. That last part of a millisecond is not judged.
//!
//! Invariant: an answer is decided only if it would be right (or wrong) at every point of both intervals. A call
//! whose answer was lost may act at any later time: its interval never ends.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use songsinh_contract::{Loss, Moment, Observation, Outcome};

use crate::Tolerance;

/// Whether a condition holds, as far as the observations tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tri {
    /// It holds at every possible time and in every reading.
    Holds,
    /// It is broken at every possible time and in every reading.
    Broken,
    /// The times straddle the bound, or the domain leaves it open.
    Unknown,
}

impl Tri {
    /// [`Tri::Holds`] or [`Tri::Broken`].
    pub(crate) fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Broken }
    }
    /// Both must hold.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Broken, _) | (_, Self::Broken) => Self::Broken,
            (Self::Holds, Self::Holds) => Self::Holds,
            _ => Self::Unknown,
        }
    }
}

/// A closed interval in which the target acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Span {
    /// Not before.
    pub(crate) lo: Moment,
    /// Not after.
    pub(crate) hi: Moment,
}

/// Whether the call can take effect after its answer came or was given up: nothing came from the target itself, so it may
/// be at work still. A gateway's 502 and 504 and an answer by somebody else are of this kind.
pub(crate) fn is_lost(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Indeterminate(Loss::Reset | Loss::TimedOut) | Outcome::Foreign { .. } => true,
        Outcome::Fault { status } | Outcome::Unmapped { status, .. } => matches!(status, 502 | 504),
        _ => false,
    }
}

impl Span {
    /// When the target can have acted on a call.
    pub(crate) fn of(observation: &Observation) -> Self {
        Self {
            lo: observation.sent,
            hi: if is_lost(&observation.outcome) { Moment::NEVER } else { observation.done.max(observation.sent) },
        }
    }
    /// How old a thing born in `birth` is at some point of this interval.
    pub(crate) fn age_since(self, birth: Self) -> Age {
        Age { min_ns: self.lo.0.saturating_sub(birth.hi.0), max_ns: self.hi.0.saturating_sub(birth.lo.0) }
    }
    /// From the earliest of both to the latest.
    pub(crate) fn hull(self, other: Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }
    /// When the later of two things was, each of which was within its interval.
    pub(crate) fn later(self, other: Self) -> Self {
        Self { lo: self.lo.max(other.lo), hi: self.hi.max(other.hi) }
    }
    /// Whether the two can have been at the same time.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.lo < other.hi && other.lo < self.hi
    }
}

/// An age in nanoseconds, known to lie between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Age {
    /// Not younger.
    pub min_ns: u64,
    /// Not older.
    pub max_ns: u64,
}

/// By how much a clock of milliseconds can make an age greater than it is.
const CUT_NS: u64 = 999_999;

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

impl Age {
    /// A life: holds before the limit, is over from the limit on.
    pub(crate) fn below(self, limit: Duration, tolerance: Tolerance) -> Tri {
        let limit = nanos(limit);
        if self.max_ns.saturating_add(CUT_NS) < limit.saturating_sub(tolerance.early_ns()) {
            Tri::Holds
        } else if self.min_ns >= limit.saturating_add(tolerance.late_ns()) {
            Tri::Broken
        } else {
            Tri::Unknown
        }
    }
    /// A wait: broken before the limit, holds from the limit on.
    pub(crate) fn reached(self, limit: Duration, tolerance: Tolerance) -> Tri {
        match self.below(limit, tolerance) {
            Tri::Holds => Tri::Broken,
            Tri::Broken => Tri::Holds,
            Tri::Unknown => Tri::Unknown,
        }
    }
}

/// How many of some dated events lie within a rolling window: at least, and at most. One that leaves it within the next
/// millisecond may be out by the target's clock.
pub(crate) fn within(events: impl Iterator<Item = (Span, bool)>, now: Span, window: Duration) -> (u32, u32) {
    let window = nanos(window);
    events.fold((0, 0), |(least, most), (span, certain)| {
        let age = now.age_since(span);
        let inside = age.max_ns.saturating_add(CUT_NS) < window;
        (least + u32::from(certain && inside), most + u32::from(age.min_ns < window))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_life_is_over_at_its_limit_exactly() {
        let at = |ns| Age { min_ns: ns, max_ns: ns };
        let none = Tolerance::default();
        assert_eq!(at(999_000_000).below(SECOND, none), Tri::Holds);
        assert_eq!(at(1_000_000_000).below(SECOND, none), Tri::Broken);
        assert_eq!(at(999_000_000).reached(SECOND, none), Tri::Broken);
        // A clock of milliseconds may say a second here.
        assert_eq!(at(999_000_001).below(SECOND, none), Tri::Unknown);
        assert_eq!(at(999_999_999).reached(SECOND, none), Tri::Unknown);
        assert_eq!(at(1_000_000_000).reached(SECOND, none), Tri::Holds);
    }

    #[test]
    fn what_straddles_the_limit_is_unknown_and_tolerance_widens_it() {
        let wide = Age { min_ns: 999_999_999, max_ns: 1_000_000_000 };
        assert_eq!(wide.below(SECOND, Tolerance::default()), Tri::Unknown);
        let soft = Tolerance { early_ms: 100, late_ms: 200 };
        let at = |ms: u64| Age { min_ns: ms * 1_000_000, max_ns: ms * 1_000_000 };
        assert_eq!(at(899).below(SECOND, soft), Tri::Holds);
        assert_eq!(at(900).below(SECOND, soft), Tri::Unknown);
        assert_eq!(at(1199).below(SECOND, soft), Tri::Unknown);
        assert_eq!(at(1200).below(SECOND, soft), Tri::Broken);
    }

    #[test]
    fn the_later_of_two_things_is_not_before_either() {
        let span = |lo, hi| Span { lo: Moment(lo), hi: Moment(hi) };
        for (one, other, later) in
            [((0, 5), (7, 9), (7, 9)), ((0, 8), (7, 9), (7, 9)), ((0, 9), (4, 6), (4, 9)), ((3, 3), (3, 3), (3, 3))]
        {
            let (one, other, later) = (span(one.0, one.1), span(other.0, other.1), span(later.0, later.1));
            assert_eq!((one.later(other), other.later(one)), (later, later));
        }
    }

    #[test]
    fn a_window_counts_between_certain_and_possible() {
        let ms = |ms: u64| Moment(ms * 1_000_000);
        let span = |lo, hi| Span { lo: ms(lo), hi: ms(hi) };
        let events = [(span(0, 10), true), (span(50, 60), true), (span(55, 60), false)];
        let counted = within(events.into_iter(), span(100, 110), Duration::from_millis(100));
        assert_eq!(counted, (1, 3));
    }

    #[test]
    fn what_is_as_old_as_the_window_has_left_it() {
        let counted = |age_ns: u64| {
            let at = |ns| Span { lo: Moment(ns), hi: Moment(ns) };
            within([(at(5), true)].into_iter(), at(5 + age_ns), SECOND)
        };
        assert_eq!(counted(999_000_000), (1, 1));
        // A clock of milliseconds may say a second here.
        assert_eq!(counted(999_000_001), (0, 1));
        assert_eq!(counted(999_999_999), (0, 1));
        assert_eq!(counted(1_000_000_000), (0, 0));
    }

    #[test]
    fn a_call_that_is_sent_when_another_returns_comes_after_it() {
        let span = |lo, hi| Span { lo: Moment(lo), hi: Moment(hi) };
        for (one, other, overlap) in [
            (span(0, 10), span(10, 20), false),
            (span(0, 10), span(9, 20), true),
            (span(0, 10), span(5, 5), true),
            (span(0, 10), span(10, 10), false),
            (span(5, 5), span(5, 5), false),
        ] {
            assert_eq!((one.overlaps(other), other.overlaps(one)), (overlap, overlap), "{one:?} {other:?}");
        }
    }
}

//! Time as a parameter. Whatever runs both in real and in virtual time takes a [`Clock`] and awaits nothing else.

use std::fmt;
use std::future::Future;
use std::ops::{Add, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point on the run's clock, in nanoseconds since the clock's origin. Real runs use the host's monotonic clock
/// (`CLOCK_MONOTONIC`), so moments taken by different processes of one host compare; virtual runs start at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Moment(pub u64);

impl Moment {
    /// A moment later than every other one.
    pub const NEVER: Self = Self(u64::MAX);
    /// The time from `earlier` to this moment, zero if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
    /// Nanoseconds from `earlier` to this moment, negative if this moment comes first.
    #[must_use]
    pub fn signed_since(self, earlier: Self) -> i64 {
        self.0.wrapping_sub(earlier.0) as i64
    }
}

impl Add<Duration> for Moment {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
    }
}

/// Wall-clock time, milliseconds since 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct UnixMillis(pub i64);

impl UnixMillis {
    /// The civil date in Asia/Ho_Chi_Minh (UTC+7, no daylight saving since 1975).
    #[must_use]
    pub fn date_in_viet_nam(self) -> jiff::civil::Date {
        let days = (self.0 + 7 * 3_600_000).div_euclid(86_400_000);
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        let span = jiff::Span::new().try_days(days);
        span.and_then(|span| epoch.checked_add(span)).unwrap_or(epoch)
    }
}

impl fmt::Display for UnixMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The one source of time. Cloning gives another handle on the same clock.
pub trait Clock: Clone + 'static {
    /// Now, on the run's clock.
    fn now(&self) -> Moment;
    /// Now, by the wall clock. In virtual time: the scenario's start plus the virtual time passed.
    fn unix(&self) -> UnixMillis;
    /// Waits until `due`; returns at once when it has passed.
    fn sleep_until(&self, due: Moment) -> impl Future<Output = ()>;
    /// Waits for `span` from now.
    fn sleep(&self, span: Duration) -> impl Future<Output = ()> {
        self.sleep_until(self.now() + span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_viet_nam() {
        // 2022-08-21T16:59:59.999Z and one millisecond later.
        assert_eq!(UnixMillis(1_661_101_199_999).date_in_viet_nam(), jiff::civil::date(2022, 8, 21));
        assert_eq!(UnixMillis(1_661_101_200_000).date_in_viet_nam(), jiff::civil::date(2022, 8, 22));
        assert_eq!(UnixMillis(-1).date_in_viet_nam(), jiff::civil::date(1970, 1, 1));
    }

    #[test]
    fn moments_saturate_and_subtract_with_sign() {
        assert_eq!(Moment(5).since(Moment(9)), Duration::ZERO);
        assert_eq!(Moment(5).signed_since(Moment(9)), -4);
        assert_eq!(Moment(5) - Duration::from_nanos(9), Moment(0));
        assert_eq!(Moment(5) + Duration::MAX, Moment::NEVER);
    }
}

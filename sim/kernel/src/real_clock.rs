//! The clock of a real run. Invariant: nothing else in the product reads the clock of the host.

use rustix::time::{ClockId, Timespec, clock_gettime};
use songsinh_contract::{Clock, Moment, UnixMillis};

use crate::{race, test_time};

/// The host's clocks: `CLOCK_MONOTONIC` for moments (so those of different processes compare), `CLOCK_REALTIME` for
/// the date. Sleeping needs a Tokio runtime with time enabled and is late by up to 1.3 ms, the grain of its wheel;
/// [`Pacer`](crate::Pacer) is for who needs better. Where [`test_time`] is enabled, both clocks run ahead by what it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RealClock;

impl RealClock {
    /// The host's clocks.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Clock for RealClock {
    fn now(&self) -> Moment {
        host_now() + test_time::ahead()
    }
    fn unix(&self) -> UnixMillis {
        let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::Realtime);
        let ahead_ms = i64::try_from(test_time::ahead().as_millis()).unwrap_or(i64::MAX);
        UnixMillis(tv_sec.saturating_mul(1_000).saturating_add(tv_nsec / 1_000_000).saturating_add(ahead_ms))
    }
    async fn sleep_until(&self, due: Moment) {
        loop {
            let moved = test_time::is_enabled().then(test_time::moved);
            let left = due.since(self.now());
            if left.is_zero() {
                return;
            }
            match moved {
                None => tokio::time::sleep(left).await,
                Some(moved) => _ = race(tokio::time::sleep(left), moved).await,
            }
        }
    }
}

/// Now, on the host's clock.
pub(crate) fn host_now() -> Moment {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::Monotonic);
    Moment((tv_sec as u64).saturating_mul(1_000_000_000).saturating_add(tv_nsec as u64))
}

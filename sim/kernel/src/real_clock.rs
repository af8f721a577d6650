//! The clock of a real run. Invariant: nothing else in the product reads the clock of the host.

use rustix::time::{ClockId, Timespec, clock_gettime};
use songsinh_contract::{Clock, Moment, UnixMillis};

/// The host's clocks: `CLOCK_MONOTONIC` for moments (so those of different processes compare), `CLOCK_REALTIME` for
/// the date. Sleeping needs a Tokio runtime with time enabled and is late by up to 1.3 ms, the grain of its wheel;
/// [`Pacer`](crate::Pacer) is for who needs better.
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
        let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::Monotonic);
        Moment((tv_sec as u64).saturating_mul(1_000_000_000).saturating_add(tv_nsec as u64))
    }
    fn unix(&self) -> UnixMillis {
        let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::Realtime);
        UnixMillis(tv_sec.saturating_mul(1_000).saturating_add(tv_nsec / 1_000_000))
    }
    async fn sleep_until(&self, due: Moment) {
        loop {
            let left = due.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }
}

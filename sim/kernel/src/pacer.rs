//! Wakes at an exact moment: a timerfd in Tokio's own epoll, about 10 µs late where its timer wheel is 1 ms late.
//!
//! Invariant: it never returns early.

use std::io;
use std::os::fd::OwnedFd;

use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};
use songsinh_contract::{Clock, Moment};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::{Either, RealClock, race, test_time};

/// Paces arrivals on the time of [`RealClock`]. Use one per waiting task.
#[derive(Debug)]
pub struct Pacer {
    timer: AsyncFd<OwnedFd>,
}

impl Pacer {
    /// A pacer on the current Tokio runtime.
    ///
    /// # Errors
    /// The host's, when it has no descriptor or no timer left. Panics outside a Tokio runtime with I/O enabled.
    pub fn new() -> io::Result<Self> {
        let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        #[expect(
            deprecated,
            reason = "its replacement is an unsafe function, since other types may lie about their descriptor or close \
                      it early; an OwnedFd that nobody else holds can do neither"
        )]
        let timer = AsyncFd::with_interest(timer, Interest::READABLE)?;
        Ok(Self { timer })
    }
    /// Waits until `due` and gives the moment at which it woke; at once, if `due` has passed.
    ///
    /// # Errors
    /// The host's, from `timerfd_settime` or `read`.
    pub async fn wait_until(&mut self, due: Moment) -> io::Result<Moment> {
        let mut now = RealClock.now();
        if now >= due {
            return Ok(now);
        }
        if test_time::is_enabled() {
            return self.wait_in_test_time(due).await;
        }
        self.set(due)?;
        while now < due {
            self.expired().await?;
            now = RealClock.now();
        }
        Ok(now)
    }
    /// As [`Pacer::wait_until`], where time may be moved meanwhile.
    async fn wait_in_test_time(&mut self, due: Moment) -> io::Result<Moment> {
        loop {
            let moved = test_time::moved();
            let now = RealClock.now();
            if now >= due {
                return Ok(now);
            }
            self.set(due - test_time::ahead())?;
            if let Either::Left(expired) = race(self.expired(), moved).await {
                expired?;
            }
        }
    }
    /// Sets the timer to a moment of the host.
    fn set(&self, due: Moment) -> io::Result<()> {
        let at = Timespec { tv_sec: (due.0 / 1_000_000_000) as i64, tv_nsec: (due.0 % 1_000_000_000) as _ };
        let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: at };
        timerfd_settime(self.timer.get_ref(), TimerfdTimerFlags::ABSTIME, &once)?;
        Ok(())
    }
    /// Waits until the timer may have expired.
    async fn expired(&self) -> io::Result<()> {
        let mut ready = self.timer.readable().await?;
        let expired = ready.try_io(|timer| Ok(rustix::io::read(timer, &mut [0_u8; 8])?));
        match expired {
            Ok(Err(error)) => Err(error),
            _ => Ok(()),
        }
    }
}

//! Time that a test moves: how far this process runs ahead of the host's clocks.
//!
//! ```text
//!  host   ──────────|───────────────|──────▶
//!  run    ──────────|~~~ advance ~~~|──────▶   the same seconds, later dates
//! ```
//!
//! Who tests lifetimes need not wait for them: a target with a test clock is told to jump, and the generator jumps by the
//! same span. Invariant: time only moves forward, and only where [`enable`] was called; elsewhere [`RealClock`] is the
//! host's clock to the nanosecond. A process has one such time, as it has one clock.
//!
//! [`RealClock`]: crate::RealClock

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use songsinh_contract::Moment;

use crate::real_clock::host_now;
use crate::{Notified, Notify};

static ENABLED: AtomicBool = AtomicBool::new(false);
static AHEAD_NS: AtomicU64 = AtomicU64::new(0);
static MOVED: LazyLock<Notify> = LazyLock::new(Notify::new);
static HISTORY: Mutex<History> = Mutex::new(History(VecDeque::new()));

/// Jumps that are kept: a jump is a request over HTTP, so that these are the last seconds and mostly minutes, and a message
/// is asked about at once. What was seen before them counts as seen at the first of them.
const MOST_KEPT: usize = 1 << 16;

/// From which moment of the host on time was how far ahead, the last [`MOST_KEPT`] jumps.
struct History(VecDeque<(Moment, u64)>);

impl History {
    fn push(&mut self, from: Moment, ahead_ns: u64) {
        self.0.push_back((from, ahead_ns));
        if self.0.len() > MOST_KEPT {
            self.0.pop_front();
            if let Some((from, _)) = self.0.front_mut() {
                *from = Moment(0);
            }
        }
    }
    fn ahead_ns(&self, host: Moment) -> u64 {
        let before = self.0.partition_point(|&(from, _)| from <= host);
        before.checked_sub(1).and_then(|at| self.0.get(at)).map_or(0, |&(_, ahead)| ahead)
    }
}

/// Allows time to be moved in this process.
pub fn enable() {
    ENABLED.store(true, Ordering::Release);
}

/// Whether time may be moved in this process.
#[must_use]
pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::Acquire)
}

/// How far this process is ahead of the host's clocks.
#[must_use]
pub fn ahead() -> Duration {
    Duration::from_nanos(AHEAD_NS.load(Ordering::Acquire))
}

/// Moves time forward by `span` and wakes all who sleep, so that they look again. Without [`enable`] it does nothing.
pub fn advance(span: Duration) {
    if !is_enabled() {
        return;
    }
    let span = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
    let mut history = HISTORY.lock().unwrap_or_else(PoisonError::into_inner);
    let ahead = AHEAD_NS.load(Ordering::Acquire).saturating_add(span);
    history.push(host_now(), ahead);
    AHEAD_NS.store(ahead, Ordering::Release);
    drop(history);
    MOVED.ring();
}

/// Ends when time is moved after this call.
pub fn moved() -> Notified {
    MOVED.notified()
}

/// When a moment of the host's clock was on the run's: what another process of this host saw at `host`.
#[must_use]
pub fn of_host(host: Moment) -> Moment {
    if !is_enabled() {
        return host;
    }
    let history = HISTORY.lock().unwrap_or_else(PoisonError::into_inner);
    host + Duration::from_nanos(history.ahead_ns(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_is_bounded_and_its_last_jumps_are_kept() {
        let mut history = History(VecDeque::new());
        history.push(Moment(10), 7);
        assert_eq!((history.ahead_ns(Moment(9)), history.ahead_ns(Moment(10))), (0, 7));
        let last = MOST_KEPT as u64 + 999;
        (2..=last).for_each(|nth| history.push(Moment(nth * 10), nth * 7));
        assert_eq!(history.0.len(), MOST_KEPT);
        assert_eq!(history.ahead_ns(Moment(last * 10 - 1)), (last - 1) * 7);
        let first = last - MOST_KEPT as u64 + 1;
        assert_eq!(history.ahead_ns(Moment(first * 10 + 9)), first * 7);
        assert_eq!(history.ahead_ns(Moment(0)), first * 7, "what is older counts as the first that is kept");
    }
}

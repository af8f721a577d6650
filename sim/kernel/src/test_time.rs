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

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use songsinh_contract::Moment;

use crate::real_clock::host_now;
use crate::{Notified, Notify};

static ENABLED: AtomicBool = AtomicBool::new(false);
static AHEAD_NS: AtomicU64 = AtomicU64::new(0);
static MOVED: LazyLock<Notify> = LazyLock::new(Notify::new);
/// From which moment of the host on time was how far ahead.
static HISTORY: Mutex<Vec<(Moment, u64)>> = Mutex::new(Vec::new());

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
    history.push((host_now(), ahead));
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
    let before = history.partition_point(|&(from, _)| from <= host);
    let ahead = before.checked_sub(1).and_then(|at| history.get(at)).map_or(0, |&(_, ahead)| ahead);
    host + Duration::from_nanos(ahead)
}

//! The clerk: settles applications when they are due.
//!
//! Invariant: an application is settled within the store's commit, so a clerk that is killed and started again settles
//! each one exactly once.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use songsinh_contract::{Clock, Moment};
use songsinh_kernel::race;

use super::sleep_until;
use super::surroundings::Surroundings;
use super::twin::Twin;
use crate::store::{Due, Store};

/// Applications settled at once.
const AT_ONCE: usize = 64;

/// How long the clerk waits after the store failed it.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

impl<S: Store, W: Surroundings> Twin<S, W> {
    /// Settles applications until [`Twin::stop`].
    pub async fn run_clerk(&self) {
        loop {
            let (filed, stopping) = (self.filed.notified(), self.stopping.notified());
            if self.is_stopped() {
                return;
            }
            let wake = match self.store.due(AT_ONCE).await {
                Ok(Due { now, .. }) if !now.is_empty() => {
                    let mut settling: FuturesUnordered<_> = now.into_iter().map(|handle| self.settle(handle)).collect();
                    let mut failed = false;
                    while let Some(result) = settling.next().await {
                        failed |= result.is_err();
                    }
                    if !failed {
                        continue;
                    }
                    self.after(AFTER_FAILURE)
                }
                Ok(Due { next_ms, .. }) => next_ms.map_or(Moment::NEVER, |at_ms| self.moment_of(at_ms)),
                Err(_) => self.after(AFTER_FAILURE),
            };
            let clock = self.world.clock();
            race(stopping, race(filed, sleep_until(clock, wake))).await;
        }
    }
    fn after(&self, span: Duration) -> Moment {
        self.world.clock().now() + span
    }
    /// The moment at which the wall clock will show that time, at least a millisecond from now.
    fn moment_of(&self, unix_ms: i64) -> Moment {
        let left_ms = unix_ms.saturating_sub(self.unix().0).max(1);
        self.after(Duration::from_millis(u64::try_from(left_ms).unwrap_or(1)))
    }
}

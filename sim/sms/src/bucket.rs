//! A token bucket as one number: the theoretical arrival time of the generic cell rate algorithm (ITU-T I.371).
//!
//! Invariant: within any span of `t` seconds at most `rate · t + burst + n` units pass, where `n` is the largest single
//! amount taken.

use std::time::Duration;

use songsinh_contract::Moment;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    unit_ns: f64,
    burst_ns: u64,
    full_at: Moment,
}

impl Bucket {
    /// `rate_per_s` must be above zero.
    pub(crate) fn new(rate_per_s: f64, burst: f64) -> Self {
        let unit_ns = 1e9 / rate_per_s;
        Self { unit_ns, burst_ns: (burst * unit_ns) as u64, full_at: Moment(0) }
    }

    /// Another rate from now on; what was taken stays taken.
    pub(crate) fn with_rate(self, rate_per_s: f64, burst: f64) -> Self {
        Self { full_at: self.full_at, ..Self::new(rate_per_s, burst) }
    }

    /// When the next amount may be taken.
    pub(crate) fn ready_at(&self) -> Moment {
        self.full_at - Duration::from_nanos(self.burst_ns)
    }

    /// Takes an amount at a moment that is not before [`Bucket::ready_at`].
    pub(crate) fn take(&mut self, at: Moment, units: usize) {
        let span = Duration::from_nanos((self.unit_ns * units as f64) as u64);
        self.full_at = self.full_at.max(at) + span;
    }
}

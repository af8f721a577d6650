//! Keeps the requests a second below what a profile allows.
//!
//! Invariant: over any second at most the allowed number and a burst of one hundredth of it are let through. A share
//! is kept by each worker alone, so no worker waits for another.

use std::time::Duration;

use songsinh_contract::Moment;

/// Lets requests through at most at a rate (generic cell rate algorithm).
#[derive(Debug, Clone)]
pub struct Pace {
    gap_ns: u64,
    slack_ns: u64,
    next: Moment,
}

impl Pace {
    /// The share of one of `workers` in `max_requests_per_s`; none of both may be zero, else nothing is limited.
    #[must_use]
    pub fn share(max_requests_per_s: f64, workers: usize) -> Self {
        let workers = f64::from(u32::try_from(workers.max(1)).unwrap_or(u32::MAX));
        let gap_ns = if max_requests_per_s > 0.0 { (1e9 * workers / max_requests_per_s) as u64 } else { 0 };
        Self { gap_ns, slack_ns: 10_000_000, next: Moment(0) }
    }

    /// Takes the next place: when that request may be sent, `now` or later.
    pub fn next(&mut self, now: Moment) -> Moment {
        let slack = Duration::from_nanos(self.slack_ns);
        let due = self.next.max(now - slack);
        self.next = due + Duration::from_nanos(self.gap_ns);
        due.max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_second_holds_more_than_the_rate(rate in 1_u32..2000, waits in prop::collection::vec(0_u64..3_000_000, 1..300)) {
            let mut pace = Pace::share(f64::from(rate) * 3.0, 3);
            let mut now = Moment(5_000_000_000);
            let mut sent = Vec::new();
            for wait in waits {
                now = now + Duration::from_nanos(wait);
                let due = pace.next(now);
                prop_assert!(due >= now);
                sent.push(due);
            }
            for (at, &first) in sent.iter().enumerate() {
                let within = sent[at..].iter().take_while(|due| due.since(first) < Duration::from_secs(1)).count();
                prop_assert!(within as u32 <= rate + rate / 100 + 2);
            }
        }
    }

    #[test]
    fn no_rate_is_no_limit() {
        let mut pace = Pace::share(0.0, 1);
        assert!((0..1000).all(|_| pace.next(Moment(9)) == Moment(9)));
    }
}

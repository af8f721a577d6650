//! How near to an edge of the rulebook people act who aim at one.

use std::time::Duration;

use crate::read::record;
use crate::units::{Share, TimeRange};

record! {
    /// How stories aim that act shortly before or after a lifetime, a gap or a lock is over.
    pub struct Edges ("edges") {
        /// How near to the edge they act; drawn anew each time, the near end more often.
        "within" within: TimeRange, default "40ms..840ms";
        /// The share of those who act before it; the others act after it.
        "before" before: Share, default "50%";
    }
}

impl Default for Edges {
    fn default() -> Self {
        let within = TimeRange { from: Duration::from_millis(40), to: Duration::from_millis(840) };
        Self { within, before: Share::percent(50) }
    }
}

//! When journeys begin: phases with their rates, and how patient people are.

use std::time::Duration;

use crate::read::record;
use crate::units::{Course, Name, TimeOfDay};
use crate::words::words;

record! {
    /// A stretch of time with its own rate of new journeys.
    pub struct Phase ("a phase") {
        /// What the phase is called in reports.
        "name" name: Name, required;
        /// How long it lasts.
        "for" length: Duration, required;
        /// New journeys per second: constant, a straight ramp, or steps of equal length.
        "start" start: Course, required;
        /// How arrivals are spread in this phase; as the scenario says, where it does not.
        "arrivals" arrivals: Option<Arrivals>, optional;
        /// The time of day that the phase stands for, as reports write it.
        "at" at: Option<TimeOfDay>, optional;
    }
}

impl Phase {
    /// How many journeys are expected to start in it.
    #[must_use]
    pub fn expected(&self) -> f64 {
        self.start.mean_per_s() * self.length.as_secs_f64()
    }
}

words! {
    /// How arrivals are spread within a phase.
    pub enum Arrivals ("kind of arrivals") {
        /// Independent of each other, as people are.
        Poisson "poisson",
        /// Evenly spaced, as metronomes are.
        Even "even",
    }
}

record! {
    /// How patient people are.
    pub struct Patience ("patience") {
        /// Who has no message after this time asks for another one.
        "retry_after_no_sms" retry_after_no_sms: Duration, default "8s";
        /// Who has waited so long for a notice gives up.
        "give_up_after" give_up_after: Duration, default "60s";
    }
}

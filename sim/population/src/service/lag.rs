//! How slowly and how badly the service answers, on purpose.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use songsinh_contract::{Chance, Moment, Purpose};

use crate::PopulationError;

/// The longest delay that can be set.
pub const MOST_DELAY_MS: u32 = 60_000;
const LAG: Purpose = Purpose::named("population/service-lag");

/// Delay and failures of the service.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lag {
    /// Shortest delay, milliseconds.
    pub delay_min_ms: u32,
    /// Longest delay, milliseconds. Delays are spread evenly between the two, to the microsecond.
    pub delay_max_ms: u32,
    /// Share of questions answered by 503, 0 to 1.
    pub failure_share: f64,
}

impl Default for Lag {
    fn default() -> Self {
        Self { delay_min_ms: 0, delay_max_ms: 0, failure_share: 0.0 }
    }
}

impl Lag {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`PopulationError::Setting`] naming the field.
    pub fn checked(self) -> Result<Self, PopulationError> {
        let refuse = |field, problem| Err(PopulationError::Setting { field, problem });
        if self.delay_max_ms > MOST_DELAY_MS {
            return refuse("delay_max_ms", "at most 60000 is wanted");
        }
        if self.delay_min_ms > self.delay_max_ms {
            return refuse("delay_min_ms", "it is above delay_max_ms");
        }
        if !(0.0..=1.0).contains(&self.failure_share) {
            return refuse("failure_share", "a number from 0 to 1 is wanted");
        }
        Ok(self)
    }

    /// The chance of the n-th question to a service of that seed: first draw the delay, then the failure.
    #[must_use]
    pub fn chance(seed: u64, question: u64) -> Chance {
        Chance::new(seed, LAG, question)
    }

    /// How long this answer takes.
    #[must_use]
    pub fn draw(&self, chance: &mut Chance) -> Duration {
        let spread_us = u64::from(self.delay_max_ms.saturating_sub(self.delay_min_ms)) * 1000;
        let over_us = chance.below(spread_us + 1);
        Duration::from_micros(u64::from(self.delay_min_ms) * 1000 + over_us)
    }

    /// Whether this question fails.
    #[must_use]
    pub fn fails(&self, chance: &mut Chance) -> bool {
        chance.happens(self.failure_share)
    }
}

/// A change of the settings at run time. What is left out stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// See [`Lag::delay_min_ms`].
    pub delay_min_ms: Option<u32>,
    /// See [`Lag::delay_max_ms`].
    pub delay_max_ms: Option<u32>,
    /// See [`Lag::failure_share`].
    pub failure_share: Option<f64>,
    /// How long the change lasts before the settings fall back; for good if left out.
    pub for_ms: Option<u64>,
}

/// The settings as they change over time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dial {
    base: Lag,
    passing: Option<(Lag, Moment)>,
}

impl Dial {
    pub(super) fn new(base: Lag) -> Self {
        Self { base, passing: None }
    }
    pub(super) fn now(&self, now: Moment) -> Lag {
        match self.passing {
            Some((lag, until)) if now < until => lag,
            _ => self.base,
        }
    }
    pub(super) fn turn(&mut self, control: &Control, now: Moment) -> Result<Lag, PopulationError> {
        let from = if control.for_ms.is_some() { self.now(now) } else { self.base };
        let lag = Lag {
            delay_min_ms: control.delay_min_ms.unwrap_or(from.delay_min_ms),
            delay_max_ms: control.delay_max_ms.unwrap_or(from.delay_max_ms),
            failure_share: control.failure_share.unwrap_or(from.failure_share),
        };
        let lag = lag.checked()?;
        match control.for_ms {
            Some(for_ms) => self.passing = Some((lag, now + Duration::from_millis(for_ms))),
            None => *self = Self::new(lag),
        }
        Ok(lag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn lag(delay_min_ms: u32, delay_max_ms: u32, failure_share: f64) -> Lag {
        Lag { delay_min_ms, delay_max_ms, failure_share }
    }

    #[test]
    fn senseless_settings_are_refused_by_name() {
        let message = |lag: Lag| lag.checked().unwrap_err().to_string();
        assert_eq!(message(lag(5, 4, 0.0)), "setting delay_min_ms: it is above delay_max_ms");
        assert_eq!(message(lag(0, 60_001, 0.0)), "setting delay_max_ms: at most 60000 is wanted");
        assert_eq!(message(lag(0, 0, f64::NAN)), "setting failure_share: a number from 0 to 1 is wanted");
        assert!(lag(0, 60_000, 1.0).checked().is_ok());
    }

    #[test]
    fn passing_settings_fall_back() {
        let mut dial = Dial::new(lag(1, 2, 0.0));
        let ms = |n: u64| Moment(n * 1_000_000);
        let slow = Control { delay_max_ms: Some(4000), for_ms: Some(60), ..Control::default() };
        assert_eq!(dial.turn(&slow, ms(10)).unwrap(), lag(1, 4000, 0.0));
        assert_eq!((dial.now(ms(69)), dial.now(ms(70))), (lag(1, 4000, 0.0), lag(1, 2, 0.0)));
        let bad = Control { failure_share: Some(2.0), ..Control::default() };
        assert!(dial.turn(&bad, ms(80)).is_err());
        let half = Control { failure_share: Some(0.5), ..Control::default() };
        assert_eq!(dial.turn(&half, ms(90)).unwrap(), lag(1, 2, 0.5));
        assert_eq!(dial.now(ms(1_000_000)), lag(1, 2, 0.5));
    }

    proptest! {
        #[test]
        fn delays_stay_in_their_range(seed: u64, question: u64, min in 0_u32..500, more in 0_u32..500) {
            let lag = lag(min, min + more, 0.3);
            let mut chance = Lag::chance(seed, question);
            let delay = lag.draw(&mut chance);
            prop_assert!((u128::from(min)..=u128::from(min + more)).contains(&delay.as_millis()));
            let fails = lag.fails(&mut chance);
            let mut again = Lag::chance(seed, question);
            prop_assert_eq!((lag.draw(&mut again), lag.fails(&mut again)), (delay, fails));
        }
    }

    #[test]
    fn failures_come_at_their_share() {
        let lag = lag(0, 0, 0.2);
        let failed = (0..10_000).filter(|&question| {
            let mut chance = Lag::chance(1, question);
            let _ = lag.draw(&mut chance);
            lag.fails(&mut chance)
        });
        assert!((1840..2160).contains(&failed.count()));
    }
}

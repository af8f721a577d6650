//! How long everything takes in virtual time, and what gets lost.
//!
//! No measurement of a live system stands behind these figures: they are round numbers of the usual order, there so that
//! steps interleave as they do in real life.

use std::f64::consts::TAU;
use std::time::Duration;

use songsinh_contract::{Chance, DeviceId, Loss, Purpose, TraceId};

use crate::TargetError;

const CARRIAGE: Purpose = Purpose::named("target/carriage");
const ACCESS: Purpose = Purpose::named("target/access");
/// The longest single wait that is drawn.
const LONGEST: Duration = Duration::from_secs(20);
const SHORTEST: Duration = Duration::from_micros(50);

/// What share of the calls is lost on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossShares {
    /// No connection: the twin never hears of the call.
    pub not_sent: f64,
    /// Lost before the twin acted.
    pub before: f64,
    /// Lost after the twin acted: it was carried out and nobody told.
    pub after: f64,
}

/// The medians of all waits, in milliseconds; each is drawn log-normally around its median.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency {
    /// One way between phone and twin, for a phone with a good mobile network.
    pub network_ms: f64,
    /// Spread of all waits: sigma of the logarithm.
    pub sigma: f64,
    /// Loading records, before each decision.
    pub load_ms: f64,
    /// Committing, after each decision.
    pub commit_ms: f64,
    /// One way between twin and population service.
    pub population_ms: f64,
    /// One way between twin and SMS gateway.
    pub submit_ms: f64,
    /// Hashing or checking one secret.
    pub hash_ms: f64,
    /// How long a phone waits for its answer.
    pub answer_within_ms: u64,
    /// What is lost.
    pub loss: LossShares,
    /// Share of the calls whose proof is really signed and verified (P-256).
    pub signed_share: f64,
}

impl Default for Latency {
    fn default() -> Self {
        Self {
            network_ms: 8.0,
            sigma: 0.5,
            load_ms: 0.15,
            commit_ms: 0.4,
            population_ms: 1.0,
            submit_ms: 2.0,
            hash_ms: 1.0,
            answer_within_ms: 30_000,
            loss: LossShares { not_sent: 0.000_2, before: 0.000_2, after: 0.000_2 },
            signed_share: 0.01,
        }
    }
}

/// What the network does with one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Carriage {
    /// From the phone to the twin.
    pub(super) up: Duration,
    /// And back.
    pub(super) down: Duration,
    /// What gets lost, and where.
    pub(super) fate: Fate,
    /// Whether the proof is really made.
    pub(super) signed: bool,
}

/// What becomes of a call on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It arrives and so does its answer.
    Carried,
    /// It is not sent.
    NotSent,
    /// It is lost before the twin acted.
    Before(Loss),
    /// Its answer is lost.
    After(Loss),
}

impl Latency {
    /// Checks what no type can hold.
    ///
    /// # Errors
    /// The first setting out of its range.
    pub fn checked(self) -> Result<Self, TargetError> {
        let waits = [
            ("network_ms", self.network_ms),
            ("load_ms", self.load_ms),
            ("commit_ms", self.commit_ms),
            ("population_ms", self.population_ms),
            ("submit_ms", self.submit_ms),
            ("hash_ms", self.hash_ms),
            ("sigma", self.sigma),
        ];
        if let Some((name, value)) = waits.into_iter().find(|(_, value)| !(0.0..=10_000.0).contains(value)) {
            return Err(TargetError::World(format!("{name} is {value}; 0 to 10000 is wanted")));
        }
        let LossShares { not_sent, before, after } = self.loss;
        let shares = [not_sent, before, after, not_sent + before + after, self.signed_share];
        if shares.into_iter().any(|share| !(0.0..=1.0).contains(&share)) {
            return Err(TargetError::World("a share of lost or signed calls is not between 0 and 1".to_owned()));
        }
        Ok(self)
    }

    /// One wait around a median.
    pub(super) fn wait(&self, median_ms: f64, chance: &mut Chance) -> Duration {
        if median_ms <= 0.0 {
            return Duration::ZERO;
        }
        // Box-Muller; 1 - unit lies in (0, 1].
        let normal = (-2.0 * (1.0 - chance.unit()).ln()).sqrt() * (TAU * chance.unit()).cos();
        let wait_ms = median_ms * (self.sigma * normal).exp();
        Duration::from_micros((wait_ms * 1_000.0) as u64).clamp(SHORTEST, LONGEST)
    }

    /// What the network does with a call: a function of seed, device and trace.
    pub(super) fn carriage(&self, seed: u64, device: DeviceId, trace: TraceId) -> Carriage {
        let median_ms = self.network_ms * access(seed, device);
        let mut chance = Chance::new(seed, CARRIAGE, trace.0.rotate_left(32) ^ trace.1);
        let (up, down) = (self.wait(median_ms, &mut chance), self.wait(median_ms, &mut chance));
        let loss = if chance.happens(0.5) { Loss::Reset } else { Loss::TimedOut };
        let (draw, shares) = (chance.unit(), self.loss);
        let fate = if draw < shares.not_sent {
            Fate::NotSent
        } else if draw < shares.not_sent + shares.before {
            Fate::Before(loss)
        } else if draw < shares.not_sent + shares.before + shares.after {
            Fate::After(loss)
        } else {
            Fate::Carried
        };
        Carriage { up, down, fate, signed: chance.happens(self.signed_share) }
    }
}

/// How much slower than a good mobile network a phone's is: three quarters have one, a fifth sit in a wireless LAN, one
/// in twenty stands where only the older network reaches.
fn access(seed: u64, device: DeviceId) -> f64 {
    match Chance::new(seed, ACCESS, device.0).unit() {
        draw if draw < 0.75 => 1.0,
        draw if draw < 0.95 => 0.6,
        _ => 4.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_lie_around_their_median() {
        let latency = Latency::default();
        let mut chance = Chance::new(5, Purpose::named("test"), 0);
        let mut waits: Vec<Duration> = (0..9_999).map(|_| latency.wait(8.0, &mut chance)).collect();
        waits.sort_unstable();
        let median_ms = waits[4_999].as_secs_f64() * 1e3;
        assert!((7.7..8.3).contains(&median_ms), "{median_ms}");
        assert!(waits[9_899] > waits[4_999] * 2);
    }

    #[test]
    fn losses_come_at_their_shares_and_never_without_one() {
        let loss = LossShares { not_sent: 0.1, before: 0.1, after: 0.1 };
        let lossy = Latency { loss, ..Latency::default() };
        let fates = |latency: Latency| -> Vec<Fate> {
            (0..10_000).map(|n| latency.carriage(3, DeviceId(n), TraceId(n, n * 7)).fate).collect()
        };
        let count = |test: fn(&Fate) -> bool| fates(lossy).iter().filter(|fate| test(fate)).count();
        for (name, count) in [
            ("not sent", count(|fate| *fate == Fate::NotSent)),
            ("before", count(|fate| matches!(fate, Fate::Before(_)))),
            ("after", count(|fate| matches!(fate, Fate::After(_)))),
        ] {
            assert!((850..1150).contains(&count), "{name}: {count}");
        }
        let safe = Latency { loss: LossShares { not_sent: 0.0, before: 0.0, after: 0.0 }, ..lossy };
        assert!(fates(safe).iter().all(|fate| *fate == Fate::Carried));
    }

    proptest! {
        #[test]
        fn a_call_meets_the_same_network_every_time(seed: u64, device: u64, one: u64, other: u64) {
            let latency = Latency::default();
            let carriage = |seed| latency.carriage(seed, DeviceId(device), TraceId(one, other));
            prop_assert_eq!(carriage(seed), carriage(seed));
            prop_assert!(carriage(seed).up >= SHORTEST && carriage(seed).down <= LONGEST);
        }
    }

    #[test]
    fn senseless_settings_are_refused() {
        assert!(Latency::default().checked().is_ok());
        assert!(Latency { network_ms: f64::NAN, ..Latency::default() }.checked().is_err());
        assert!(Latency { signed_share: 1.1, ..Latency::default() }.checked().is_err());
    }
}

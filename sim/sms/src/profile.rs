//! How long a message is on its way, and whether it arrives: mixtures of log-normals, a ladder of retries, and loss.
//!
//! No percentiles for Viet Nam are published. The mixtures are estimates calibrated to what is: the legal floor
//! QCVN 82:2014/BTTTT (sent and received ≥ 92 %, mean < 20 s), vendors' figures for healthy OTP routes, Meng et al.
//! (INFOCOM 2007), and reports of incidents. Delays are those of the network alone; queueing comes on top.

use std::time::Duration;

use rand_distr::{Distribution, LogNormal};
use serde::{Deserialize, Serialize};
use songsinh_contract::Chance;

/// A named state of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// A healthy day: 98.8 % delivered, p50 3.1 s, p90 7.3 s, p99 74 s.
    #[default]
    Normal,
    /// A campaign's peak: 97 % delivered, p50 6.8 s, p90 36 s, p99 942 s.
    #[serde(alias = "campaign_peak")]
    CampaignPeak,
    /// The legal floor: 91.8 % delivered, p50 8.4 s, p90 45 s.
    #[serde(alias = "qcvn82_floor")]
    Qcvn82Floor,
    /// A carrier in trouble: 92 % delivered, p50 243 s, p90 1357 s.
    #[serde(alias = "carrier_incident")]
    CarrierIncident,
    /// Nothing is delayed, lost or doubled: for tests.
    Instant,
}

/// A log-normal part: share of the messages, median in seconds, sigma.
type Normal = (f64, f64, f64);

struct Mix {
    normals: &'static [Normal],
    ladder_share: f64,
    ladder_steps_s: &'static [f64],
    ladder_jitter_s: f64,
    doubled: f64,
}

const NORMAL: Mix = Mix {
    normals: &[(0.955, 3.0, 0.6), (0.025, 35.0, 0.6)],
    ladder_share: 0.008,
    ladder_steps_s: &[60.0, 180.0, 300.0, 900.0],
    ladder_jitter_s: 30.0,
    doubled: 0.001,
};
const CAMPAIGN_PEAK: Mix = Mix {
    normals: &[(0.86, 6.0, 0.75), (0.08, 60.0, 0.7)],
    ladder_share: 0.03,
    ladder_steps_s: &[120.0, 300.0, 900.0, 1800.0],
    ladder_jitter_s: 60.0,
    doubled: 0.01,
};
const QCVN82_FLOOR: Mix = Mix {
    normals: &[(0.78, 7.0, 0.8), (0.13, 50.0, 0.6)],
    ladder_share: 0.01,
    ladder_steps_s: &[120.0, 300.0],
    ladder_jitter_s: 0.0,
    doubled: 0.001,
};
const CARRIER_INCIDENT: Mix = Mix {
    normals: &[(0.35, 20.0, 0.9), (0.45, 420.0, 0.8)],
    ladder_share: 0.12,
    ladder_steps_s: &[900.0, 1200.0, 1800.0],
    ladder_jitter_s: 300.0,
    doubled: 0.01,
};

/// What the network does with a message once it leaves the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// It never arrives.
    Lost,
    /// It arrives, and perhaps once more.
    Arrives {
        /// Time on the way.
        after: Duration,
        /// Time from the first to the second arrival.
        again: Option<Duration>,
    },
}

impl Profile {
    /// Every profile, in the order of the enum.
    pub const ALL: [Self; 5] =
        [Self::Normal, Self::CampaignPeak, Self::Qcvn82Floor, Self::CarrierIncident, Self::Instant];

    fn mix(self) -> Option<&'static Mix> {
        match self {
            Self::Normal => Some(&NORMAL),
            Self::CampaignPeak => Some(&CAMPAIGN_PEAK),
            Self::Qcvn82Floor => Some(&QCVN82_FLOOR),
            Self::CarrierIncident => Some(&CARRIER_INCIDENT),
            Self::Instant => None,
        }
    }

    /// Draws a message's fate; `speed` divides every drawn time (6: a code that lives 30 s instead of 180 s meets delays
    /// shortened alike). A second copy comes after another draw of the first, commonest part.
    #[must_use]
    pub fn draw(self, chance: &mut Chance, speed: f64) -> Drawn {
        let Some(mix) = self.mix() else {
            return Drawn::Arrives { after: Duration::ZERO, again: None };
        };
        let Some(after_s) = delay_s(mix, chance) else { return Drawn::Lost };
        let doubled = chance.happens(mix.doubled);
        let again = doubled.then(|| self.draw_again(chance, speed));
        Drawn::Arrives { after: span(after_s / speed), again }
    }

    /// Draws the time from a first to a second arrival.
    #[must_use]
    pub fn draw_again(self, chance: &mut Chance, speed: f64) -> Duration {
        let first = self.mix().and_then(|mix| mix.normals.first());
        first.map_or(Duration::ZERO, |first| span(normal_s(*first, chance) / speed))
    }
}

fn delay_s(mix: &Mix, chance: &mut Chance) -> Option<f64> {
    let mut left = chance.unit();
    for normal in mix.normals {
        if left < normal.0 {
            return Some(normal_s(*normal, chance));
        }
        left -= normal.0;
    }
    if left >= mix.ladder_share {
        return None;
    }
    let step = chance.below(mix.ladder_steps_s.len() as u64) as usize;
    let jitter_s = chance.unit() * mix.ladder_jitter_s;
    mix.ladder_steps_s.get(step).map(|step_s| step_s + jitter_s)
}

fn normal_s((_, median_s, sigma): Normal, chance: &mut Chance) -> f64 {
    LogNormal::new(median_s.ln(), sigma).map_or(median_s, |normal| normal.sample(chance))
}

fn span(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_contract::Purpose;

    /// The table of the profiles' documentation: delivered share, p50 and p90 in seconds.
    const TABLE: [(Profile, f64, f64, f64); 4] = [
        (Profile::Normal, 0.988, 3.1, 7.3),
        (Profile::CampaignPeak, 0.970, 6.8, 36.0),
        (Profile::Qcvn82Floor, 0.918, 8.4, 45.0),
        (Profile::CarrierIncident, 0.920, 243.0, 1357.0),
    ];

    #[test]
    fn the_mixtures_meet_their_table_at_fixed_seeds() {
        const DRAWS: u64 = 40_000;
        for (profile, share, p50_s, p90_s) in TABLE {
            let mut delays: Vec<f64> = (0..DRAWS)
                .filter_map(|n| match profile.draw(&mut Chance::new(11, Purpose::named("test"), n), 1.0) {
                    Drawn::Arrives { after, .. } => Some(after.as_secs_f64()),
                    Drawn::Lost => None,
                })
                .collect();
            delays.sort_by(f64::total_cmp);
            let quantile = |q: f64| delays[(delays.len() as f64 * q) as usize];
            let delivered = delays.len() as f64 / DRAWS as f64;
            // Four standard deviations of the share, 4 % for p50, 8 % for p90.
            let sigma = (share * (1.0 - share) / DRAWS as f64).sqrt();
            assert!((delivered - share).abs() < 4.0 * sigma + 0.0025, "{profile:?} delivers {delivered}");
            assert!((quantile(0.5) / p50_s - 1.0).abs() < 0.04, "{profile:?} p50 {}", quantile(0.5));
            assert!((quantile(0.9) / p90_s - 1.0).abs() < 0.08, "{profile:?} p90 {}", quantile(0.9));
        }
    }

    #[test]
    fn speed_divides_every_drawn_time() {
        for n in 0..2000 {
            let draw = |speed| Profile::CampaignPeak.draw(&mut Chance::new(3, Purpose::named("test"), n), speed);
            match (draw(1.0), draw(4.0)) {
                (Drawn::Lost, Drawn::Lost) => {}
                (Drawn::Arrives { after: slow, again }, Drawn::Arrives { after: fast, again: fast_again }) => {
                    assert!((slow.as_secs_f64() / fast.as_secs_f64() - 4.0).abs() < 1e-3);
                    assert_eq!(again.is_some(), fast_again.is_some());
                }
                (one, other) => panic!("speed changed a fate: {one:?} {other:?}"),
            }
        }
    }

    #[test]
    fn doubles_come_at_their_rate() {
        let doubled = (0..40_000)
            .filter(|n| {
                let drawn = Profile::CampaignPeak.draw(&mut Chance::new(5, Purpose::named("test"), *n), 1.0);
                matches!(drawn, Drawn::Arrives { again: Some(_), .. })
            })
            .count();
        // 1 % of 97 % of 40,000 is 388, standard deviation 20.
        assert!((300..480).contains(&doubled), "{doubled}");
    }
}

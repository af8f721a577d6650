//! What the judge is told besides the rulebook: how much it may take for certain about this run and this target.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use songsinh_contract::{Moment, Rule, UnixMillis};

/// How far from a time bound an answer is not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tolerance {
    /// Before the bound, in milliseconds.
    pub early_ms: u64,
    /// After the bound, in milliseconds.
    pub late_ms: u64,
}

impl Tolerance {
    pub(crate) fn early_ns(self) -> u64 {
        self.early_ms.saturating_mul(1_000_000)
    }
    pub(crate) fn late_ns(self) -> u64 {
        self.late_ms.saturating_mul(1_000_000)
    }
}

/// The circumstances of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The wall clock at [`Moment`] 0: from it follow the days on which ages and cards are judged.
    pub unix_at_zero: UnixMillis,
    /// No other client uses these people and phones. If false, what another client can explain is undecided.
    pub exclusive: bool,
    /// Every text message of the target reaches our gateway's ledger. If false, codes and notices that are not
    /// seen are unknown.
    pub gateway_reaches: bool,
    /// The two prescribed messages (rules `activate-app-account-refused`, `activate-once`) are judged as given.
    pub message_texts: bool,
    /// Tolerances of timed rules; a rule that is not in the map has none.
    pub tolerance: BTreeMap<Rule, Tolerance>,
    /// How long after a certain approval the notice must be at the gateway at the latest.
    pub notice_within: Duration,
}

impl Settings {
    /// The strictest circumstances: the built-in twin, used by nobody else.
    #[must_use]
    pub fn new(unix_at_zero: UnixMillis) -> Self {
        Self {
            unix_at_zero,
            exclusive: true,
            gateway_reaches: true,
            message_texts: true,
            tolerance: BTreeMap::new(),
            notice_within: Duration::from_secs(30),
        }
    }
    /// The strictest circumstances on a world's day: a run that begins at `origin` is taken to begin at 08:00 in Viet
    /// Nam, so that ages and card dates are judged on that day, whenever the run is really made.
    #[must_use]
    pub fn on_day(day: Date, origin: Moment) -> Self {
        let days = day.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
        let eight_in_viet_nam_ms = days * 86_400_000 + 3_600_000;
        Self::new(UnixMillis(eight_in_viet_nam_ms - millis(origin)))
    }
    pub(crate) fn tolerance(&self, rule: Rule) -> Tolerance {
        if self.tolerance.is_empty() {
            return Tolerance::default();
        }
        self.tolerance.get(&rule).copied().unwrap_or_default()
    }
    /// The day in Viet Nam at a moment of the run.
    pub(crate) fn day(&self, at: Moment) -> Date {
        UnixMillis(self.unix_at_zero.0.saturating_add(millis(at))).date_in_viet_nam()
    }
}

/// Whole milliseconds of the run's clock.
fn millis(at: Moment) -> i64 {
    (at.0 / 1_000_000).cast_signed()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const HOUR_MS: u64 = 3_600_000;

    fn at_ms(ms: u64) -> Moment {
        Moment(ms * 1_000_000)
    }

    #[test]
    fn a_run_on_a_day_begins_at_eight_in_viet_nam() {
        // 22 August 2022, 01:00 UTC.
        let eight = 1_661_130_000_000;
        let day = date(2022, 8, 22);
        assert_eq!(Settings::on_day(day, Moment(0)).unix_at_zero, UnixMillis(eight));
        assert_eq!(Settings::on_day(date(1970, 1, 1), Moment(0)).unix_at_zero, UnixMillis(3_600_000));
        // The run's clock was at seventy days already.
        let origin_ms = 70 * 24 * HOUR_MS;
        let late = Settings::on_day(day, at_ms(origin_ms));
        assert_eq!(late.unix_at_zero, UnixMillis(eight - origin_ms.cast_signed()));
        assert_eq!(late.day(at_ms(origin_ms)), day);
    }

    #[test]
    fn a_day_ends_at_midnight_in_viet_nam() {
        let settings = Settings::on_day(date(2022, 8, 22), Moment(0));
        // Sixteen hours after eight, and a hundred days after that.
        for (midnight, before, after) in [
            (16 * HOUR_MS, date(2022, 8, 22), date(2022, 8, 23)),
            ((16 + 2_400) * HOUR_MS, date(2022, 11, 30), date(2022, 12, 1)),
        ] {
            assert_eq!(settings.day(Moment(midnight * 1_000_000 - 1)), before);
            assert_eq!(settings.day(at_ms(midnight)), after);
        }
    }

    #[test]
    fn the_strictest_circumstances_excuse_nothing() {
        let settings = Settings::new(UnixMillis(0));
        assert!(settings.exclusive && settings.gateway_reaches && settings.message_texts);
        assert_eq!(settings.notice_within, Duration::from_secs(30));
        assert_eq!(settings.tolerance(Rule::OtpExpires), Tolerance::default());
    }

    #[test]
    fn tolerances_are_milliseconds() {
        let tolerance = Tolerance { early_ms: 5, late_ms: 7 };
        assert_eq!((tolerance.early_ns(), tolerance.late_ns()), (5_000_000, 7_000_000));
    }
}

//! The settings of the gateway: how the carriers behave, and how much it holds.
//!
//! Invariant: a configuration that [`NetworkConfig::check`] passes needs no further check.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use songsinh_contract::Carrier;

use crate::{Profile, SmsError};

/// Whether a carrier takes messages off its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LaneState {
    /// It works.
    #[default]
    Up,
    /// It takes none; they wait in the queue.
    Down,
    /// It takes all and delivers none.
    BlackHole,
}

/// One carrier, where it differs from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CarrierSetting {
    /// Its state.
    pub state: LaneState,
    /// Its delays; none: the network's.
    pub profile: Option<Profile>,
    /// Parts a second that it takes; none: the network's.
    pub parts_per_s: Option<f64>,
    /// Share lost on top of the profile's; none: the network's.
    pub loss: Option<f64>,
}

/// How much the gateway holds. Beyond a limit it refuses, or forgets the oldest and counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Messages in one carrier's queue; then submissions are refused.
    pub queue_messages: usize,
    /// Messages between queue and phone; then submissions are refused.
    pub in_flight: usize,
    /// Different recipients; then submissions to new ones are refused.
    pub phones: usize,
    /// Messages kept for a phone; the oldest goes.
    pub inbox_messages: usize,
    /// Messages in the ledger; the oldest goes and is counted.
    pub ledger: usize,
    /// Events kept for readers; the oldest goes and is counted.
    pub events: usize,
    /// Idempotency keys remembered; the oldest goes.
    pub idempotency_keys: usize,
    /// Connections at once; more wait to be accepted.
    pub connections: usize,
    /// Long polls at once; more are refused.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue_messages: 50_000,
            in_flight: 1_000_000,
            phones: 4_000_000,
            inbox_messages: 50,
            ledger: 1_000_000,
            events: 500_000,
            idempotency_keys: 200_000,
            connections: 4096,
            waiting: 4096,
        }
    }
}

/// The settings of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// Delays, loss and doubles.
    pub profile: Profile,
    /// Divides every drawn time; above 0.
    pub speed: f64,
    /// Share lost on top of the profile's, 0 to 1.
    pub loss: f64,
    /// Share doubled on top of the profile's, 0 to 1: the copy comes at most a second later (divided by the speed).
    pub duplicates: f64,
    /// Share of numbers served by another carrier than their prefix says, 0 to 1.
    pub ported_share: f64,
    /// Parts a second that a carrier takes: 3 binds of 100 by default (an estimate; contracts are not public).
    pub parts_per_s: f64,
    /// Parts that may go at once after a pause.
    pub burst_parts: f64,
    /// Messages a second that the account may submit; none: no limit. A burst of one second is allowed.
    pub submits_per_s: Option<f64>,
    /// Carriers that differ.
    pub carriers: BTreeMap<Carrier, CarrierSetting>,
    /// How much is held.
    pub limits: Limits,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            profile: Profile::Normal,
            speed: 1.0,
            loss: 0.0,
            duplicates: 0.0,
            ported_share: 0.025,
            parts_per_s: 300.0,
            burst_parts: 30.0,
            submits_per_s: None,
            carriers: BTreeMap::new(),
            limits: Limits::default(),
        }
    }
}

/// Settings that can change while messages travel. What is left out stays as it is; a carrier that is named gets the
/// given setting whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Control {
    /// Delays, loss and doubles of messages that leave the queue from now on.
    pub profile: Option<Profile>,
    /// Divides every drawn time.
    pub speed: Option<f64>,
    /// Share lost on top of the profile's.
    pub loss: Option<f64>,
    /// Share doubled on top of the profile's.
    pub duplicates: Option<f64>,
    /// Parts a second that a carrier takes.
    pub parts_per_s: Option<f64>,
    /// Messages a second that the account may submit; 0 lifts the limit.
    pub submits_per_s: Option<f64>,
    /// Carriers that differ.
    pub carriers: BTreeMap<Carrier, CarrierSetting>,
}

impl NetworkConfig {
    /// Looks at every setting.
    ///
    /// # Errors
    /// [`SmsError::Setting`] names the first one out of its range.
    pub fn check(&self) -> Result<(), SmsError> {
        above_zero("speed", self.speed)?;
        share("loss", self.loss)?;
        share("duplicates", self.duplicates)?;
        share("duplicates", self.duplicates)?;
        share("ported_share", self.ported_share)?;
        above_zero("parts_per_s", self.parts_per_s)?;
        above_zero("burst_parts", self.burst_parts)?;
        self.submits_per_s.map_or(Ok(()), |rate| above_zero("submits_per_s", rate))?;
        for setting in self.carriers.values() {
            setting.parts_per_s.map_or(Ok(()), |rate| above_zero("carriers.*.parts_per_s", rate))?;
            setting.loss.map_or(Ok(()), |loss| share("carriers.*.loss", loss))?;
        }
        let limits = self.limits;
        for (setting, value) in [
            ("limits.queue_messages", limits.queue_messages),
            ("limits.in_flight", limits.in_flight),
            ("limits.phones", limits.phones),
            ("limits.inbox_messages", limits.inbox_messages),
            ("limits.ledger", limits.ledger),
            ("limits.events", limits.events),
            ("limits.idempotency_keys", limits.idempotency_keys),
            ("limits.connections", limits.connections),
            ("limits.waiting", limits.waiting),
        ] {
            if !(1..=100_000_000).contains(&value) {
                return Err(SmsError::Setting { setting, value: value.to_string(), wanted: "1 to 100000000" });
            }
        }
        Ok(())
    }

    /// These settings after a change.
    ///
    /// # Errors
    /// As [`NetworkConfig::check`]; nothing is changed then.
    pub fn with(&self, change: &Control) -> Result<Self, SmsError> {
        let mut next = self.clone();
        next.profile = change.profile.unwrap_or(next.profile);
        next.speed = change.speed.unwrap_or(next.speed);
        next.loss = change.loss.unwrap_or(next.loss);
        next.duplicates = change.duplicates.unwrap_or(next.duplicates);
        next.parts_per_s = change.parts_per_s.unwrap_or(next.parts_per_s);
        next.submits_per_s = match change.submits_per_s {
            Some(0.0) => None,
            Some(rate) => Some(rate),
            None => next.submits_per_s,
        };
        next.carriers.extend(&change.carriers);
        next.check()?;
        Ok(next)
    }

    pub(crate) fn carrier(&self, carrier: Carrier) -> CarrierSetting {
        self.carriers.get(&carrier).copied().unwrap_or_default()
    }
}

fn above_zero(setting: &'static str, value: f64) -> Result<(), SmsError> {
    if (1e-6..=1e9).contains(&value) {
        return Ok(());
    }
    Err(SmsError::Setting { setting, value: value.to_string(), wanted: "above 0, at most 1e9" })
}

fn share(setting: &'static str, value: f64) -> Result<(), SmsError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(SmsError::Setting { setting, value: value.to_string(), wanted: "a share from 0 to 1" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_out_of_range_is_named() {
        assert!(NetworkConfig::default().check().is_ok());
        let with = |change: fn(&mut NetworkConfig)| {
            let mut config = NetworkConfig::default();
            change(&mut config);
            config.check().unwrap_err().to_string()
        };
        assert_eq!(with(|c| c.speed = 0.0), "the SMS gateway's setting speed is 0; it must be above 0, at most 1e9");
        assert_eq!(with(|c| c.loss = 1.5), "the SMS gateway's setting loss is 1.5; it must be a share from 0 to 1");
        assert!(with(|c| c.parts_per_s = f64::NAN).contains("parts_per_s"));
        assert!(with(|c| c.limits.waiting = 0).contains("limits.waiting"));
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let before = NetworkConfig { submits_per_s: Some(5.0), ..NetworkConfig::default() };
        let change: Control = serde_json::from_str(r#"{"speed":6,"carriers":{"mobifone":{"state":"down"}}}"#).unwrap();
        let after = before.with(&change).unwrap();
        assert_eq!((after.speed, after.submits_per_s, after.profile), (6.0, Some(5.0), Profile::Normal));
        assert_eq!(after.carrier(Carrier::Mobifone).state, LaneState::Down);
        assert_eq!(after.carrier(Carrier::Viettel).state, LaneState::Up);
        let lifted = after.with(&Control { submits_per_s: Some(0.0), ..Control::default() }).unwrap();
        assert_eq!(lifted.submits_per_s, None);
        assert!(after.with(&Control { loss: Some(-1.0), ..Control::default() }).is_err());
    }
}

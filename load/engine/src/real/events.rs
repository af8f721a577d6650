//! What happens to the world of a run in real time: through the control doors of its services, and by killing the twin.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use songsinh_contract::{Carrier, Clock, Moment};
use songsinh_kernel::RealClock;
use songsinh_population::service::Control as PopulationControl;
use songsinh_record::InvalidReason;
use songsinh_sms::{CarrierSetting, LaneState, NetworkConfig};

use super::{Event, World};
use crate::agenda::{Act, Agenda};
use crate::world::{Usage, WorldError, WorldInfo, control_client, words_of};

/// The agenda of a run, and how its changes are brought about.
pub(super) struct Events {
    agenda: Agenda,
    /// How carriers were set before.
    before: BTreeMap<Carrier, CarrierSetting>,
}

impl Events {
    pub(super) fn of(events: &[songsinh_scenario::Event], begins: Moment) -> Self {
        Self { agenda: Agenda::of(events, begins), before: BTreeMap::new() }
    }
    pub(super) fn agenda(&self) -> &Agenda {
        &self.agenda
    }
    /// Whether anything happened that may silence the gateway.
    pub(super) fn has_struck(&self) -> bool {
        !self.before.is_empty()
    }
    /// Brings about what is due. Gives what a twin that was killed had used.
    pub(super) async fn strike(
        &mut self,
        world: &mut World,
        tell: &mut dyn FnMut(Event),
        invalid: &mut Vec<InvalidReason>,
    ) -> Option<Usage> {
        let mut used = None;
        while let Some((nth, act)) = self.agenda.take(RealClock::new().now()) {
            used = self.bring_about(nth, act, world, tell, invalid).await.or(used);
        }
        used
    }
    /// Undoes what is still on.
    pub(super) async fn undo(
        &mut self,
        world: &mut World,
        tell: &mut dyn FnMut(Event),
        invalid: &mut Vec<InvalidReason>,
    ) {
        for (nth, act) in self.agenda.take_back() {
            self.bring_about(nth, act, world, tell, invalid).await;
        }
    }

    async fn bring_about(
        &mut self,
        nth: usize,
        act: Act,
        world: &mut World,
        tell: &mut dyn FnMut(Event),
        invalid: &mut Vec<InvalidReason>,
    ) -> Option<Usage> {
        let began = RealClock::new().now();
        let info = world.info().clone();
        let done = match act {
            Act::Population { .. } | Act::PopulationBack => turn_population(&info, act).await.map(|()| None),
            Act::Carrier { carrier, down } => self.turn_carrier(&info, carrier, down).await.map(|()| None),
            Act::Restart => restart(world).await.map(Some),
        };
        let what = self.agenda.what(nth).to_owned();
        match done {
            Ok(used) => {
                self.agenda.mark(nth, began);
                let is_over = matches!(act, Act::PopulationBack | Act::Carrier { down: false, .. });
                if act == Act::Restart {
                    self.agenda.mark(nth, RealClock::new().now());
                }
                tell(Event::Said(format!("event    {what}{}", if is_over { ": over" } else { "" })));
                used
            }
            Err(error) => {
                invalid.push(InvalidReason::EventFailed { what, why: error.to_string() });
                None
            }
        }
    }

    async fn turn_carrier(&mut self, info: &WorldInfo, carrier: Carrier, down: bool) -> Result<(), WorldError> {
        let url = format!("{}/v1/control", info.sms_url);
        if down {
            let config: NetworkConfig = serde_json::from_value(get(&url).await?).map_err(|error| odd(&url, &error))?;
            self.before.insert(carrier, config.carriers.get(&carrier).copied().unwrap_or_default());
        }
        let before = self.before.get(&carrier).copied().unwrap_or_default();
        let setting = if down { CarrierSetting { state: LaneState::Down, ..before } } else { before };
        put(&url, &json!({ "carriers": BTreeMap::from([(carrier, setting)]) })).await
    }
}

/// Sets the population service for a while. It falls back by itself; who undoes that early ends the while at once.
async fn turn_population(info: &WorldInfo, act: Act) -> Result<(), WorldError> {
    let millis = |span: std::time::Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let control = match act {
        Act::Population { delay, failures, length } => {
            let delay_ms = delay.map(|delay| u32::try_from(millis(delay)).unwrap_or(u32::MAX));
            PopulationControl {
                delay_min_ms: delay_ms,
                delay_max_ms: delay_ms,
                failure_share: failures,
                for_ms: Some(millis(length)),
            }
        }
        _ => PopulationControl { for_ms: Some(0), ..PopulationControl::default() },
    };
    put(&format!("{}/v1/control", info.population_url), &json!(control)).await
}

async fn restart(world: &mut World) -> Result<Usage, WorldError> {
    match world {
        World::Own(world) => world.restart_twin().await.map(|(used, _)| used),
        World::Attached(_) => {
            Err(WorldError::Start { name: "twin", why: "this world is not the run's own".to_owned() })
        }
    }
}

async fn get(url: &str) -> Result<Value, WorldError> {
    let answer = control_client(url)?.get(url).send().await.and_then(reqwest::Response::error_for_status);
    let failed = |error: reqwest::Error| WorldError::Unreachable { url: url.to_owned(), why: words_of(&error) };
    answer.map_err(failed)?.json().await.map_err(failed)
}

async fn put(url: &str, body: &Value) -> Result<(), WorldError> {
    let answer = control_client(url)?.put(url).json(body).send().await.and_then(reqwest::Response::error_for_status);
    answer.map(drop).map_err(|error| WorldError::Unreachable { url: url.to_owned(), why: words_of(&error) })
}

fn odd(url: &str, error: &serde_json::Error) -> WorldError {
    WorldError::Unreachable { url: url.to_owned(), why: format!("its settings are not those of a gateway: {error}") }
}

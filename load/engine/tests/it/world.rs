//! Population service, SMS gateway and twin in this process, on free ports.

use std::future::pending;
use std::sync::Arc;

use songsinh_contract::Rulebook;
use songsinh_engine::world::WorldInfo;
use songsinh_engine::{officers_of, population};
use songsinh_national::{ApprovalPlan, Argon2Cost, Misbehaviours, Officer, TwinConfig};
use songsinh_population::service::{Register, ServiceSettings};
use songsinh_scenario::Scenario;
use songsinh_sms::{NetworkConfig, Profile};
use tokio::net::TcpListener;

const SEED: u64 = 2022;
const OFFICERS: usize = 4;
const PEOPLE: u64 = songsinh_population::VIET_NAM_2022;

async fn bind() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Starts a world that ends with the runtime.
pub async fn start(scenario: &Scenario, rulebook: Rulebook, misbehaviours: &[&str]) -> WorldInfo {
    let (population_door, population_url) = bind().await;
    let (sms_door, sms_url) = bind().await;
    let (twin_door, twin_url) = bind().await;
    let register = Register { population: population(SEED, PEOPLE).unwrap(), day: scenario.day };
    let network = NetworkConfig { profile: Profile::Instant, ..NetworkConfig::default() };
    let twin = TwinConfig {
        rulebook: rulebook.clone(),
        argon2: Argon2Cost::Light,
        approval: ApprovalPlan {
            delay_min: scenario.twin.approval.from,
            delay_max: scenario.twin.approval.to,
            reject_share: 0.0,
        },
        misbehaviours: Misbehaviours::parse(misbehaviours.iter().copied()).unwrap(),
        officers: officers_of(SEED, OFFICERS)
            .into_iter()
            .map(|one| Officer { user: one.user, password: one.password })
            .collect(),
        ..TwinConfig::new(&population_url, &sms_url, scenario.day)
    };
    tokio::spawn(songsinh_population::service::serve(
        population_door,
        Register { population: Arc::clone(&register.population), ..register },
        ServiceSettings::default(),
        SEED,
        pending(),
    ));
    tokio::spawn(songsinh_sms::serve(sms_door, network, SEED, pending()));
    tokio::spawn(songsinh_national::serve(twin_door, twin, pending()));
    WorldInfo {
        version: "test".to_owned(),
        population_url,
        sms_url,
        twin_url: Some(twin_url),
        twin_rulebook: Some(rulebook),
        officers: OFFICERS,
        twin_is_durable: false,
        misbehaviours: misbehaviours.iter().map(|&name| name.to_owned()).collect(),
        population_seed: SEED,
        people: PEOPLE,
        day: scenario.day,
        pids: Vec::new(),
    }
}

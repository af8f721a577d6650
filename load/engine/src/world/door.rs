//! The world's own door: what a run must know to attach to a world that somebody else started.

use std::net::SocketAddr;

use axum::routing::get;
use axum::{Json, Router};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use songsinh_contract::Rulebook;
use tokio::net::TcpListener;

use super::{WorldError, control_client};

/// A world, as its door describes it at `GET /v1/world`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldInfo {
    /// Version of the program that runs it.
    pub version: String,
    /// Base URL of the population service.
    pub population_url: String,
    /// Base URL of the SMS gateway.
    pub sms_url: String,
    /// Base URL of the built-in twin, if this world has one.
    pub twin_url: Option<String>,
    /// The rulebook by which that twin acts.
    pub twin_rulebook: Option<Rulebook>,
    /// How many police officers that twin knows; they follow from the seed of the population.
    #[serde(default)]
    pub officers: usize,
    /// Whether that twin keeps its records when it is killed.
    #[serde(default)]
    pub twin_is_durable: bool,
    /// What that twin was told to do wrong.
    pub misbehaviours: Vec<String>,
    /// Seed of the population.
    pub population_seed: u64,
    /// Size of the population.
    pub people: u64,
    /// The world's civil day.
    pub day: Date,
    /// Process ids of the parts, by name.
    pub pids: Vec<(String, u32)>,
}

impl WorldInfo {
    /// A short name for the population, for file names: another seed or size is another population. On another day it
    /// is older, but its people and their numbers are the same.
    #[must_use]
    pub fn population_name(&self) -> String {
        let text = format!("{}/{}", self.population_seed, self.people);
        songsinh_contract::Digest::of(text.as_bytes()).to_string()
    }
}

/// Asks a world's door.
///
/// # Errors
/// When nothing answers there, or something else than a world.
pub async fn attach(url: &str) -> Result<WorldInfo, WorldError> {
    let unreachable = |why: String| WorldError::Unreachable { url: url.to_owned(), why };
    let address = format!("{}/v1/world", url.trim_end_matches('/'));
    let answer = control_client(url)?.get(&address).send().await.map_err(|error| unreachable(words_of(&error)))?;
    if !answer.status().is_success() {
        return Err(unreachable(format!("it answered {}", answer.status())));
    }
    answer.json().await.map_err(|error| unreachable(format!("its answer is no description of a world: {error}")))
}

/// An HTTP client's error with its innermost cause, which says more than the outer words.
pub(crate) fn words_of(error: &dyn std::error::Error) -> String {
    let mut last = error;
    while let Some(inner) = last.source() {
        last = inner;
    }
    last.to_string()
}

/// Serves the door until the program ends.
///
/// # Errors
/// When the address is taken.
pub async fn serve_door(address: SocketAddr, info: WorldInfo) -> Result<SocketAddr, WorldError> {
    let busy = |error| WorldError::Busy { address: address.to_string(), error };
    let listener = TcpListener::bind(address).await.map_err(busy)?;
    let bound = listener.local_addr().map_err(busy)?;
    let router = Router::new().route("/v1/world", get(move || std::future::ready(Json(info.clone()))));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(bound)
}

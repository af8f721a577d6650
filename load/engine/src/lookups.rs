//! What the population service was asked, read from its ledger.

use songsinh_contract::LookupEvent;

use serde::Deserialize;

use crate::world::{WorldError, control_client};

/// Questions read in one answer.
const PAGE: u32 = 10_000;

#[derive(Debug, Deserialize)]
struct Page {
    events: Vec<LookupEvent>,
    next: u64,
}

/// A reader of the ledger.
#[derive(Debug)]
pub struct Ledger {
    client: reqwest::Client,
    url: String,
    next: u64,
}

impl Ledger {
    /// A reader that begins with what is asked from now on.
    ///
    /// # Errors
    /// When the population service does not answer.
    pub async fn from_now(population_url: &str) -> Result<Self, WorldError> {
        let url = population_url.trim_end_matches('/').to_owned();
        let mut ledger = Self { client: control_client(&url)?, url, next: u64::MAX };
        ledger.next = ledger.page().await?.next;
        Ok(ledger)
    }
    async fn page(&self) -> Result<Page, WorldError> {
        let url = format!("{}/v1/ledger?after={}&limit={PAGE}", self.url, self.next);
        let unreachable = |error: reqwest::Error| WorldError::Unreachable {
            url: self.url.clone(),
            why: crate::world::words_of(&error),
        };
        let answer = self.client.get(url).send().await.and_then(reqwest::Response::error_for_status);
        answer.map_err(unreachable)?.json().await.map_err(unreachable)
    }
    /// What was asked since the last call of this, at most one page of it; empty when all was read.
    ///
    /// # Errors
    /// When the population service does not answer.
    pub async fn read(&mut self) -> Result<Vec<LookupEvent>, WorldError> {
        let page = self.page().await?;
        self.next = page.next;
        Ok(page.events)
    }
}

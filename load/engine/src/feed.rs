//! The gateway's news, brought to the workers: which messages it took, delivered and lost.
//!
//! One long-polling reader a run; every worker gets every batch and keeps what is for its phones. Invariant: news
//! arrive in the gateway's order, and none is skipped: a gap is an error of the run.

use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{Clock, Moment};
use songsinh_kernel::{RealClock, test_time};
use songsinh_sms::{EventKind, EventLine, EventPage};
use tokio::sync::mpsc::Sender;

use crate::board::{Board, Sink};
use crate::world::{WorldError, control_client};

/// A batch of news.
pub type Batch = Arc<Vec<EventLine>>;

/// Reads the gateway's news.
#[derive(Debug, Clone)]
pub struct Feed {
    client: reqwest::Client,
    url: String,
    next: u64,
}

/// How long the gateway holds a request for which there is no news.
const WAIT: Duration = Duration::from_millis(500);
/// News in one answer.
const PAGE: u32 = 5_000;
/// How long failed readings are tried again before the run gives up, a tenth of a second apart. Counted from the first
/// failure, and a gateway that accepts but never answers fails only after the client's own patience.
const AWAY_FOR: Duration = Duration::from_secs(5);

impl Feed {
    /// A feed that begins with what happens from now on.
    ///
    /// # Errors
    /// When the gateway does not answer.
    pub async fn from_now(sms_url: &str) -> Result<Self, WorldError> {
        let client = control_client(sms_url)?;
        let mut feed = Self { client, url: sms_url.trim_end_matches('/').to_owned(), next: u64::MAX };
        feed.next = feed.page(0).await?.next;
        Ok(feed)
    }
    async fn page(&self, wait_ms: u128) -> Result<EventPage, WorldError> {
        let url = format!("{}/v1/events?after={}&wait_ms={wait_ms}&limit={PAGE}", self.url, self.next);
        let unreachable = |error: reqwest::Error| WorldError::Unreachable {
            url: self.url.clone(),
            why: crate::world::words_of(&error),
        };
        let answer = self.client.get(url).send().await.and_then(reqwest::Response::error_for_status);
        answer.map_err(unreachable)?.json().await.map_err(unreachable)
    }
    /// Waits for the next batch; it may be empty.
    ///
    /// # Errors
    /// When the gateway stays away for some seconds, or news were dropped before they were read.
    pub async fn next(&mut self) -> Result<Batch, WorldError> {
        let clock = RealClock::new();
        let mut since = None;
        let page = loop {
            match self.page(WAIT.as_millis()).await {
                Ok(page) => break page,
                Err(error) => {
                    let now = clock.now();
                    if now.since(*since.get_or_insert(now)) > AWAY_FOR {
                        return Err(error);
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        if page.events.first().is_some_and(|first| first.seq > self.next + 1) {
            let why = format!("it dropped {} events before they were read: its buffer is too small", page.dropped);
            return Err(WorldError::Unreachable { url: self.url.clone(), why });
        }
        self.next = page.next;
        Ok(Arc::new(page.events))
    }
    /// Brings news to every worker until one of them is gone.
    ///
    /// # Errors
    /// As [`Feed::next`].
    pub async fn pump(mut self, workers: Vec<Sender<Batch>>) -> Result<(), WorldError> {
        loop {
            let batch = self.next().await?;
            if batch.is_empty() {
                if workers.iter().all(Sender::is_closed) {
                    return Ok(());
                }
                continue;
            }
            for worker in &workers {
                let _ = worker.send(Arc::clone(&batch)).await;
            }
        }
    }
}

/// Puts news on a worker's board.
pub fn tell<K: Sink>(board: &Board<K>, news: &[EventLine]) {
    for one in news {
        let at = test_time::of_host(Moment(one.at_ns));
        match one.kind {
            EventKind::Accepted => board.sms_accepted(one.id, one.to, &one.text, at),
            EventKind::Delivered | EventKind::Doubled => board.sms_delivered(one.id, at),
            EventKind::Lost => board.sms_lost(one.id),
        }
    }
}

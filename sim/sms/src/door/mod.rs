//! The gateway's HTTP door: submissions in, inboxes, events and the ledger out.
//!
//! | request | answer |
//! | --- | --- |
//! | `POST /v1/messages` `{from,to,text,validity_s?}`, header `Idempotency-Key` | 202 `{id,parts,carrier}` |
//! | `GET /v1/phones/{msisdn}/messages?after=&wait_s=` | a phone's inbox, long poll, with extracted `otp` |
//! | `GET /v1/events?after=&wait_ms=&limit=` | what happened, in order of `seq`, long poll: for load engines |
//! | `GET /v1/ledger?after=&limit=` | every message and its fate |
//! | `GET`, `PUT /v1/control` | the settings in force; changes them |
//! | `GET /health` | counts, queues, lag |
//! | `GET /` | a page with the inbox of a phone |
//!
//! Every refusal is a problem of RFC 9457. Moments are nanoseconds of the host's `CLOCK_MONOTONIC`.
//!
//! Invariant: one lock around one [`Desk`], never held across an await; one task moves time. Nobody is told of a
//! delivery before it is due.
//!
//! Not here: authentication. The door is for loopback and test networks.

mod desk;
mod lines;
mod listener;
mod problem;
mod routes;

use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use songsinh_contract::Clock as _;
use songsinh_kernel::{Either, Notify, RealClock, race};
use tokio::net::TcpListener;

use crate::{Network, NetworkConfig, SmsError};
use desk::Desk;
pub use lines::{
    EventLine, EventPage, Health, LedgerFate, LedgerLine, LedgerPage, PhoneMessage, PhonePage, Submission,
    SubmissionAnswer,
};
use listener::Bounded;

/// How long open connections may take to end after the shutdown.
const GRACE: Duration = Duration::from_secs(2);

/// What every handler shares.
struct Door {
    desk: Mutex<Desk>,
    clock: RealClock,
    /// Rung when something falls due before the moment that the timer sleeps to.
    rearm: Notify,
    /// Rung when there are new events.
    news: Notify,
}

impl Door {
    fn new(config: NetworkConfig, seed: u64) -> Result<Self, SmsError> {
        Ok(Self {
            desk: Mutex::new(Desk::new(Network::new(config, seed)?)),
            clock: RealClock::new(),
            rearm: Notify::new(),
            news: Notify::new(),
        })
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves time on as messages fall due; runs until it is dropped.
    async fn move_time(&self) {
        loop {
            let rung = self.rearm.notified();
            let (due, news) = {
                let mut desk = self.desk();
                let news = desk.advance(self.clock.now());
                (desk.arm(), news)
            };
            if news {
                self.news.ring();
            }
            match due {
                None => rung.await,
                Some(due) => {
                    race(rung, self.clock.sleep_until(due)).await;
                }
            }
        }
    }

    fn close(&self) {
        self.desk().close();
        self.news.ring();
    }
}

/// Serves a gateway on a socket until `shutdown` ends; long polls are then answered at once, and connections have two
/// seconds to end.
///
/// # Errors
/// A setting out of its range, or a socket that cannot listen.
pub async fn serve(
    listener: TcpListener,
    config: NetworkConfig,
    seed: u64,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), SmsError> {
    let connections = config.limits.connections;
    let door = Arc::new(Door::new(config, seed)?);
    let closed = Notify::new();
    let grace = closed.notified();
    let signal = {
        let door = door.clone();
        async move {
            shutdown.await;
            door.close();
            closed.ring();
        }
    };
    let server = axum::serve(Bounded::new(listener, connections), routes::router(door.clone()))
        .with_graceful_shutdown(signal)
        .into_future();
    let patience = async {
        grace.await;
        door.clock.sleep(GRACE).await;
    };
    match race(server, race(door.move_time(), patience)).await {
        Either::Left(served) => Ok(served?),
        Either::Right(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;

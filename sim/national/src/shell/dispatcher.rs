//! The dispatcher: carries messages from the outbox to the SMS gateway.
//!
//! ```text
//! commit -> outbox -> submit -> accepted: forgotten
//!                       |-> throttled: everything waits as long as the gateway asks (up to 30 s)
//!                       |-> failed: this one waits 100, 200, … 2000 ms (or what the gateway asks) and goes again
//! ```
//!
//! Invariants: codes go ahead of notices; a message is submitted again under the same id until the gateway has it, so a
//! lost answer may double a message but never a challenge; a code whose life is over is dropped; messages that were on
//! their way when the process died go again after the start.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use songsinh_contract::{Chance, Clock, Moment, Purpose};
use songsinh_kernel::{Either, race};

use super::sleep_until;
use super::surroundings::{Submitted, Surroundings};
use super::twin::Twin;
use crate::rules::OutboxSms;
use crate::store::Store;

const JITTER: Purpose = Purpose::named("national.dispatcher");
const BACKOFF_FIRST: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(2);
/// Messages taken from the outbox for each slot at the gateway: enough that a code need not wait behind notices.
const READY_PER_SLOT: usize = 32;
/// The longest Retry-After that is obeyed.
const OBEYED_MAX: Duration = Duration::from_secs(30);

struct Letter {
    sms: OutboxSms,
    tries: u32,
}

/// What is known between two submissions.
struct Tray {
    /// Waiting to go again: when; codes (false) before notices; id.
    later: BTreeMap<(Moment, bool, u64), Letter>,
    /// Ready to go: codes before notices, then in the order of becoming ready.
    ready: BTreeMap<(bool, u64), Letter>,
    order: u64,
    /// The gateway asked for silence until then.
    quiet_until: Moment,
    chance: Chance,
}

impl Tray {
    fn make_ready(&mut self, letter: Letter) {
        self.ready.insert((!letter.sms.is_code(), self.order), letter);
        self.order += 1;
    }
    fn ripen(&mut self, now: Moment) {
        while let Some(entry) = self.later.first_entry().filter(|entry| entry.key().0 <= now) {
            let letter = entry.remove();
            self.make_ready(letter);
        }
    }
    fn postpone(&mut self, letter: Letter, now: Moment, asked: Option<Duration>) {
        let doubled = BACKOFF_FIRST.saturating_mul(1 << letter.tries.min(8)).min(BACKOFF_MAX);
        let jittered = doubled.mul_f64(0.75 + 0.25 * self.chance.unit());
        let wait = asked.map_or(jittered, |asked| asked.min(OBEYED_MAX));
        self.later
            .insert((now + wait, !letter.sms.is_code(), letter.sms.id), Letter { tries: letter.tries + 1, ..letter });
    }
    /// The next moment at which something changes by itself.
    fn wake(&self) -> Moment {
        let ripe = self.later.first_key_value().map_or(Moment::NEVER, |(key, _)| key.0);
        if self.ready.is_empty() { ripe } else { ripe.min(self.quiet_until) }
    }
}

impl<S: Store, W: Surroundings> Twin<S, W> {
    /// Sends messages until [`Twin::stop`].
    pub async fn run_dispatcher(&self) {
        let clock = self.world.clock();
        let mut tray = Tray {
            later: BTreeMap::new(),
            ready: BTreeMap::new(),
            order: 0,
            quiet_until: Moment(0),
            chance: Chance::new(self.rules.seed, JITTER, 0),
        };
        let mut under_way = FuturesUnordered::new();
        loop {
            let (written, stopping) = (self.written.notified(), self.stopping.notified());
            if self.is_stopped() {
                return;
            }
            let now = clock.now();
            tray.ripen(now);
            let room = (self.sms_in_flight_max * READY_PER_SLOT).saturating_sub(tray.ready.len());
            for sms in self.store.take_outbox(room) {
                tray.make_ready(Letter { sms, tries: 0 });
            }
            while now >= tray.quiet_until
                && under_way.len() < self.sms_in_flight_max
                && let Some((_, letter)) = tray.ready.pop_first()
            {
                under_way.push(self.carry(letter));
            }
            let idle = under_way.is_empty();
            // While every slot is taken only the end of a submission changes anything; what is ready would wake this loop
            // at once, again and again.
            let full = under_way.len() >= self.sms_in_flight_max;
            let wake = if full { Moment::NEVER } else { tray.wake() };
            let news = race(stopping, race(written, sleep_until(clock, wake)));
            let done = if idle {
                news.await;
                None
            } else {
                match race(under_way.next(), news).await {
                    Either::Left(done) => done,
                    Either::Right(_) => None,
                }
            };
            let Some((letter, said)) = done else { continue };
            let now = clock.now();
            match said {
                Submitted::Accepted | Submitted::Never => {}
                Submitted::Failed(asked) => tray.postpone(letter, now, asked),
                Submitted::Throttled(asked) => {
                    tray.quiet_until = tray.quiet_until.max(now + asked.unwrap_or(BACKOFF_FIRST).min(OBEYED_MAX));
                    tray.postpone(letter, now, asked);
                }
            }
        }
    }

    /// Submits one message, and forgets it once it needs no sending any more. A message that cannot be forgotten now is
    /// sent again after the next start, under the same id.
    async fn carry(&self, letter: Letter) -> (Letter, Submitted) {
        let is_late = letter.sms.drop_ms.is_some_and(|drop_ms| self.unix().0 >= drop_ms);
        let said = if is_late { Submitted::Never } else { self.world.submit_sms(&letter.sms).await };
        if matches!(said, Submitted::Accepted | Submitted::Never) {
            let _kept = self.store.settle_outbox(vec![letter.sms.id]).await;
        }
        (letter, said)
    }
}

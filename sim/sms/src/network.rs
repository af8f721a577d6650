//! The network as a machine without I/O: submissions and time go in, deliveries come out.
//!
//! Invariant: every accepted message is, at any time, in exactly one place: a carrier's queue, in the air, on the phone,
//! or lost. Arrivals are told in order of time, ties in order of ids. What becomes of the n-th message to a number
//! depends on (seed, number, n) alone; only the wait in the queue depends on the others.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashMap;
use songsinh_contract::{Carrier, Chance, Digest, Moment, PhoneNumber, Purpose};

use crate::bucket::Bucket;
use crate::carrier::{index, serving_carrier};
use crate::keys::{Keys, Known, body_digest};
use crate::lane::{Lane, Queued};
use crate::{
    Accepted, Control, Counts, Delivery, Drawn, Event, EventKind, LaneState, Ledger, Message, NetworkConfig, Rejected,
    SmsError, Submit, first_code, parts,
};

const FATE: Purpose = Purpose::named("sms.fate");

/// Parts that a phone joins to one text.
pub const MAX_PARTS: usize = 10;

/// What a sender is told when no better estimate exists.
const RETRY_LATER: Duration = Duration::from_secs(1);

/// Something that will happen; ordered by time, then id, then copy.
struct Flight {
    at: Moment,
    kind: EventKind,
    message: Arc<Message>,
}

impl Flight {
    fn key(&self) -> (Moment, u64, EventKind) {
        (self.at, self.message.id, self.kind)
    }
}
impl PartialEq for Flight {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}
impl Eq for Flight {}
impl PartialOrd for Flight {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Flight {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

/// The carriers and every message on its way.
pub struct Network {
    config: NetworkConfig,
    seed: u64,
    lanes: Vec<Lane>,
    air: BinaryHeap<Reverse<Flight>>,
    sent_to: FxHashMap<PhoneNumber, u32>,
    ledger: Ledger,
    keys: Keys,
    throttle: Option<Bucket>,
    counts: Counts,
}

impl Network {
    /// A network that nothing travels in yet.
    ///
    /// # Errors
    /// A setting out of its range.
    pub fn new(config: NetworkConfig, seed: u64) -> Result<Self, SmsError> {
        config.check()?;
        Ok(Self {
            seed,
            lanes: Carrier::ALL.into_iter().map(|carrier| Lane::new(&config, carrier)).collect(),
            air: BinaryHeap::new(),
            sent_to: FxHashMap::default(),
            ledger: Ledger::new(config.limits.ledger),
            keys: Keys::new(config.limits.idempotency_keys),
            throttle: config.submits_per_s.map(|rate| Bucket::new(rate, rate)),
            counts: Counts::default(),
            config,
        })
    }

    /// Takes a message at `at`, which must not lie before an earlier call's moment.
    ///
    /// # Errors
    /// [`Rejected`]: nothing was taken, and the idempotency key is still free.
    pub fn submit(&mut self, at: Moment, submit: Submit) -> Result<Accepted, Rejected> {
        let answer = self.take(at, submit);
        match &answer {
            Ok(accepted) if accepted.repeated => self.counts.repeated += 1,
            Ok(_) => self.counts.accepted += 1,
            Err(_) => self.counts.rejected += 1,
        }
        answer
    }

    fn take(&mut self, at: Moment, submit: Submit) -> Result<Accepted, Rejected> {
        let key = submit.idempotency.as_ref().map(|key| (Digest::of(key.as_bytes()), body_digest(&submit)));
        if let Some((key, body)) = key {
            match self.keys.look(key, body) {
                Known::Same(accepted) => return Ok(Accepted { repeated: true, ..accepted }),
                Known::Other => return Err(Rejected::KeyReused),
                Known::Never => {}
            }
        }
        let carrier =
            serving_carrier(submit.to, self.seed, self.config.ported_share).ok_or(Rejected::BadNumber(submit.to))?;
        let parts = text_parts(&submit.text)?;
        self.room(at, carrier, submit.to)?;
        if let Some(throttle) = &mut self.throttle {
            throttle.take(at, 1);
        }
        let sent = self.sent_to.entry(submit.to).or_insert(0);
        let nth = *sent;
        *sent = sent.saturating_add(1);
        let accepted = Accepted { id: self.counts.accepted + 1, parts, carrier, repeated: false };
        let message = Arc::new(Message {
            id: accepted.id,
            code: first_code(&submit.text),
            from: submit.from,
            to: submit.to,
            text: submit.text,
            parts,
            carrier,
            accepted: at,
            expires: submit.validity.map_or(Moment::NEVER, |validity| at + validity),
        });
        self.ledger.open(message.clone());
        self.lanes[index(carrier)].push(Queued { message, nth });
        if let Some((key, body)) = key {
            self.keys.remember(key, body, accepted);
        }
        Ok(accepted)
    }

    /// Whether one more message to `to` can be taken.
    fn room(&mut self, at: Moment, carrier: Carrier, to: PhoneNumber) -> Result<(), Rejected> {
        let limits = self.config.limits;
        if let Some(ready) = self.throttle.map(|throttle| throttle.ready_at()).filter(|ready| *ready > at) {
            return Err(Rejected::Throttled { retry_after: ready.since(at) });
        }
        self.depart(index(carrier), at);
        let lane = &self.lanes[index(carrier)];
        if lane.len() >= limits.queue_messages {
            let retry_after = lane.leaves_at().map_or(RETRY_LATER, |leaves| leaves.since(at));
            return Err(Rejected::QueueFull { carrier, retry_after });
        }
        if self.air.len() >= limits.in_flight {
            return Err(Rejected::NetworkFull { retry_after: RETRY_LATER });
        }
        if self.sent_to.len() >= limits.phones && !self.sent_to.contains_key(&to) {
            return Err(Rejected::TooManyPhones { limit: limits.phones });
        }
        Ok(())
    }

    /// Moves what leaves a carrier's queue by `now` into the air.
    fn depart(&mut self, lane: usize, now: Moment) {
        while let Some((at, Queued { message, nth })) = self.lanes[lane].leave(now) {
            let Lane { state, profile, loss, .. } = self.lanes[lane];
            let mut chance = Chance::new(self.seed, FATE, message.to.as_u64() << 32 | u64::from(nth));
            let swallowed = chance.happens(loss) || state == LaneState::BlackHole || at > message.expires;
            match profile.draw(&mut chance, self.config.speed) {
                Drawn::Arrives { after, again } if !swallowed => {
                    let copied = chance.happens(self.config.duplicates);
                    let copy = || Duration::from_secs_f64(chance.unit() / self.config.speed);
                    let again = again.or_else(|| copied.then(copy));
                    self.fly(at + after, again, message);
                }
                _ => self.air.push(Reverse(Flight { at, kind: EventKind::Lost, message })),
            }
        }
    }

    fn fly(&mut self, at: Moment, again: Option<Duration>, message: Arc<Message>) {
        if at > message.expires {
            let at = message.expires;
            self.air.push(Reverse(Flight { at, kind: EventKind::Lost, message }));
            return;
        }
        if let Some(second) = again.map(|again| at + again).filter(|second| *second <= message.expires) {
            self.air.push(Reverse(Flight { at: second, kind: EventKind::Doubled, message: message.clone() }));
        }
        self.air.push(Reverse(Flight { at, kind: EventKind::Delivered, message }));
    }

    /// When [`Network::advance`] has something to do next; none if nothing travels.
    #[must_use]
    pub fn next_due(&self) -> Option<Moment> {
        let leaves = self.lanes.iter().filter_map(Lane::leaves_at).min();
        let arrives = self.air.peek().map(|Reverse(flight)| flight.at);
        leaves.into_iter().chain(arrives).min()
    }

    /// Lets time pass until `now` and tells what happened, in order.
    pub fn advance(&mut self, now: Moment, mut tell: impl FnMut(Event)) {
        for lane in 0..self.lanes.len() {
            self.depart(lane, now);
        }
        while let Some(Reverse(flight)) = self.air.peek()
            && flight.at <= now
        {
            let Some(Reverse(Flight { at, kind, message })) = self.air.pop() else { return };
            match kind {
                EventKind::Lost => {
                    self.counts.lost += 1;
                    self.ledger.lost(message.id);
                }
                EventKind::Doubled => {
                    self.counts.doubled += 1;
                    self.ledger.delivered(message.id, at);
                }
                EventKind::Delivered | EventKind::Accepted => {
                    self.counts.delivered += 1;
                    self.ledger.delivered(message.id, at);
                }
            }
            tell(Event { at, kind, message });
        }
    }

    /// As [`Network::advance`], and gives what reached a phone.
    #[must_use = "a message that is not put on its phone is gone"]
    pub fn deliver(&mut self, now: Moment) -> Vec<Delivery> {
        let mut out = Vec::new();
        self.advance(now, |Event { at, kind, message }| {
            if kind != EventKind::Lost {
                out.push(Delivery { id: message.id, to: message.to, text: message.text.clone(), at });
            }
        });
        out
    }

    /// Changes settings: for messages that leave a queue after `now`.
    ///
    /// # Errors
    /// A setting out of its range; nothing is changed then.
    pub fn control(&mut self, now: Moment, change: &Control) -> Result<(), SmsError> {
        let next = self.config.with(change)?;
        for (lane, carrier) in Carrier::ALL.into_iter().enumerate() {
            self.depart(lane, now);
            self.lanes[lane].change(&next, carrier, now);
        }
        self.throttle = next.submits_per_s.map(|rate| match self.throttle {
            Some(bucket) => bucket.with_rate(rate, rate),
            None => Bucket::new(rate, rate),
        });
        self.config = next;
        Ok(())
    }

    /// The settings in force.
    #[must_use]
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// What was counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Messages in a carrier's queue.
    #[must_use]
    pub fn queued(&self, carrier: Carrier) -> usize {
        self.lanes[index(carrier)].len()
    }

    /// Arrivals, second arrivals and losses still to come of messages that have left their queue.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.air.len()
    }

    /// Every message and its fate.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

fn text_parts(text: &str) -> Result<usize, Rejected> {
    if text.is_empty() {
        return Err(Rejected::EmptyText);
    }
    match parts(text) {
        parts if parts > MAX_PARTS => Err(Rejected::TooLong { parts, limit: MAX_PARTS }),
        parts => Ok(parts),
    }
}

#[cfg(test)]
mod tests;

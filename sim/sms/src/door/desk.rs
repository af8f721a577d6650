//! What stands behind the door: the network, the inbox of every phone, and the events for readers.
//!
//! Invariant: `seq` counts events from 1 without a gap; beyond their limits the oldest events and inbox messages go.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use songsinh_contract::{Carrier, Moment, PhoneNumber};
use songsinh_kernel::Notify;

use super::lines::{EventLine, EventPage, Health, PhoneMessage, PhonePage};
use crate::{Accepted, Control, Event, EventKind, Message, Network, NetworkConfig, Rejected, SmsError, Submit};

struct Arrived {
    seq: u64,
    at: Moment,
    message: Arc<Message>,
}

/// Those who wait for a message to one phone.
#[derive(Default)]
struct Waiting {
    bell: Notify,
    polls: usize,
}

pub(super) struct Desk {
    network: Network,
    inboxes: FxHashMap<PhoneNumber, VecDeque<Arrived>>,
    events: VecDeque<Event>,
    events_dropped: u64,
    waiting: FxHashMap<PhoneNumber, Waiting>,
    polls: usize,
    armed: Option<Moment>,
    late_max_ns: u64,
    closed: bool,
}

impl Desk {
    pub(super) fn new(network: Network) -> Self {
        Self {
            network,
            inboxes: FxHashMap::default(),
            events: VecDeque::new(),
            events_dropped: 0,
            waiting: FxHashMap::default(),
            polls: 0,
            armed: None,
            late_max_ns: 0,
            closed: false,
        }
    }

    /// Takes a message. True: something falls due before the moment that the timer was armed for.
    pub(super) fn submit(&mut self, now: Moment, submit: Submit) -> (Result<Accepted, Rejected>, bool) {
        let answer = self.network.submit(now, submit);
        if answer.as_ref().is_ok_and(|accepted| !accepted.repeated)
            && let Some(message) = self.network.ledger().newest()
        {
            self.note(Event { at: now, kind: EventKind::Accepted, message });
            self.advance(now);
        }
        (answer, self.is_due_sooner())
    }

    /// Changes settings. True as for [`Desk::submit`].
    pub(super) fn control(&mut self, now: Moment, change: &Control) -> Result<bool, SmsError> {
        self.network.control(now, change)?;
        Ok(self.is_due_sooner())
    }

    pub(super) fn config(&self) -> &NetworkConfig {
        self.network.config()
    }

    fn is_due_sooner(&self) -> bool {
        let due = self.network.next_due();
        due.is_some_and(|due| self.armed.is_none_or(|armed| due < armed))
    }

    /// The moment for which the timer shall be armed now.
    pub(super) fn arm(&mut self) -> Option<Moment> {
        self.armed = self.network.next_due();
        self.armed
    }

    /// Lets time pass; true if anything happened.
    pub(super) fn advance(&mut self, now: Moment) -> bool {
        let mut happened = Vec::new();
        self.network.advance(now, |event| happened.push(event));
        let any = !happened.is_empty();
        for event in happened {
            self.late_max_ns = self.late_max_ns.max(now.0.saturating_sub(event.at.0));
            self.note(event);
        }
        any
    }

    fn last_seq(&self) -> u64 {
        self.events_dropped + self.events.len() as u64
    }

    fn note(&mut self, event: Event) {
        let limits = self.network.config().limits;
        if self.events.len() == limits.events {
            self.events.pop_front();
            self.events_dropped += 1;
        }
        let seq = self.last_seq() + 1;
        if matches!(event.kind, EventKind::Delivered | EventKind::Doubled) {
            let to = event.message.to;
            let inbox = self.inboxes.entry(to).or_default();
            if inbox.len() == limits.inbox_messages {
                inbox.pop_front();
            }
            inbox.push_back(Arrived { seq, at: event.at, message: event.message.clone() });
            if let Some(waiting) = self.waiting.get(&to) {
                waiting.bell.ring();
            }
        }
        self.events.push_back(event);
    }

    /// Events after a `seq`, at most `limit`.
    pub(super) fn events(&self, after: u64, limit: usize) -> EventPage {
        let skip = usize::try_from(after.saturating_sub(self.events_dropped)).unwrap_or(usize::MAX);
        let start = after.max(self.events_dropped).saturating_add(1);
        let events = self.events.iter().skip(skip).take(limit).zip(start..);
        let events: Vec<EventLine> = events.map(|(event, seq)| EventLine::of(seq, event)).collect();
        let next = events.last().map_or(after.min(self.last_seq()), |line| line.seq);
        EventPage { next, dropped: self.events_dropped, events }
    }

    /// Messages on a phone after a cursor.
    pub(super) fn inbox(&self, number: PhoneNumber, after: u64) -> PhonePage {
        let arrived = self.inboxes.get(&number).into_iter().flatten().filter(|one| one.seq > after);
        let messages: Vec<PhoneMessage> = arrived.map(|one| PhoneMessage::of(one.seq, one.at, &one.message)).collect();
        let next = messages.last().map_or(after, |message| message.cursor);
        PhonePage { phone: number, next, messages }
    }

    /// A place among those who wait; none if too many do, or the door closes.
    pub(super) fn begin_wait(&mut self) -> bool {
        let free = !self.closed && self.polls < self.network.config().limits.waiting;
        self.polls += usize::from(free);
        free
    }

    pub(super) fn end_wait(&mut self) {
        self.polls = self.polls.saturating_sub(1);
    }

    /// The bell of a phone.
    pub(super) fn bell(&mut self, number: PhoneNumber) -> Notify {
        let waiting = self.waiting.entry(number).or_default();
        waiting.polls += 1;
        waiting.bell.clone()
    }

    pub(super) fn leave_bell(&mut self, number: PhoneNumber) {
        if let Some(waiting) = self.waiting.get_mut(&number) {
            waiting.polls -= 1;
            if waiting.polls == 0 {
                self.waiting.remove(&number);
            }
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
        self.waiting.values().for_each(|waiting| waiting.bell.ring());
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    pub(super) fn health(&self) -> Health {
        Health {
            status: "ok".to_owned(),
            counts: self.network.counts(),
            queued: Carrier::ALL.into_iter().map(|carrier| (carrier, self.network.queued(carrier))).collect(),
            in_flight: self.network.in_flight(),
            phones: self.inboxes.len(),
            waiting: self.polls,
            ledger_dropped: self.network.ledger().dropped(),
            events_dropped: self.events_dropped,
            late_max_us: self.late_max_ns / 1000,
        }
    }
}

//! The gateway's own truth: every message taken and what became of it.
//!
//! Invariant: entries stand in the order of their ids without a gap; beyond the limit the oldest goes and is counted,
//! so that a reader knows what is missing.

use std::collections::VecDeque;
use std::sync::Arc;

use songsinh_contract::{Fate, Moment, SmsEvent};

use crate::Message;

/// Messages and their fates, oldest first.
pub struct Ledger {
    entries: VecDeque<(Arc<Message>, Fate)>,
    limit: usize,
    dropped: u64,
}

impl Ledger {
    pub(crate) fn new(limit: usize) -> Self {
        Self { entries: VecDeque::new(), limit, dropped: 0 }
    }

    pub(crate) fn open(&mut self, message: Arc<Message>) {
        if self.entries.len() == self.limit {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back((message, Fate::Pending));
    }

    pub(crate) fn delivered(&mut self, id: u64, at: Moment) {
        if let Some(fate) = self.fate_mut(id) {
            *fate = match *fate {
                Fate::Delivered(first) => Fate::Doubled(first, at),
                _ => Fate::Delivered(at),
            };
        }
    }

    pub(crate) fn lost(&mut self, id: u64) {
        if let Some(fate) = self.fate_mut(id) {
            *fate = Fate::Lost;
        }
    }

    /// The message taken last.
    pub(crate) fn newest(&self) -> Option<Arc<Message>> {
        self.entries.back().map(|(message, _)| message.clone())
    }

    fn fate_mut(&mut self, id: u64) -> Option<&mut Fate> {
        let place = id.checked_sub(self.dropped + 1)?;
        self.entries.get_mut(usize::try_from(place).ok()?).map(|(_, fate)| fate)
    }

    /// How many messages gave way to newer ones: those with the ids `1 ..= dropped`.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// At most `limit` messages with an id above `after`, oldest first.
    pub fn entries(&self, after: u64, limit: usize) -> impl Iterator<Item = (&Message, Fate)> {
        let skip = usize::try_from(after.saturating_sub(self.dropped)).unwrap_or(usize::MAX);
        self.entries.iter().skip(skip).take(limit).map(|(message, fate)| (&**message, *fate))
    }

    /// The same in the contract's words. The purpose stays open: what a text is for, the phone's patterns tell.
    #[must_use]
    pub fn events(&self, after: u64, limit: usize) -> Vec<SmsEvent> {
        let event = |(message, fate): (&Message, Fate)| SmsEvent {
            id: message.id,
            to: message.to,
            text: (&*message.text).into(),
            purpose: None,
            code: message.code,
            accepted: message.accepted,
            fate,
        };
        self.entries(after, limit).map(event).collect()
    }
}

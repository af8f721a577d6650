//! What was asked, kept for whoever judges.
//!
//! Invariant: ids count up from 1 without gaps; when the ledger is full the oldest leave and are counted.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use songsinh_contract::{CitizenNumber, LookupEvent, LookupKind, LookupResult, Moment};

/// A bounded list of events.
#[derive(Debug)]
pub struct Ledger {
    events: VecDeque<LookupEvent>,
    limit: usize,
    dropped: u64,
}

/// A stretch of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPage {
    /// Events in order of their ids.
    pub events: Vec<LookupEvent>,
    /// What to ask for next as `after`.
    pub next: u64,
    /// How many events have left the ledger since the start because it was full.
    pub dropped: u64,
}

impl Ledger {
    /// A ledger for `limit` events (at least one). Memory is reserved at once and used as it fills.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let limit = limit.max(1);
        Self { events: VecDeque::with_capacity(limit), limit, dropped: 0 }
    }

    /// Writes one down and gives its id.
    pub fn push(
        &mut self,
        (asked, answered): (Moment, Moment),
        kind: LookupKind,
        number: Option<CitizenNumber>,
        result: LookupResult,
    ) -> u64 {
        if self.events.len() == self.limit {
            self.events.pop_front();
            self.dropped += 1;
        }
        let id = self.dropped + self.events.len() as u64 + 1;
        self.events.push_back(LookupEvent { id, asked, answered, kind, number, result });
        id
    }

    /// Up to `limit` events with ids above `after`. Asked beyond the last one, `next` is the last one's id: so
    /// `after` = 2^64 - 1 tells where the ledger stands.
    #[must_use]
    pub fn page(&self, after: u64, limit: usize) -> LedgerPage {
        let skip = usize::try_from(after.saturating_sub(self.dropped)).unwrap_or(usize::MAX);
        let events: Vec<_> = self.events.iter().skip(skip).take(limit).copied().collect();
        let next = events.last().map_or(after.min(self.written()), |event| event.id);
        LedgerPage { events, next, dropped: self.dropped }
    }

    /// How many were ever written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.dropped + self.events.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pages_give_all_that_is_kept_in_order(limit in 1_usize..50, count in 0_u64..120, page in 1_usize..20) {
            let mut ledger = Ledger::new(limit);
            for n in 0..count {
                let id = ledger.push((Moment(n), Moment(n + 1)), LookupKind::Verify, None, LookupResult::Match);
                prop_assert_eq!(id, n + 1);
            }
            let (mut after, mut ids) = (0, Vec::new());
            loop {
                let got = ledger.page(after, page);
                prop_assert_eq!(got.dropped, count.saturating_sub(limit as u64));
                if got.events.is_empty() {
                    break;
                }
                ids.extend(got.events.iter().map(|event| event.id));
                after = got.next;
            }
            prop_assert_eq!(ids, (count.saturating_sub(limit as u64) + 1..=count).collect::<Vec<_>>());
            prop_assert_eq!(ledger.written(), count);
            let beyond = ledger.page(u64::MAX, 5);
            prop_assert!(beyond.events.is_empty());
            prop_assert_eq!(beyond.next, count);
        }
    }
}

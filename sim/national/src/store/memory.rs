//! Records in memory: for virtual time, and for twins that need not outlive their process.
//!
//! Invariant: what can change no answer any more is forgotten, a few records with every command, so that memory does not
//! grow with the length of a run but with what is alive.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;
use songsinh_contract::{Rulebook, UnixMillis};

use super::{Due, Job, Outbox, Settled, Store};
use crate::error::StoreError;
use crate::records::{Handle, Key, Record};
use crate::rules::{Change, OutboxSms, Source, Step};

/// How many records a command forgets at most.
const SWEPT_PER_COMMAND: usize = 8;

/// A store in memory. `now` is the twin's wall clock.
pub struct MemoryStore<N> {
    now: N,
    book: Rulebook,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    records: FxHashMap<Key, Record>,
    /// When to look whether a record may go: once for each record.
    useless: BTreeMap<i64, Vec<Key>>,
    due: BTreeSet<(i64, Handle)>,
    outbox: Outbox,
}

impl Source for Shelf {
    fn read(&self, key: &Key) -> Option<Record> {
        self.records.get(key).cloned()
    }
}

impl<N: Fn() -> UnixMillis> MemoryStore<N> {
    /// An empty store.
    pub fn new(now: N, book: Rulebook) -> Self {
        Self { now, book, shelf: Mutex::default() }
    }
    /// How many records are kept.
    pub fn len(&self) -> usize {
        self.shelf().records.len()
    }
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The record under a key, as committed.
    pub fn record(&self, key: &Key) -> Option<Record> {
        self.shelf().read(key)
    }
    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn run(&self, job: Job) -> Settled {
        let now = (self.now)();
        let mut shelf = self.shelf();
        shelf.sweep(now.0, &self.book);
        match job(&*shelf, now) {
            Step::Ask(query) => Settled::Ask(query),
            Step::Commit { changes, outbox, answer } => {
                let sent = !outbox.is_empty();
                outbox.into_iter().for_each(|sms| shelf.outbox.push(sms));
                let mut filed = false;
                for change in changes {
                    filed |= shelf.apply(change, &self.book);
                }
                Settled::Committed { answer, sent, filed }
            }
        }
    }
}

impl Shelf {
    /// Applies a change; true if it put an application into the clerk's queue.
    fn apply(&mut self, change: Change, book: &Rulebook) -> bool {
        let (key, record) = match change {
            Change::Put(key, record) => (key, record),
            Change::Remove(key) => {
                self.records.remove(&key);
                return false;
            }
        };
        let due_ms = record.due_ms();
        let useless_ms = record.useless_from(book);
        let before = self.records.insert(key, record);
        if let Key::Application(handle) = key {
            if let Some(due_ms) = before.as_ref().and_then(Record::due_ms) {
                self.due.remove(&(due_ms, handle));
            }
            if let Some(due_ms) = due_ms {
                self.due.insert((due_ms, handle));
            }
        }
        if let Some(at_ms) = useless_ms
            && before.is_none_or(|before| before.useless_from(book).is_none())
        {
            self.useless.entry(at_ms).or_default().push(key);
        }
        due_ms.is_some()
    }
    fn sweep(&mut self, now_ms: i64, book: &Rulebook) {
        for _ in 0..SWEPT_PER_COMMAND {
            let Some(mut first) = self.useless.first_entry().filter(|entry| *entry.key() <= now_ms) else { return };
            let key = first.get_mut().pop();
            if first.get().is_empty() {
                first.remove();
            }
            let Some(key) = key else { continue };
            match self.records.get(&key).map(|record| record.useless_from(book)) {
                Some(Some(at_ms)) if at_ms > now_ms => self.useless.entry(at_ms).or_default().push(key),
                Some(Some(_)) => {
                    self.records.remove(&key);
                }
                _ => {}
            }
        }
    }
}

impl<N: Fn() -> UnixMillis> Store for MemoryStore<N> {
    async fn transact(&self, job: Job) -> Result<Settled, StoreError> {
        Ok(self.run(job))
    }
    async fn due(&self, limit: usize) -> Result<Due, StoreError> {
        let now_ms = (self.now)().0;
        let shelf = self.shelf();
        let now: Vec<Handle> =
            shelf.due.iter().take_while(|(at_ms, _)| *at_ms <= now_ms).take(limit).map(|(_, handle)| *handle).collect();
        let next_ms = if now.is_empty() { shelf.due.first().map(|(at_ms, _)| *at_ms) } else { None };
        Ok(Due { now, next_ms })
    }
    fn take_outbox(&self, limit: usize) -> Vec<OutboxSms> {
        self.shelf().outbox.take(limit)
    }
    async fn settle_outbox(&self, _ids: Vec<u64>) -> Result<(), StoreError> {
        Ok(())
    }
}

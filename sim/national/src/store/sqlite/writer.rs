//! The writer: the only thread that touches the file.
//!
//! Invariant: the cache holds what the file holds plus the open batch; if a batch cannot be committed, the cache is
//! dropped and every command of the batch is told so.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, params};
use rustc_hash::FxHashMap;
use songsinh_contract::{Rulebook, UnixMillis};
use tokio::sync::oneshot;

use super::super::{Due, Outbox, Settled};
use super::file::{body_of, failed};
use super::{SqliteSettings, Task};
use crate::error::StoreError;
use crate::records::{Handle, Key, Record};
use crate::rules::{Change, OutboxSms, Source, Step};

/// Commands of one commit.
const BATCH_MAX: usize = 512;
/// Records in the cache; when it is full it starts anew.
const CACHE_MAX: usize = 50_000;
/// How often useless records are looked for, and how many of a table are removed at once.
const SWEEP_EVERY_MS: i64 = 10_000;
const SWEEP_ROWS: usize = 5_000;

pub(super) struct Writer {
    connection: Connection,
    path: PathBuf,
    book: Rulebook,
    outbox: Arc<Mutex<Outbox>>,
    now: Box<dyn Fn() -> UnixMillis + Send>,
    cache: RefCell<FxHashMap<Key, Option<Record>>>,
    trouble: RefCell<Option<StoreError>>,
    swept_ms: i64,
}

/// What the open batch will write.
#[derive(Default)]
struct Batch {
    dirty: BTreeMap<Key, Option<Record>>,
    outbox: Vec<OutboxSms>,
    forgotten: Vec<u64>,
    answers: Vec<Reply>,
}

/// An answer that waits for the commit.
enum Reply {
    Decided(oneshot::Sender<Result<Settled, StoreError>>, Settled),
    Forgotten(oneshot::Sender<Result<(), StoreError>>),
}

impl Source for Writer {
    fn read(&self, key: &Key) -> Option<Record> {
        if let Some(known) = self.cache.borrow().get(key) {
            return known.clone();
        }
        match self.load(key) {
            Ok(record) => {
                self.cache.borrow_mut().insert(*key, record.clone());
                record
            }
            Err(error) => {
                self.trouble.borrow_mut().get_or_insert(error);
                None
            }
        }
    }
}

impl Writer {
    pub fn new(
        connection: Connection,
        settings: SqliteSettings,
        outbox: Arc<Mutex<Outbox>>,
        now: Box<dyn Fn() -> UnixMillis + Send>,
    ) -> Self {
        let SqliteSettings { path, book, .. } = settings;
        let (cache, trouble) = (RefCell::default(), RefCell::default());
        Self { connection, path, book, outbox, now, cache, trouble, swept_ms: 0 }
    }

    /// Works until every sender is gone.
    pub fn run(&mut self, tasks: &Receiver<Task>) {
        while let Ok(first) = tasks.recv() {
            let mut batch = Batch::default();
            let mut taken = 0;
            let mut next = Some(first);
            while let Some(task) = next {
                self.take(task, &mut batch);
                taken += 1;
                next = if taken < BATCH_MAX { tasks.try_recv().ok() } else { None };
            }
            self.finish(batch);
            self.keep_house();
        }
    }

    fn load(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        let body = body_of(&self.connection, key).map_err(|source| failed(&self.path, source))?;
        let Some(body) = body else { return Ok(None) };
        key.read(&body).map(Some).map_err(|source| unreadable(key, source))
    }

    fn take(&self, task: Task, batch: &mut Batch) {
        match task {
            Task::Decide(job, reply) => self.decide(job, reply, batch),
            // Nobody may be listening any more; the work is done all the same.
            Task::Due(limit, reply) => {
                let _unheard = reply.send(self.due(limit, batch));
            }
            Task::Forget(ids, reply) => {
                batch.forgotten.extend(ids);
                batch.answers.push(Reply::Forgotten(reply));
            }
        }
    }

    fn decide(&self, job: super::Job, reply: oneshot::Sender<Result<Settled, StoreError>>, batch: &mut Batch) {
        let step = job(self, (self.now)());
        if let Some(error) = self.trouble.borrow_mut().take() {
            let _unheard = reply.send(Err(error));
            return;
        }
        match step {
            Step::Ask(query) => {
                let _unheard = reply.send(Ok(Settled::Ask(query)));
            }
            Step::Commit { changes, outbox, answer } => {
                let sent = !outbox.is_empty();
                let mut filed = false;
                let mut cache = self.cache.borrow_mut();
                for change in changes {
                    let (key, record) = match change {
                        Change::Put(key, record) => (key, Some(record)),
                        Change::Remove(key) => (key, None),
                    };
                    filed |= record.as_ref().and_then(Record::due_ms).is_some();
                    cache.insert(key, record.clone());
                    batch.dirty.insert(key, record);
                }
                batch.outbox.extend(outbox);
                batch.answers.push(Reply::Decided(reply, Settled::Committed { answer, sent, filed }));
            }
        }
    }

    /// Commits the batch, then answers.
    fn finish(&mut self, batch: Batch) {
        let Batch { dirty, outbox, forgotten, answers } = batch;
        let write = !dirty.is_empty() || !outbox.is_empty() || !forgotten.is_empty();
        let result = if write { self.write(&dirty, &outbox, &forgotten) } else { Ok(()) };
        if result.is_ok() {
            let mut waiting = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
            outbox.into_iter().for_each(|sms| waiting.push(sms));
        } else {
            self.cache.borrow_mut().clear();
        }
        for answer in answers {
            match answer {
                Reply::Decided(reply, settled) => {
                    let _unheard = reply.send(result.as_ref().map(|()| settled).map_err(StoreError::clone));
                }
                Reply::Forgotten(reply) => {
                    let _unheard = reply.send(result.clone());
                }
            }
        }
    }

    fn write(
        &mut self,
        dirty: &BTreeMap<Key, Option<Record>>,
        outbox: &[OutboxSms],
        forgotten: &[u64],
    ) -> Result<(), StoreError> {
        let path = self.path.clone();
        let failed = |source| failed(&path, source);
        let transaction = self.connection.transaction().map_err(failed)?;
        for (key, record) in dirty {
            match record {
                Some(record) => {
                    let body = record.body().map_err(|source| unreadable(key, source))?;
                    put(&transaction, key, &body, record, &self.book).map_err(failed)?;
                }
                None => remove(&transaction, key).map_err(failed)?,
            }
        }
        for sms in outbox {
            let body = serde_json::to_string(sms).map_err(|source| StoreError::Record {
                table: "outbox",
                key: sms.id.to_string(),
                source: Arc::new(source),
            })?;
            let mut statement =
                transaction.prepare_cached("INSERT OR REPLACE INTO outbox VALUES (?1, ?2, ?3)").map_err(failed)?;
            statement.execute(params![row_id(sms.id), sms.made_ms, body]).map_err(failed)?;
        }
        for &id in forgotten {
            let mut statement = transaction.prepare_cached("DELETE FROM outbox WHERE id = ?1").map_err(failed)?;
            statement.execute([row_id(id)]).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    /// The clerk's queue in the file and in the open batch.
    fn due(&self, limit: usize, batch: &Batch) -> Result<Due, StoreError> {
        let now_ms = (self.now)().0;
        let open: BTreeMap<String, Option<i64>> = batch
            .dirty
            .iter()
            .filter(|(key, _)| matches!(key, Key::Application(_)))
            .map(|(key, record)| (key.text(), record.as_ref().and_then(Record::due_ms)))
            .collect();
        let read = || -> rusqlite::Result<Vec<(String, i64)>> {
            let mut statement =
                self.connection.prepare_cached("SELECT handle, due_ms FROM due ORDER BY due_ms, handle LIMIT ?1")?;
            let wanted = i64::try_from(limit + open.len() + 1).unwrap_or(i64::MAX);
            statement.query_map([wanted], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        let mut rows = read().map_err(|source| failed(&self.path, source))?;
        rows.retain(|(handle, _)| !open.contains_key(handle));
        rows.extend(open.into_iter().filter_map(|(handle, due_ms)| due_ms.map(|due_ms| (handle, due_ms))));
        rows.sort_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
        let now: Vec<Handle> = rows
            .iter()
            .take_while(|(_, due_ms)| *due_ms <= now_ms)
            .take(limit)
            .filter_map(|(handle, _)| Handle::parse(handle))
            .collect();
        let next_ms = if now.is_empty() { rows.first().map(|(_, due_ms)| *due_ms) } else { None };
        Ok(Due { now, next_ms })
    }

    /// Removes useless records now and then, and keeps the cache small.
    fn keep_house(&mut self) {
        if self.cache.borrow().len() > CACHE_MAX {
            self.cache.borrow_mut().clear();
        }
        let now_ms = (self.now)().0;
        if (0..SWEEP_EVERY_MS).contains(&(now_ms - self.swept_ms)) {
            return;
        }
        self.swept_ms = now_ms;
        let mut removed = 0;
        for table in Key::TABLES {
            let sql = format!(
                "DELETE FROM {table} WHERE key IN
                 (SELECT key FROM {table} WHERE useless_ms <= ?1 ORDER BY useless_ms LIMIT {SWEEP_ROWS})"
            );
            // A sweep that fails is tried again; what is left over changes no answer.
            removed += self.connection.execute(&sql, [now_ms]).unwrap_or(0);
        }
        if removed > 0 {
            self.cache.borrow_mut().clear();
        }
    }
}

fn unreadable(key: &Key, source: serde_json::Error) -> StoreError {
    StoreError::Record { table: key.table(), key: key.text(), source: Arc::new(source) }
}

/// Message ids have 63 bits.
fn row_id(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

fn put(at: &Connection, key: &Key, body: &str, record: &Record, book: &Rulebook) -> rusqlite::Result<()> {
    let sql = format!("INSERT OR REPLACE INTO {} VALUES (?1, ?2, ?3)", key.table());
    at.prepare_cached(&sql)?.execute(params![key.text(), body, record.useless_from(book)])?;
    if matches!(key, Key::Application(_)) {
        match record.due_ms() {
            Some(due_ms) => {
                at.prepare_cached("INSERT OR REPLACE INTO due VALUES (?1, ?2)")?.execute(params![key.text(), due_ms])?
            }
            None => at.prepare_cached("DELETE FROM due WHERE handle = ?1")?.execute([key.text()])?,
        };
    }
    Ok(())
}

fn remove(at: &Connection, key: &Key) -> rusqlite::Result<()> {
    at.prepare_cached(&format!("DELETE FROM {} WHERE key = ?1", key.table()))?.execute([key.text()])?;
    if matches!(key, Key::Application(_)) {
        at.prepare_cached("DELETE FROM due WHERE handle = ?1")?.execute([key.text()])?;
    }
    Ok(())
}

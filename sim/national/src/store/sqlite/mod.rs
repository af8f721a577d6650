//! Records in a SQLite file: one writer thread takes whatever commands queued up during the last commit, decides them one
//! after the other, and commits them together, so that many commands share one fsync.
//!
//! ```text
//! commands ->|queue|-> decide, decide, decide -> BEGIN, write, COMMIT (fsync) -> answer, answer, answer
//!                ^------- more commands queue up meanwhile -------^
//! ```
//!
//! Invariant: an answer leaves only after the commit that it rests on, so a killed process loses nothing that it
//! acknowledged. The file is held exclusively; a second twin on it is refused.

mod file;
mod writer;

use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use songsinh_contract::{Rulebook, UnixMillis};
use tokio::sync::oneshot;

use super::{Due, Job, Outbox, Settled, Store};
use crate::error::StoreError;
use crate::rules::OutboxSms;

/// Commands that may wait for the writer; one more is turned away.
const QUEUE_MAX: usize = 8_192;

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fsync {
    /// `synchronous=FULL`.
    Full,
    /// `synchronous=OFF`: the misbehaviour `no-fsync`.
    Off,
}

/// How a SQLite store is opened.
#[derive(Debug, Clone)]
pub struct SqliteSettings {
    /// The file; made if it is not there.
    pub path: PathBuf,
    /// Whether a commit waits for the disk.
    pub fsync: Fsync,
    /// Tells how long records are of use.
    pub book: Rulebook,
}

/// What the writer is asked to do.
enum Task {
    Decide(Job, oneshot::Sender<Result<Settled, StoreError>>),
    Due(usize, oneshot::Sender<Result<Due, StoreError>>),
    Forget(Vec<u64>, oneshot::Sender<Result<(), StoreError>>),
}

/// A store in a SQLite file. Dropping it commits what is queued and closes the file.
pub struct SqliteStore {
    tasks: Option<SyncSender<Task>>,
    outbox: Arc<Mutex<Outbox>>,
    writer: Option<JoinHandle<()>>,
    boots: i64,
}

impl SqliteStore {
    /// Opens the file and starts the writer. `now` is the twin's wall clock.
    ///
    /// # Errors
    /// When the file is not a twin's, is in use, was written by a newer version, or cannot be opened.
    pub fn open(settings: SqliteSettings, now: impl Fn() -> UnixMillis + Send + 'static) -> Result<Self, StoreError> {
        let opened = file::open(&settings)?;
        let mut waiting = Outbox::default();
        file::load_outbox(&opened.connection, &settings.path)?.into_iter().for_each(|sms| waiting.push(sms));
        let outbox = Arc::new(Mutex::new(waiting));
        let (sender, receiver) = sync_channel(QUEUE_MAX);
        let boots = opened.boots;
        let mut writer = writer::Writer::new(opened.connection, settings, Arc::clone(&outbox), Box::new(now));
        let writer = std::thread::Builder::new()
            .name("twin-writer".to_owned())
            .spawn(move || writer.run(&receiver))
            .map_err(|source| StoreError::Thread(Arc::new(source)))?;
        Ok(Self { tasks: Some(sender), outbox, writer: Some(writer), boots })
    }
    /// How often the file has been opened, this time included.
    #[must_use]
    pub fn boots(&self) -> i64 {
        self.boots
    }
    async fn ask<T>(&self, task: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Task) -> Result<T, StoreError> {
        let (sender, receiver) = oneshot::channel();
        let tasks = self.tasks.as_ref().ok_or(StoreError::Closed)?;
        tasks.try_send(task(sender)).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })?;
        receiver.await.unwrap_or(Err(StoreError::Closed))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        drop(self.tasks.take());
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has nothing more to commit.
            let _ended = writer.join();
        }
    }
}

impl Store for SqliteStore {
    async fn transact(&self, job: Job) -> Result<Settled, StoreError> {
        self.ask(|sender| Task::Decide(job, sender)).await
    }
    async fn due(&self, limit: usize) -> Result<Due, StoreError> {
        self.ask(|sender| Task::Due(limit, sender)).await
    }
    fn take_outbox(&self, limit: usize) -> Vec<OutboxSms> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner).take(limit)
    }
    async fn settle_outbox(&self, ids: Vec<u64>) -> Result<(), StoreError> {
        self.ask(|sender| Task::Forget(ids, sender)).await
    }
}

//! A thread that writes batches, so that a worker never waits for the disk while the queue has room.
//!
//! ```text
//! worker --batch--> queue (bounded) --> thread --> file
//!        <--------- empty batch, to be used again
//! ```
//! A full queue holds the worker back, and that is counted; nothing is dropped. After a write error every `send` gives
//! that error, and so does `finish`: the run is invalid. Under load the thread naps between its turns, so that a worker
//! finds nobody to wake: waking costs a worker more than encoding does.

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::{Batch, RecordError, RunFooter, Writer};

/// Empty batches kept for use again.
const SPARES: usize = 64;
/// How long the thread leaves the queue alone while it is far from full.
const NAP: Duration = Duration::from_millis(1);

enum Message {
    Batch(Batch),
    Finish(Box<RunFooter>),
}

#[derive(Debug, Default)]
struct Shared {
    failed: OnceLock<RecordError>,
    waits: AtomicU64,
    batches: AtomicU64,
    bytes: AtomicU64,
    spares: Mutex<Vec<Batch>>,
}

/// What the recorder has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecorderStats {
    /// Batches taken.
    pub batches: u64,
    /// Bytes taken.
    pub bytes: u64,
    /// How often a worker found the queue full and had to wait.
    pub waits: u64,
}

/// The owner of the thread.
#[derive(Debug)]
pub struct RecorderThread {
    handle: RecorderHandle,
    thread: JoinHandle<Result<(), RecordError>>,
}

/// A worker's end of the queue.
#[derive(Debug, Clone)]
pub struct RecorderHandle {
    sender: SyncSender<Message>,
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Batch(_) => "Batch",
            Self::Finish(_) => "Finish",
        })
    }
}

impl RecorderThread {
    /// Starts the thread. At most `queue` batches wait in front of it.
    #[must_use]
    pub fn start<W: Write + Send + 'static>(writer: Writer<W>, queue: usize) -> Self {
        let (sender, receiver) = sync_channel(queue.max(1));
        let shared = Arc::new(Shared::default());
        let thread = std::thread::spawn({
            let shared = Arc::clone(&shared);
            let turn = queue.max(1) / 4;
            move || write_all(writer, &receiver, &shared, turn)
        });
        Self { handle: RecorderHandle { sender, shared }, thread }
    }
    /// Another end for a worker.
    #[must_use]
    pub fn handle(&self) -> RecorderHandle {
        self.handle.clone()
    }
    /// What it has done so far.
    #[must_use]
    pub fn stats(&self) -> RecorderStats {
        self.handle.stats()
    }
    /// Why the record cannot be written any more, if so.
    #[must_use]
    pub fn failure(&self) -> Option<RecordError> {
        self.handle.failure()
    }
    /// Writes what waits, then the footer, and ends the thread. Batches sent later are refused.
    ///
    /// # Errors
    /// When anything could not be written.
    pub fn finish(self, footer: RunFooter) -> Result<RecorderStats, RecordError> {
        let Self { handle, thread } = self;
        let asked = handle.sender.send(Message::Finish(Box::new(footer)));
        thread.join().map_err(|_| RecordError::Crashed)??;
        asked.map_err(|_| RecordError::Closed)?;
        Ok(handle.stats())
    }
}

impl RecorderHandle {
    /// Hands over a batch; waits while the queue is full.
    ///
    /// # Errors
    /// When an earlier write failed or the recorder is closed.
    pub fn send(&self, batch: Batch) -> Result<(), RecordError> {
        if let Some(error) = self.failure() {
            return Err(error);
        }
        if batch.is_empty() {
            return Ok(());
        }
        let sent = match self.sender.try_send(Message::Batch(batch)) {
            Err(TrySendError::Full(message)) => {
                self.shared.waits.fetch_add(1, Ordering::Relaxed);
                self.sender.send(message).is_ok()
            }
            other => other.is_ok(),
        };
        if sent { Ok(()) } else { Err(self.failure().unwrap_or(RecordError::Closed)) }
    }
    /// An empty batch, one that was used before if there is one.
    #[must_use]
    pub fn spare(&self) -> Batch {
        self.shared.spares.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }
    /// Why the record cannot be written any more, if so.
    #[must_use]
    pub fn failure(&self) -> Option<RecordError> {
        self.shared.failed.get().cloned()
    }
    /// What the recorder has done so far.
    #[must_use]
    pub fn stats(&self) -> RecorderStats {
        RecorderStats {
            batches: self.shared.batches.load(Ordering::Relaxed),
            bytes: self.shared.bytes.load(Ordering::Relaxed),
            waits: self.shared.waits.load(Ordering::Relaxed),
        }
    }
}

/// Writes turn by turn: all that waits, then a nap, unless so much waited that the queue may fill meanwhile. On a core
/// that it shares with a worker the thread is woken by the first batch of a burst, so that one batch is a turn already.
fn write_all<W: Write>(
    mut writer: Writer<W>,
    receiver: &Receiver<Message>,
    shared: &Shared,
    most_before_nap: usize,
) -> Result<(), RecordError> {
    let mut empty = Vec::new();
    while let Ok(first) = receiver.recv() {
        let mut turn = 0_usize;
        for message in std::iter::once(first).chain(receiver.try_iter()) {
            match message {
                Message::Batch(batch) => empty.push(write(&mut writer, batch, shared)),
                Message::Finish(footer) => return finish(writer, *footer, shared),
            }
            turn += 1;
            if turn.is_multiple_of(SPARES) {
                shared.keep(&mut empty);
            }
        }
        shared.keep(&mut empty);
        if turn <= most_before_nap {
            std::thread::sleep(NAP);
        }
    }
    Err(RecordError::Closed)
}

/// Writes a batch and gives it back empty.
fn write<W: Write>(writer: &mut Writer<W>, mut batch: Batch, shared: &Shared) -> Batch {
    if let Err(error) = writer.append(&batch) {
        // Later batches are taken all the same, so that no worker waits for ever; each `send` tells.
        shared.failed.get_or_init(|| error);
    }
    shared.batches.fetch_add(1, Ordering::Relaxed);
    shared.bytes.fetch_add(batch.len() as u64, Ordering::Relaxed);
    batch.clear();
    batch
}

fn finish<W: Write>(writer: Writer<W>, footer: RunFooter, shared: &Shared) -> Result<(), RecordError> {
    let waits = shared.waits.load(Ordering::Relaxed);
    let footer = RunFooter { recorder_waits: footer.recorder_waits.max(waits), ..footer };
    writer.finish(footer).map(drop).inspect_err(|error| {
        shared.failed.get_or_init(|| error.clone());
    })
}

impl Shared {
    /// Puts empty batches where workers find them; those beyond [`SPARES`] are dropped.
    fn keep(&self, empty: &mut Vec<Batch>) {
        let mut spares = self.spares.lock().unwrap_or_else(PoisonError::into_inner);
        let room = SPARES.saturating_sub(spares.len());
        spares.extend(empty.drain(..).take(room));
    }
}

//! The store that the settings chose.

use songsinh_contract::UnixMillis;

use super::{Due, Job, MemoryStore, Settled, SqliteStore, Store};
use crate::error::StoreError;
use crate::rules::OutboxSms;

/// A function that tells the time, from any thread.
pub type Now = Box<dyn Fn() -> UnixMillis + Send + Sync>;

/// One of the stores of a real run.
pub enum AnyStore {
    /// In memory.
    Memory(Box<MemoryStore<Now>>),
    /// In a SQLite file.
    Sqlite(SqliteStore),
}

impl Store for AnyStore {
    async fn transact(&self, job: Job) -> Result<Settled, StoreError> {
        match self {
            Self::Memory(store) => store.transact(job).await,
            Self::Sqlite(store) => store.transact(job).await,
        }
    }
    async fn due(&self, limit: usize) -> Result<Due, StoreError> {
        match self {
            Self::Memory(store) => store.due(limit).await,
            Self::Sqlite(store) => store.due(limit).await,
        }
    }
    fn take_outbox(&self, limit: usize) -> Vec<OutboxSms> {
        match self {
            Self::Memory(store) => store.take_outbox(limit),
            Self::Sqlite(store) => store.take_outbox(limit),
        }
    }
    async fn settle_outbox(&self, ids: Vec<u64>) -> Result<(), StoreError> {
        match self {
            Self::Memory(store) => store.settle_outbox(ids).await,
            Self::Sqlite(store) => store.settle_outbox(ids).await,
        }
    }
}

//! What can go wrong around the twin (not within its rules: those answer with a refusal).

use std::path::PathBuf;
use std::sync::Arc;

/// An error of the twin's shell.
#[derive(Debug, thiserror::Error)]
pub enum TwinError {
    /// A setting is out of its range.
    #[error("twin setting «{name}»: {why}")]
    Setting {
        /// Which.
        name: &'static str,
        /// Why.
        why: &'static str,
    },
    /// The store cannot be opened or used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The client for the outside services cannot be made.
    #[error("the HTTP client for the population service and the SMS gateway cannot be made: {0}")]
    Client(#[source] reqwest::Error),
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness for the twin's seed")]
    Randomness,
    /// Hashing parameters or input were refused.
    #[error("a secret cannot be hashed: {0}")]
    Hashing(String),
    /// The server stopped.
    #[error("the twin's server stopped: {0}")]
    Serve(#[source] std::io::Error),
}

/// An error of a store.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// As many commands wait as may.
    #[error("the store's queue is full")]
    Busy,
    /// The store has been shut down.
    #[error("the store is closed")]
    Closed,
    /// The file is not a twin's.
    #[error("{}: a file, but not a store of the twin (application id {found}); name another file or remove it", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The id found in its header.
        found: i64,
    },
    /// The file was written by a newer twin.
    #[error(
        "{}: written by a newer version (schema {found}, this one knows up to {known}); use that version or another file",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// Another process holds the file.
    #[error("{}: in use by another process; stop it or name another file", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// SQLite failed.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Arc<rusqlite::Error>,
    },
    /// A record in the store cannot be read.
    #[error("the record {key} in table {table} cannot be read: {source}")]
    Record {
        /// The table.
        table: &'static str,
        /// The key.
        key: String,
        /// Why.
        source: Arc<serde_json::Error>,
    },
    /// The writer's thread cannot be started.
    #[error("the store's writer cannot be started: {0}")]
    Thread(#[source] Arc<std::io::Error>),
}

//! The file: its marks, its tables, its age.
//!
//! Invariant: only a file that is new, or that carries the twin's application id and a schema known here, is written to.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension};

use super::{Fsync, SqliteSettings};
use crate::error::StoreError;
use crate::records::Key;
use crate::rules::OutboxSms;

/// "SSTW" in the file's header (SQLite file format, section 1.3.15).
const APPLICATION_ID: i64 = 0x5353_5457;
/// The newest schema known here.
const SCHEMA: i64 = 3;

pub(super) struct Opened {
    pub connection: Connection,
    pub boots: i64,
}

pub(super) fn failed(path: &Path, source: rusqlite::Error) -> StoreError {
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { path: path.to_owned(), found: 0 },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::InUse { path: path.to_owned() },
        _ => StoreError::Sqlite { path: path.to_owned(), source: Arc::new(source) },
    }
}

pub(super) fn open(settings: &SqliteSettings) -> Result<Opened, StoreError> {
    let path = settings.path.as_path();
    open_file(settings).map_err(|error| match error {
        Problem::Known(error) => error,
        Problem::Sqlite(source) => failed(path, source),
    })
}

enum Problem {
    Known(StoreError),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Problem {
    fn from(source: rusqlite::Error) -> Self {
        Self::Sqlite(source)
    }
}

fn open_file(settings: &SqliteSettings) -> Result<Opened, Problem> {
    let path = &settings.path;
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let schema: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let is_new = id == 0 && schema == 0 && tables == 0;
    if !is_new && id != APPLICATION_ID {
        return Err(Problem::Known(StoreError::Foreign { path: path.clone(), found: id }));
    }
    if schema > SCHEMA {
        return Err(Problem::Known(StoreError::Newer { path: path.clone(), found: schema, known: SCHEMA }));
    }
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", if settings.fsync == Fsync::Full { "FULL" } else { "OFF" })?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.set_prepared_statement_cache_capacity(128);
    if schema < SCHEMA {
        lay(&mut connection)?;
    }
    let boots =
        connection.query_row("UPDATE facts SET value = value + 1 WHERE name = 'boots' RETURNING value", [], |row| {
            row.get(0)
        })?;
    Ok(Opened { connection, boots })
}

/// Lays the tables that are not there: all of them in a new file, and in an older one those of later kinds of records.
/// What an older file holds reads on, since records only ever gain fields that may be missing.
fn lay(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for table in Key::TABLES {
        transaction.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, body TEXT NOT NULL, useless_ms INTEGER) WITHOUT ROWID;
             CREATE INDEX IF NOT EXISTS {table}_useless ON {table} (useless_ms) WHERE useless_ms IS NOT NULL;"
        ))?;
    }
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS due (handle TEXT PRIMARY KEY, due_ms INTEGER NOT NULL) WITHOUT ROWID;
         CREATE INDEX IF NOT EXISTS due_ms ON due (due_ms);
         CREATE TABLE IF NOT EXISTS outbox (id INTEGER PRIMARY KEY, made_ms INTEGER NOT NULL, body TEXT NOT NULL);
         CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
         INSERT OR IGNORE INTO facts VALUES ('boots', 0);",
    )?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA)?;
    transaction.commit()
}

/// The messages that no gateway has acknowledged, oldest first.
pub(super) fn load_outbox(connection: &Connection, path: &Path) -> Result<Vec<OutboxSms>, StoreError> {
    let read = || -> rusqlite::Result<Vec<(i64, String)>> {
        let mut statement = connection.prepare("SELECT id, body FROM outbox ORDER BY made_ms, id")?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    let rows = read().map_err(|source| failed(path, source))?;
    rows.into_iter()
        .map(|(id, body)| {
            serde_json::from_str(&body).map_err(|source| StoreError::Record {
                table: "outbox",
                key: id.to_string(),
                source: Arc::new(source),
            })
        })
        .collect()
}

/// The body of a record.
pub(super) fn body_of(connection: &Connection, key: &Key) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare_cached(&format!("SELECT body FROM {} WHERE key = ?1", key.table()))?;
    statement.query_row([key.text()], |row| row.get(0)).optional()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_waits_for_the_disk_unless_told_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        for (fsync, level) in [(Fsync::Full, 2), (Fsync::Off, 0)] {
            let path = folder.path().join(format!("{level}.db"));
            let settings = SqliteSettings { path, fsync, book: songsinh_contract::Rulebook::default() };
            let connection = open(&settings).unwrap().connection;
            let pragma =
                |name| connection.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
            assert_eq!(pragma("synchronous").unwrap(), rusqlite::types::Value::Integer(level));
            assert_eq!(pragma("journal_mode").unwrap(), rusqlite::types::Value::Text("wal".to_owned()));
        }
    }
}

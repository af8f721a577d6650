//! Why no report can be made or written.

use std::io;

use songsinh_record::RecordError;

/// Why no report can be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The record cannot be opened, or its start is no record.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A limit of the scenario cannot be read.
    #[error(transparent)]
    Limit(#[from] LimitError),
    /// More observations wait for the end of their cells than memory allows.
    #[error(
        "more than {bound} observations of open cells at byte {at} of the record: the cells of this run are never closed"
    )]
    TooManyOpen {
        /// The bound.
        bound: usize,
        /// Where in the record.
        at: u64,
    },
    /// No thread to judge on.
    #[error("no thread to judge answers on: {0}")]
    Thread(#[source] io::Error),
    /// A judging thread died.
    #[error("the judge crashed on a cell of this record; keep the record, it shows the fault")]
    Judge,
    /// A file of the report cannot be written.
    #[error("cannot write {path}: {source}; free some space or choose another --out folder")]
    Write {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file of an earlier report cannot be read.
    #[error("cannot read {path}: {source}; `songsinh report` writes the files of a run anew")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the report cannot be made.
    #[error("cannot make {file}: {why}")]
    Make {
        /// The file.
        file: &'static str,
        /// What went wrong.
        why: String,
    },
}

/// A limit that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the limit «{text}» cannot be read: {why}")]
pub struct LimitError {
    /// The limit as written.
    pub text: String,
    /// What is wrong, and what is meant instead.
    pub why: String,
}

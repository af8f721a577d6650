//! Reports from synthetic records: what is counted, what verdict follows, and what the files look like.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod exports;
mod files;
mod known;
mod pages;
mod peers;
mod records;
mod verdicts;

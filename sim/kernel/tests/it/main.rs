//! The kernel from outside: its own promises, and the promises that it shares with the real clock.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod conformance;
mod virtual_time;

//! The engine against a real world on loopback.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

mod closed;
mod prepared;
mod world;

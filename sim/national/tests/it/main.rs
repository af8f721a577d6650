//! The twin from outside: over HTTP, on both stores, in virtual time.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod document;
mod face;
mod noise;
mod qr;
mod shell;
mod stores;
mod variants;
mod world;

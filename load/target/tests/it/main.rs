//! The target over real sockets and real profiles.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod people;
mod server;
mod shipped;
mod virtual_world;
mod wire;

//! The target over real sockets and real profiles.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod goose_user;
mod later_journeys;
mod people;
mod registers;
mod server;
mod shipped;
mod twin;
mod virtual_world;
mod wire;

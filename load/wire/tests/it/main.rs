//! The client against real sockets: a scripted server says what a hostile or broken one might.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod exchanges;
mod failures;
mod server;
mod tls;

//! The population from outside: its laws, its shares against the tables, its service over a socket.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests fail by panicking and print their figures")]

mod holdings;
mod laws;
mod people;
mod service;
mod shares;

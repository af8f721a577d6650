//! Tests of the oracle through its public interface: stories, edges in time, races, random histories.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod desk;
mod edges;
mod lifetimes;
mod passwords;
mod qr;
mod races;
mod random;
mod right;
mod sessions;
mod support;
mod utilities;
mod wrong;

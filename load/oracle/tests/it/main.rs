//! Tests of the oracle through its public interface: stories, edges in time, races, random histories.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod edges;
mod lifetimes;
mod qr;
mod races;
mod right;
mod support;
mod utilities;
mod wrong;

//! Tests of the oracle through its public interface: stories, edges in time, races, random histories.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod answers;
mod brute;
mod cells;
mod counter;
mod desk;
mod edges;
mod ledger;
mod lifetimes;
mod limits;
mod long;
mod moves;
mod passwords;
mod payments;
mod qr;
mod races;
mod random;
mod recorded;
mod refusals;
mod resets;
mod retries;
mod right;
mod sessions;
mod stories;
mod strangers;
mod sums;
mod support;
mod utilities;
mod wrong;

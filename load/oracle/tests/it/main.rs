//! Tests of the oracle through its public interface: stories, edges in time, races, random histories.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod answers;
mod brute;
mod cells;
mod counter;
mod desk;
mod edges;
mod forms;
mod histories;
mod ledger;
mod lifetimes;
mod limits;
mod long;
mod moves;
mod pages;
mod passcodes;
mod passwords;
mod payments;
mod phones;
mod qr;
mod races;
mod random;
mod receipts;
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
mod wallet;
mod wrong;

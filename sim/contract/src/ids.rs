//! Identifiers that the harness itself hands out.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A person's place in the population: `0 .. population size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CitizenIndex(pub u64);

/// One arrival of the plan: the n-th journey that is due, counted from 0 in order of its intended time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ArrivalId(pub u64);

/// A cell: the people, phones and devices that can meet in one story (a citizen, the relative who shares the phone,
/// the attacker who came by the code). Everything that may race lies inside one cell; two cells share nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellId(pub u64);

/// One of the 256 logical shards. A worker owns whole shards, a shard holds whole cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ShardId(pub u8);

/// The identifier that an app installation gives itself. It is not the device key: a reinstall keeps the one and
/// makes the other anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DeviceId(pub u64);

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dev-{:016x}", self.0)
    }
}

/// A W3C trace id: the same for every request of one arrival's actor, so that a finding can be looked up at the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TraceId(pub u64, pub u64);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.0, self.1)
    }
}

//! Tests of the oracle through its public interface: stories, edges in time, races, random histories.

mod edges;
mod races;
mod right;
mod support;
mod wrong;

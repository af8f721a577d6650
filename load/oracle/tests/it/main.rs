//! Tests of the oracle through its public interface: stories, edges in time, races, random histories.

mod right;
mod support;

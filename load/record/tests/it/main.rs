//! The record as its users see it: what is written is read back, and what was damaged is told.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod damage;
mod frames;
mod recorder;
mod round_trip;

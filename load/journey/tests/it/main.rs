//! The journeys and their twists against scripted stages.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod edges;
mod endings;
mod stage;
mod standing;

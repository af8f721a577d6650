//! The shell around the core: carries queries out, has steps committed, sends what was written, settles what is due.
//!
//! Invariant: generic over store and surroundings, and awaiting nothing but these, the clock and runtime-neutral bells,
//! so the same body runs on Tokio and in virtual time.

mod clerk;
mod dispatcher;
mod surroundings;
mod twin;

pub use surroundings::{Pause, Submitted, Surroundings, Unreachable};
pub use twin::{Twin, TwinRules};

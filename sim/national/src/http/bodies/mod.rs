//! The JSON bodies of requests and answers, by group of operations.
//!
//! Invariant: unknown members of a request are errors; no answer has a member for a code, but for the code of a device
//! move, which the old phone shows (the misbehaviour `code-in-answer` adds one elsewhere).

mod account;
mod activation;
mod common;
mod counter;
mod level1;
mod moves;
mod personal;
mod qr;
mod utilities;

pub use account::*;
pub use activation::*;
pub use common::*;
pub use counter::*;
pub use level1::*;
pub use moves::*;
pub use personal::*;
pub use qr::*;
pub use utilities::*;

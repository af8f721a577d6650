//! The built-in twin in this very process, for virtual time.
//!
//! ```text
//! phone ──up──► twin ──► population (lag) · store (load, commit) · SMS gateway ──► carriers ──► phone
//!       ◄─down──        every arrow takes a drawn time; up and down may lose what they carry
//! ```
//!
//! Invariant: everything runs on one thread and one kernel, and draws from streams keyed by seed, purpose and call (or
//! count), so two runs of a seed give the same answers at the same moments. Nothing goes over a socket.

mod claims;
mod latency;
mod surroundings;
mod target;
mod world;

pub use latency::{Latency, LossShares};
pub use target::InProcessTarget;
pub use world::{VirtualConfig, VirtualWorld};

//! The world around the target: population service, SMS gateway and, by default, the built-in twin, as processes.
//!
//! A world either belongs to one run, or was started by `songsinh up` and outlives many. Both are described by a
//! [`WorldInfo`], which is all that a run needs to know.

mod child;
mod control;
mod door;
mod parts;

pub use child::{Part, Usage, usage_of};
pub(crate) use control::control_client;
pub(crate) use door::words_of;
pub use door::{WorldInfo, attach, serve_door};
pub use parts::{OwnWorld, Ports, TwinSpec, WorldSpec};

/// Why there is no world.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// A part did not start.
    #[error("the {name} process did not start: {why}")]
    Start {
        /// Which part.
        name: &'static str,
        /// Its own words, or the system's.
        why: String,
    },
    /// The world's door does not answer.
    #[error(
        "no world answers at {url}: {why}\n  start one with `songsinh up`, or leave --world out to have one for this run"
    )]
    Unreachable {
        /// Where it was looked for.
        url: String,
        /// What went wrong.
        why: String,
    },
    /// The file that tells the twin its officers cannot be written.
    #[error(transparent)]
    Officers(crate::officers::PassesError),
    /// The address is taken.
    #[error(
        "cannot listen at {address}: {error}\n  stop the program that holds the port, or choose another with --port"
    )]
    Busy {
        /// Which address.
        address: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// A folder cannot be used.
    #[error("{path}: {error}")]
    Folder {
        /// Which one.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
}

//! Why a run could not be begun or ended, and with which exit code the program says so.

use std::path::PathBuf;

use songsinh_record::RecordError;
use songsinh_scenario::OfficersError;
use songsinh_target::TargetError;

use crate::casting::CastingError;
use crate::roster::RosterError;
use crate::world::WorldError;

/// A run that did not come about.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Nothing answers at the target's address.
    #[error("the target does not answer at {url}: {why}\n  is it started? is the address in the profile right?")]
    Unreachable {
        /// Its address.
        url: String,
        /// What went wrong.
        why: String,
    },
    /// The first person's journey did not come to its end, so there is no sense in load.
    #[error("the canary failed, so no load was made: {0}")]
    Canary(String),
    /// Target, profile and what is asked of the run do not fit.
    #[error("the target does not fit this run: {0}")]
    Unfit(String),
    /// The profile cannot be used.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// There is no world.
    #[error(transparent)]
    World(#[from] WorldError),
    /// Nobody can be cast.
    #[error(transparent)]
    Casting(#[from] CastingError),
    /// The roster cannot be used.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// The profile's officers are not at hand.
    #[error(transparent)]
    Officers(#[from] OfficersError),
    /// The record cannot be written.
    #[error("the record cannot be written: {0}")]
    Record(#[from] RecordError),
    /// A folder or file cannot be made.
    #[error("{path}: {error}")]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The host does not give what the run needs.
    #[error("{0}")]
    Host(String),
    /// Somebody stopped the run before it began to make load.
    #[error("interrupted before the load began: no load was made, so there is no report")]
    Interrupted,
    /// A part of the program failed in a way it should not.
    #[error("internal: {0}; please report this with the command that led to it")]
    Internal(String),
}

impl RunError {
    /// The program's exit code for it: 13 unreachable, 14 target and profile do not fit, 12 no valid run,
    /// 130 interrupted, 2 otherwise.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Unreachable { .. } => 13,
            Self::Canary(_) | Self::Unfit(_) => 14,
            Self::Interrupted => 130,
            Self::Record(_) | Self::Internal(_) => 12,
            _ => 2,
        }
    }
}

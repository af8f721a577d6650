//! Why a command ends without having done its job, and with which exit code.

use std::path::{Path, PathBuf};

use songsinh_engine::RunError;
use songsinh_engine::world::WorldError;

/// A command's failure.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A scenario or profile file is wrong. The text is rendered already, with place and remedy.
    #[error("{0}")]
    File(String),
    /// What stands on the command line cannot be used.
    #[error("{0}")]
    Usage(String),
    /// A file or folder.
    #[error("{path}: {error}")]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A run that did not come about.
    #[error(transparent)]
    Run(#[from] RunError),
    /// No world.
    #[error(transparent)]
    World(#[from] WorldError),
    /// A record or report.
    #[error("{0}")]
    Report(String),
    /// A service ended with an error.
    #[error("{0}")]
    Service(String),
}

impl Failure {
    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Run(error) => error.exit_code(),
            Self::Report(_) => 12,
            _ => 2,
        }
    }
    /// An error about a record, or the report of it.
    pub fn record<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> Self + '_ {
        move |error| Self::Report(format!("{}: {error}", path.display()))
    }
    /// An error about a path.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::Io { path, error }
    }
}

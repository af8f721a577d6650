//! Why a check could not be made.

use std::path::PathBuf;

/// A check that did not come about.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A scenario could not be read: a saved one, or one that was made up.
    #[error("{0}")]
    File(String),
    /// The run could not be made.
    #[error(transparent)]
    Run(#[from] songsinh_engine::RunError),
    /// Its record could not be judged.
    #[error(transparent)]
    Report(#[from] songsinh_reports::ReportError),
    /// A file or folder.
    #[error("{path}: {error}")]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// No script could be drawn.
    #[error("no script could be drawn: {0}")]
    Draw(String),
    /// The people could not be brought into the state in which the scripts begin, so that nothing was played.
    #[error("the scripts could not begin: {0}")]
    NotPlayed(String),
}

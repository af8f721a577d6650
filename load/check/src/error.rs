//! Why a check could not be made.

use std::path::PathBuf;

/// A check that did not come about.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A scenario or profile could not be read: a saved one, or one that was made up.
    #[error("{0}")]
    File(String),
    /// A target without a world around it.
    #[error(
        "a target asks a population service and sends through an SMS gateway, which must be there before it: start them \
         with `songsinh up --no-twin --target PROFILE`, tell the target their addresses, and name that world (--world URL)"
    )]
    NoWorld,
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
    /// The folder of saved counterexamples is there and cannot be read.
    #[error("{path}: the saved counterexamples cannot be read: {error}; what is wanted is a folder of scenarios")]
    Saved {
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
    /// The JUnit report could not be written.
    #[error("the JUnit report cannot be made: {0}")]
    JUnit(String),
}

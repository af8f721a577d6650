//! What can go wrong in a comparison.

use std::io::{self, Write};

use songsinh_benches::CpuError;
use songsinh_phone::PhoneError;
use songsinh_population::PopulationError;
use songsinh_record::RecordError;
use songsinh_scenario::FileErrors;
use songsinh_target::TargetError;
use songsinh_wire::{WireError, WireFailure};

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
pub enum CostError {
    /// Input or output.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// CPU time or cores.
    #[error(transparent)]
    Cpu(#[from] CpuError),
    /// The client could not be set up.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The profile made for the target is not one.
    #[error("the profile for this target: {0}")]
    Profile(#[from] FileErrors),
    /// The profile does not fit the target's address.
    #[error("the profile for this target: {0}")]
    Compile(#[from] TargetError),
    /// The built-in profile has no line for the operation that is asked.
    #[error("the built-in profile has no line {0:?} to put another address in place of")]
    ProfileLine(&'static str),
    /// There is no population.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// The patterns of messages.
    #[error(transparent)]
    Patterns(#[from] PhoneError),
    /// The record could not be written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The record does not hold what was done.
    #[error("{requests} requests in {cells} cells were made, but {observed} in {recorded} were recorded")]
    Unrecorded {
        /// Calls made.
        requests: u64,
        /// Cells closed.
        cells: u64,
        /// Calls that the board saw.
        observed: u64,
        /// Batches that the recorder took.
        recorded: u64,
    },
    /// The target does not answer.
    #[error("{url} does not answer: {failure}")]
    Unreachable {
        /// The target.
        url: String,
        /// What happened.
        failure: WireFailure,
    },
    /// The target answers, but never as the profile says.
    #[error("{url}: no answer is as the profile says; the last one was {last:?}")]
    Unexpected {
        /// The target.
        url: String,
        /// The last outcome.
        last: songsinh_contract::Outcome,
    },
    /// The URL is of no use here.
    #[error("{0:?} is no URL of the form http://host:port/path")]
    Url(String),
    /// No such arm.
    #[error("there is no arm {name:?}; there are: {known}")]
    Arm {
        /// Asked for.
        name: String,
        /// All there are.
        known: String,
    },
    /// A count of zero.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
    /// A child did not start.
    #[error("cannot start {program}: {error} (wrk and taskset come with the packages wrk and util-linux)")]
    Start {
        /// Which.
        program: String,
        /// The host's answer.
        error: io::Error,
    },
    /// A child failed or said something else than expected.
    #[error("{program} gave no figure; it said:\n{said}")]
    NoFigure {
        /// Which.
        program: String,
        /// Its output.
        said: String,
    },
    /// Some requests were not answered as expected, so the figure would say nothing.
    #[error("{program}: {failed} of {requests} requests failed")]
    Failed {
        /// Which.
        program: String,
        /// Answered wrongly or not.
        failed: u64,
        /// All.
        requests: u64,
    },
}

impl CostError {
    /// 13 for a target that does not answer, else 2.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Unreachable { .. }) { 13 } else { 2 }
    }
}

/// Says an error on the standard error output.
pub fn complain(error: &CostError) {
    // Nobody is left to hear of a failure of this.
    let _ = writeln!(io::stderr().lock(), "generator-cost: {error}");
}

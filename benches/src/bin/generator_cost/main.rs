//! `generator-cost`: CPU time a request of the load generator, beside wrk's in the same interleaved rounds.
//!
//! ```text
//!  core 0: the server (a child; or any other one, by --url)
//!  core 1: wrk | arm | wrk | arm | …   each a child of its own, its CPU time taken from the host when it has ended
//! ```
//!
//! The machine drifts, so only the ratio within a round counts. Both keep the same count of connections busy, one
//! request each, for the same time. The arm `plain` sends the same bytes as wrk; the arm `whole` adds the headers that a run
//! sends along, and its time is that of all threads, the recorder's included.

mod arm;
mod compare;
mod drive;
mod error;
mod serve;
mod server;
mod target;
mod whole;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::compare::Comparison;
use crate::error::CostError;

/// CPU time a request of the load generator, divided by wrk's.
#[derive(Debug, Parser)]
#[command(name = "generator-cost", args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    part: Option<Part>,
    #[command(flatten)]
    comparison: Comparison,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// The server alone: answers 153 bytes of JSON to any request, on one thread, on core 0.
    Serve {
        /// Port on 127.0.0.1; 0 lets the host choose. The chosen one is printed.
        port: u16,
    },
    /// One arm alone, on core 1: prints its count of requests and its own CPU time.
    Drive {
        /// Whom to call: http://host:port/path.
        url: String,
        /// For how many seconds.
        seconds: u64,
        /// Connections.
        connections: usize,
        /// Which arm.
        #[arg(default_value = "plain")]
        arm: String,
        /// Sends a POST with 304 bytes instead of a GET.
        #[arg(long)]
        post: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match arguments.part {
        None => compare::compare(&arguments.comparison),
        Some(Part::Serve { port }) => serve::serve(port),
        Some(Part::Drive { url, seconds, connections, arm, post }) => {
            drive::drive(&url, seconds, connections, &arm, post)
        }
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error::complain(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// Writes a line to the standard output.
fn say(line: &str) -> Result<(), CostError> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(CostError::Io)
}

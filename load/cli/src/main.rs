//! The `songsinh` program: a table of its commands.
//!
//! Exit codes, the first that applies: 2 usage or file error, 13 target unreachable, 14 target and profile do not fit,
//! 10 violations, 12 run invalid, 11 limits crossed, 130 interrupted, 0 pass. `check-record` gives 15 where the
//! judgement is another one now.

mod args;
mod clock;
mod commands;
mod failure;
mod lifeline;
mod scripts;
mod show;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match args.command {
        Command::Run(run) => commands::run::run(&run),
        Command::Up(up) => commands::up::up(&up),
        Command::Plan(plan) => commands::plan::plan(&plan),
        Command::Validate(validate) => commands::validate::validate(&validate),
        Command::Report(report) => commands::report::report(&report),
        Command::CheckRecord(check) => commands::check_record::check_record(&check),
        Command::Diff(diff) => commands::diff::diff(&diff),
        Command::KillMatrix(matrix) => commands::kill_matrix::kill_matrix(&matrix),
        Command::Check(check) => commands::check::check(&check),
        Command::Trace(trace) => commands::trace::trace(&trace),
        Command::Explain(explain) => commands::explain::explain(&explain),
        Command::Ticket(ticket) => commands::ticket::ticket(&ticket),
        Command::Proof(proof) => commands::phone::proof(&proof),
        Command::Qr(qr) => commands::phone::qr(&qr),
        Command::Population(population) => commands::population::population(&population),
        Command::Gateway(gateway) => commands::gateway::gateway(&gateway),
        Command::Twin(twin) => commands::twin::twin(&twin),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            show::error(&failure.to_string());
            ExitCode::from(failure.exit_code())
        }
    }
}

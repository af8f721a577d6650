//! When it is done: open arrivals at their intended times, in real and in virtual time.
//!
//! [`run_real`] and [`run_virtual`] make a run and leave its record; [`world`] holds the services around the target;
//! [`Casting`] chooses the people and [`Roster`] remembers whom a target has seen. Invariant: nothing here judges.
//! The live count of violations is for the eye; the verdict comes from the record.

mod agenda;
mod board;
mod canary;
mod casting;
pub mod closed;
mod error;
mod feed;
mod lookups;
mod officers;
mod prepare;
mod progress;
mod quiet;
mod real;
mod request;
mod roster;
mod stage;
mod variants;
mod virtual_run;
mod worker;
pub mod world;

pub use board::{Board, Sink};
pub use casting::{Casting, CastingError, Grounds, Known, Other, People, Roles, device_of, population};
pub use closed::{ClosedFinished, ClosedRun, run_closed};
pub use error::RunError;
pub use officers::{PassesError, officers_of};
pub use prepare::Goal;
pub use progress::{Counts, Progress, Recent};
pub use real::{Event, Finished, World, run_real};
pub use request::RunRequest;
pub use roster::{ProvinceCode, Roster, RosterError, Slice, Span, Standing};
pub use stage::{CellStage, trace_of};
pub use virtual_run::run_virtual;
pub use worker::{LocalTasks, Orders, Pace, ScanAfter, Spawn, Worker};

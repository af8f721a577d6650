//! Property tests: random stories with random timing against a national system, shrunk when one breaks a rule.
//!
//! A check plays *generations*: so many scripts side by side, each by fresh citizens, through the ordinary engine, and
//! judged cell by cell by the ordinary oracle. A script that breaks a rule is shrunk: everything that is a little smaller
//! is played as one more generation, until nothing smaller breaks the same rule. Invariant: the same seed gives the same
//! scripts and, in virtual time, the same result.
//!
//! ```
//! use songsinh_check::{Check, Property};
//!
//! let report = Check::of(Property::TokenExpiry).cases(20).seed(1).run()?;
//! report.assert_holds();
//! # Ok::<(), songsinh_check::CheckError>(())
//! ```
//!
//! Over HTTP, at a system of one's own, with the world that `songsinh up --no-twin --target mine.yaml` keeps alive:
//!
//! ```no_run
//! # use std::path::Path;
//! # use songsinh_check::{Check, Property};
//! let world = "http://127.0.0.1:9700";
//! let check = Check::of(Property::Otp).in_world(world, Path::new("runs/rosters")).target(Path::new("mine.yaml"));
//! check.run()?.assert_holds();
//! # Ok::<(), songsinh_check::CheckError>(())
//! ```
//!
//! Not here: what is right (`songsinh-oracle`), how steps are played (`songsinh-journey`), how a world is started
//! (`songsinh-cli`).

mod check;
mod error;
mod generation;
mod junit;
mod not_covered;
mod place;
mod property;
mod replay;
mod report;
mod saved;
mod shrink;

pub use check::{Check, Step};
pub use error::CheckError;
pub use generation::everyday;
pub use junit::junit;
pub use not_covered::NotCovered;
pub use property::Property;
pub use replay::Replays;
pub use report::{CheckReport, Counterexample, Shrunk};

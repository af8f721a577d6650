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
//! Not here: what is right (`songsinh-oracle`), how steps are played (`songsinh-journey`).

mod check;
mod error;
mod generation;
mod property;
mod saved;
mod shrink;

pub use check::{Check, CheckReport, Counterexample};
pub use error::CheckError;
pub use property::Property;

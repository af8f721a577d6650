//! Scenario files and target profiles: text in, checked plan out.
//!
//! - [`Scenario`]: who does what against which system, when, and what must come out; [`plan()`] makes the arrivals.
//! - [`Profile`]: how to talk to an implementation; templates stay text here.
//! - [`Journey`], [`Twist`], [`Need`]: the catalogue that scenarios choose from.
//! - [`FileErrors`]: everything that is wrong with a file, with line, caret and advice.
//! - [`schema`]: JSON Schemas of both files. [`Secrets`]: looks references up, late.
//!
//! Invariant: pure but for `load` and [`Secrets::resolve`]; no request is made before a file is found sound.

mod catalogue;
mod errors;
mod file;
mod json_path;
pub mod letters;
mod message;
mod nearest;
mod officers;
mod plan;
mod profile;
mod provinces;
mod read;
pub mod schema;
mod secret;
mod template;
mod units;
mod words;
mod yaml;

pub use catalogue::{Journey, Need, Roles, Twist};
pub use errors::FileErrors;
pub use file::*;
pub use json_path::{JsonPath, Step};
pub use nearest::nearest;
pub use officers::{Officer, OfficersError};
pub use plan::{Plan, Planned, Summary, plan};
pub use profile::*;
pub use provinces::{PROVINCES, Province};
pub use secret::{SecretError, Secrets, mark};
pub use template::{ROOTS, Template, WorldLine};
pub use units::{Amount, Course, Name, Share, Stretch, Text, TimeOfDay, TimeRange, Whole, show_time, time};

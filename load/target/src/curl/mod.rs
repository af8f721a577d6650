//! The calls of a story as a bash script of curl commands, by the same profile that asked them in the run.
//!
//! Invariant: no secret of the target stands in a script, only the name of the variable or file that holds it; what an
//! earlier answer gave is taken from that answer again. Passwords of fake people stand as they are: they are derived
//! from the seed of the population and open nothing real.

mod fill;
mod marks;
mod script;
mod steps;
#[cfg(test)]
mod tests;

pub use script::{Repeat, curl_script};

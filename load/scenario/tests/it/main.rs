//! The shipped files, the broken files, the schemas and the plans.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod any_bytes;
mod broken;
mod letters;
mod plans;
mod rulebooks;
mod schemas;
mod shipped;

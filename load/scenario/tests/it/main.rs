//! The shipped files, the broken files, the schemas and the plans.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod shipped;

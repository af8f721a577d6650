//! The twin's face: JSON over HTTP under `/v1`, problems by RFC 9457, device proofs by RFC 9449 (DPoP).
//!
//! ```text
//! request -> route -> read (body, headers -> call, proof claim) -> Twin -> write (answer -> status, JSON) -> response
//! ```
//!
//! Invariant: one table of routes makes the router, the reading and the OpenAPI document, so they cannot differ; no
//! input brings about a 500. Not here: any rule.

mod bodies;
mod listener;
mod openapi;
mod problem;
mod proof;
mod read;
mod refusals;
mod routes;
mod server;
mod test_clock;
mod write;

pub use listener::LimitedListener;
pub use openapi::openapi;
pub use problem::{problem_type, status_of};
pub use proof::{Shown, verify_proof};
pub use refusals::refusals;
pub use routes::{Ask, ROUTES, Route, Verb};
pub use server::{Answers, BODY_MAX_BYTES, router};
pub use test_clock::with_test_clock;

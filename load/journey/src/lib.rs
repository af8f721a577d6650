//! What citizens and attackers do, step by step.
//!
//! A [`journey`](journeys) is one `async` body over a [`Stage`]; the same body runs in real time, in virtual time and
//! under Goose. Steps (`steps/`) are what a person does at one screen; twists (`twists/`) are the mistakes and attacks
//! that a scenario mixes in. Invariant: a journey never judges. It only decides what to do next; whether an answer was
//! right is the oracle's business, from the record.

mod actor;
mod cast;
mod journeys;
mod play;
mod script;
mod secrets;
mod stage;
mod steps;
mod twists;

pub use actor::{Actor, Handset};
pub use cast::{Cast, Company};
pub use journeys::{Story, play_story};
pub use play::{Ending, Play};
pub use secrets::Secrets;
pub use stage::Stage;

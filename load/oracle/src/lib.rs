//! What the system under test must answer: every observation of a cell gets a verdict, for every rule that it meets.
//!
//! Invariant: pure. It judges from observations, facts and ledgers, never from what a journey expected, so a record can
//! be judged again later with the same result. Knows nothing of load, targets or the twin.

mod answer;
mod cell;
mod collect;
mod global;
mod guards;
mod hints;
mod judge;
mod judgement;
mod messages;
mod model;
mod settings;
mod shared;
mod story;
mod tally;
mod time;
mod verdict;
mod worlds;

pub use judge::Judge;
pub use judgement::{ApprovalTimes, BoundCount, Bracket, FindingGroup, Judgement, RuleCount, Suspicion};
pub use settings::{Settings, Tolerance};
pub use tally::{Tally, WITNESSES};
pub use time::Age;
pub use verdict::{
    ApprovalTook, Bound, CellVerdict, CodeInAnswer, CodeSent, Count, Counts, DigitsInAnswer, Edge, Finding,
    FindingKind, Statistics, Wording,
};

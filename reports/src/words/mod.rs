//! Numbers, times and calls in the words of a page, in both languages.

mod answered;
mod asked;
mod numbers;
mod run;

pub use answered::answered;
pub(crate) use answered::reasons;
pub use asked::asked;
pub use numbers::{age, count, counted, fixed, micros, ms, percent, span};
pub(crate) use run::{bound_word, clock, in_this_run, measured};

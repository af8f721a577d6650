//! From a run record to what people and programs read: a judgement, a verdict with its exit code, and files.
//!
//! Invariant: everything shown comes from the record alone, in an order that depends on nothing else; the same record
//! gives the same bytes.
//!
//! Not here: how answers are judged (`songsinh-oracle`), how records are read (`songsinh-record`).

mod error;
mod gather;
mod hlog;
mod html;
mod latency;
mod limits;
mod report;
mod story;
mod summary;
mod svg;
mod terminal;
mod verdict;
mod words;
mod write;

pub use error::{LimitError, ReportError};
pub use gather::{SmsFigures, Unexplained};
pub use hlog::latency_log;
pub use html::page as html_page;
pub use latency::{Intervals, Latency, OperationStats, Spread};
pub use limits::{Limit, LimitResult};
pub use report::{FindingView, Report};
pub use story::{Step, Story};
pub use summary::{Summary, summary_json, summary_schema};
pub use terminal::{Look, page as terminal_page};
pub use verdict::{Conditions, Verdict, fails};
pub use write::write_all;

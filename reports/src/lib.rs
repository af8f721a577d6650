//! From a run record to what people and programs read: a judgement, a verdict with its exit code, and files.
//!
//! Invariant: everything shown comes from the record alone, in an order that depends on nothing else; the same record
//! gives the same bytes.
//!
//! Not here: how answers are judged (`songsinh-oracle`), how records are read (`songsinh-record`).

mod coverage;
mod diff;
mod earlier;
mod error;
mod evidence;
mod gather;
mod hgrm;
mod hlog;
mod html;
mod judging;
mod junit;
mod lang;
mod latency;
mod limits;
mod prometheus;
mod recheck;
mod report;
mod story;
mod summary;
mod svg;
mod terminal;
mod ticket;
mod trace;
mod verdict;
mod words;
mod write;

pub use diff::{Apart, Broken, Diff, LimitMoved, Moved, NOISE};
pub use earlier::{earlier_run, read_summary};
pub use error::{LimitError, ReportError};
pub use evidence::{Evidence, evidence};
pub use gather::{Photographed, SmsFigures, Unexplained};
pub use hgrm::percentile_distribution;
pub use hlog::latency_log;
pub use html::page as html_page;
pub use judging::InTime;
pub use junit::junit;
pub use lang::{Entry, Lang, Said, explain, group, rule_text, words as glossary};
pub use latency::{Intervals, Latency, OperationStats, Spread};
pub use limits::{Limit, LimitResult};
pub use prometheus::metrics;
pub use recheck::{Recheck, judgement_json, recheck};
pub use report::{FindingView, Known, Report, Since};
pub use story::{Step, Story};
pub use summary::{Summary, summary_json, summary_schema};
pub use terminal::{Look, diff_page, page as terminal_page, story_page as trace_page};
pub use ticket::ticket;
pub use trace::{Traced, Whose, trace};
pub use verdict::{Conditions, Verdict, fails};
pub use words::count;
pub use write::{JUDGEMENT, write_all};

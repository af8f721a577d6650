//! The verdict page of a run, for a terminal or a text file: at most 100 columns, the most important things first.
//!
//! Order: verdict · may I trust it · what is wrong, by rule with the shortest story · limits · load · operations ·
//! rules · messages and processes · not covered · how to run it again.

mod diff;
mod paint;
mod sections;

pub(crate) use sections::measured;

pub use diff::diff_page;
pub use paint::Look;

use crate::report::Report;
use crate::verdict::Verdict;
use crate::words::{counted, span};
use paint::Page;

/// The page.
#[must_use]
pub fn page(report: &Report, look: Look) -> String {
    let mut page = Page::new(look);
    verdict(report, &mut page);
    sections::trust(report, &mut page);
    sections::findings(report, &mut page);
    sections::limits(report, &mut page);
    sections::load(report, &mut page);
    sections::operations(report, &mut page);
    sections::rules(report, &mut page);
    sections::messages(report, &mut page);
    sections::not_covered(report, &mut page);
    page.end();
    if !report.header.again.is_empty() {
        page.plain(&format!("again:   {}", report.header.again));
    }
    page.into_text()
}

/// One story, whole, as a page.
#[must_use]
pub fn story_page(story: &crate::story::Story, look: Look) -> String {
    let mut page = Page::new(look);
    page.section(&format!("{}, arrival {}", story.journey, story.arrival));
    sections::steps(story, &mut page);
    page.end();
    page.into_text()
}

fn verdict(report: &Report, page: &mut Page) {
    let header = &report.header;
    let good = report.verdict == Verdict::Pass;
    let line = format!("VERDICT  {}  exit {}", report.verdict.word(), report.verdict.exit_code());
    page.headline(&line, good, &why(report));
    let mode = match header.mode {
        songsinh_record::Mode::Real => "",
        songsinh_record::Mode::Virtual => "  ·  virtual time",
    };
    page.plain(&format!(
        "{}  ·  seed {}  ·  {}  ·  day {}{mode}",
        header.scenario.name,
        header.seed,
        span(report.duration),
        header.day
    ));
    let version = if header.target.version.is_empty() { String::new() } else { format!("  {}", header.target.version) };
    page.plain(&format!("target {}  {}{version}", header.profile.name, header.target.address));
    if !header.target.misbehaviours.is_empty() {
        page.plain(&format!("the twin was started with: {}", header.target.misbehaviours));
    }
}

/// The verdict's reason in a clause.
pub(crate) fn why(report: &Report) -> String {
    let failing = report.findings.iter().filter(|view| view.fails).count() as u64;
    let crossed = report.limits.iter().filter(|limit| !limit.holds).count() as u64;
    match report.verdict {
        Verdict::Pass => "every decided answer was right, every limit holds".into(),
        Verdict::Violations => format!("{} broken", counted(failing, "rule")),
        Verdict::LimitsCrossed => format!("{} crossed", counted(crossed, "limit")),
        Verdict::Invalid => "this run says nothing about the target".into(),
        Verdict::Interrupted => "stopped before its end; what was done was right".into(),
    }
}

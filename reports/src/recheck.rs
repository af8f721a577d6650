//! The judgement alone as a file, and whether judging a record again gives the same file.
//!
//! Invariant: `judgement.json` depends on the record and on nothing else. It holds no path, no clock of the host and no
//! day (excuses end by a calendar, so they are not in it), in the order of rules, times and cells; the same record gives
//! the same bytes, on any number of threads.

use std::path::Path;

use serde::Serialize;
use songsinh_oracle::Judgement;

use crate::error::ReportError;
use crate::report::Report;

/// Counted up when the file's shape changes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Judged<'r> {
    judgement_version: u32,
    judgement: &'r Judgement,
}

/// The text of `judgement.json`: per rule how often it was kept, broken and undecided with its measured lifetimes, every
/// finding with cell, call and story, suspicions, waits, and what was never decided.
///
/// # Errors
/// When a number cannot be written as JSON.
pub fn judgement_json(report: &Report) -> Result<String, ReportError> {
    let judged = Judged { judgement_version: VERSION, judgement: &report.judgement };
    let text = serde_json::to_string_pretty(&judged)
        .map_err(|error| ReportError::Make { file: "judgement.json", why: error.to_string() })?;
    Ok(text + "\n")
}

/// What became of a judgement when its record was judged again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recheck {
    /// Byte for byte the same.
    Same {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Another one.
    Differs {
        /// The first line that differs, counted from 1.
        line: usize,
        /// That line in the file; none: the file ends before it.
        file: Option<String>,
        /// That line as judged now; none: the judgement ends before it.
        now: Option<String>,
    },
    /// The record is cut off or damaged behind that byte, so that not all of it can be judged.
    Damaged {
        /// The byte behind the last whole frame.
        at: u64,
    },
}

/// Holds a report that was just made from a record against the judgement file that lies beside it.
///
/// # Errors
/// When the file cannot be read.
pub fn recheck(report: &Report, file: &Path) -> Result<Recheck, ReportError> {
    if let Some(at) = report.damaged_behind() {
        return Ok(Recheck::Damaged { at });
    }
    let now = judgement_json(report)?;
    let before =
        std::fs::read(file).map_err(|source| ReportError::Unreadable { path: file.display().to_string(), source })?;
    if before == now.as_bytes() {
        return Ok(Recheck::Same { bytes: before.len() });
    }
    Ok(first_difference(&before, now.as_bytes()))
}

fn first_difference(before: &[u8], now: &[u8]) -> Recheck {
    let (mut before, mut now) = (before.split(|byte| *byte == b'\n'), now.split(|byte| *byte == b'\n'));
    let text = |line: &[u8]| String::from_utf8_lossy(line).trim().chars().take(LONGEST_LINE).collect::<String>();
    let mut line = 1;
    loop {
        let (old, new) = (before.next(), now.next());
        if old != new || old.is_none() {
            return Recheck::Differs { line, file: old.map(text), now: new.map(text) };
        }
        line += 1;
    }
}

/// Characters of a differing line that are shown.
const LONGEST_LINE: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told_and_an_end_too() {
        let differs = |before: &str, now: &str| match first_difference(before.as_bytes(), now.as_bytes()) {
            Recheck::Differs { line, file, now } => (line, file, now),
            other => (0, Some(format!("{other:?}")), None),
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(differs("a\n  b\nc\n", "a\n  d\nc\n"), (2, some("b"), some("d")));
        assert_eq!(differs("a\nb", "a\nb\n"), (3, None, some("")));
        assert_eq!(differs("a\n\n", "a\n"), (3, some(""), None));
    }
}

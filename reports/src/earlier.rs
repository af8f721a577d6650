//! Finds the run before this one: the latest earlier run of the same scenario at the same target, in the folders beside
//! this run's.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::report::Report;
use crate::summary::Summary;

/// Folders that are looked into at most.
const MOST_FOLDERS: usize = 4_096;
/// Bytes of a summary that is read at most.
const LARGEST_SUMMARY: u64 = 16 << 20;

/// The latest earlier run beside `folder` of the same scenario, profile and mode: the name of its folder and its summary.
///
/// Earlier is what started before; in virtual time, where every run of a scenario starts alike, what was recorded before.
/// What cannot be read, or is of another version, is no such run.
#[must_use]
pub fn earlier_run(folder: &Path, report: &Report) -> Option<(String, Summary)> {
    let own = fs::canonicalize(folder).ok()?;
    let runs = own.parent()?;
    let mine = (report.header.started.0, recorded(&own));
    let mut best: Option<((i64, Duration), String, Summary)> = None;
    for entry in fs::read_dir(runs).ok()?.take(MOST_FOLDERS).flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path == own {
            continue;
        }
        let Some(summary) = read_summary(&path) else { continue };
        if !is_alike(&summary, report) {
            continue;
        }
        let when = (summary.started_unix_ms, recorded(&path));
        let newer = best.as_ref().is_none_or(|(best_when, best_name, _)| (when, &name) > (*best_when, best_name));
        if when < mine && newer {
            best = Some((when, name, summary));
        }
    }
    best.map(|(_, name, summary)| (name, summary))
}

/// The summary in a run's folder, if there is one of this version.
#[must_use]
pub fn read_summary(folder: &Path) -> Option<Summary> {
    let path = folder.join("summary.json");
    let whole = fs::metadata(&path).ok().filter(|meta| meta.is_file() && meta.len() <= LARGEST_SUMMARY);
    whole.and_then(|_| fs::read_to_string(&path).ok()).and_then(|text| serde_json::from_str(&text).ok())
}

fn is_alike(summary: &Summary, report: &Report) -> bool {
    let header = &report.header;
    summary.scenario == header.scenario.name
        && summary.profile == header.profile.name
        && summary.target.built_in == header.target.built_in
        && summary.mode == header.mode.as_str()
}

/// When the run's record was last written: it never is again after the run.
fn recorded(folder: &Path) -> Duration {
    let at = |name: &str| fs::metadata(folder.join(name)).and_then(|meta| meta.modified()).ok();
    let at = at("record.songsinh").or_else(|| at("summary.json"));
    at.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default()
}

//! Writes the files of a report beside the record.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::ReportError;
use crate::lang::Lang;
use crate::report::Report;
use crate::{hgrm, hlog, html, junit, prometheus, recheck, summary, terminal};

/// The name of the file that [`judgement_json`](crate::judgement_json) gives.
pub const JUDGEMENT: &str = "judgement.json";

/// Writes `judgement.json`, `summary.json`, `report.html`, `latency.hlog`, `latency.hgrm`, `junit.xml`, `metrics.prom` and `terminal.txt`
/// into a folder, which is made if it is not there. The two for people (`report.html`, `terminal.txt`) speak the given
/// language. Each file appears whole or not at all. Gives the paths written.
///
/// # Errors
/// When a file cannot be made or written (a full disk); earlier files stay.
pub fn write_all(report: &Report, folder: &Path, lang: Lang) -> Result<Vec<PathBuf>, ReportError> {
    let failed = |path: &Path, source| ReportError::Write { path: path.display().to_string(), source };
    fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
    let files = [
        (JUDGEMENT, recheck::judgement_json(report)?),
        ("summary.json", summary::summary_json(report)?),
        ("report.html", html::page(report, lang)?),
        ("latency.hlog", hlog::latency_log(report)?),
        ("latency.hgrm", hgrm::percentile_distribution(report)),
        ("junit.xml", junit(report)?),
        ("metrics.prom", prometheus::metrics(report)?),
        ("terminal.txt", terminal::page(report, terminal::Look { colour: false }, lang)),
    ];
    let mut written = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        let partial = folder.join(format!("{name}.partial"));
        let done = fs::write(&partial, text).and_then(|()| fs::rename(&partial, &path));
        if let Err(source) = done {
            fs::remove_file(&partial).ok();
            return Err(failed(&path, source));
        }
        written.push(path);
    }
    Ok(written)
}

//! `songsinh diff`: two runs of a scenario side by side.

use std::path::{Path, PathBuf};

use songsinh_reports::{Diff, Summary, diff_page};

use crate::args;
use crate::failure::Failure;
use crate::show;

/// Prints what differs; exit code 0 if nothing got worse, 10 if something did.
pub fn diff(args: &args::Diff) -> Result<u8, Failure> {
    let (before, now) = (read(&args.before)?, read(&args.now)?);
    let diff = Diff::between(&before, &now);
    if args.json {
        let text = serde_json::to_string_pretty(&diff).map_err(|error| Failure::Report(error.to_string()))?;
        show::line(&text);
    } else {
        show::line(&diff_page(&diff, super::report::lang_of(args.lang)?));
    }
    Ok(if diff.is_no_worse() { 0 } else { 10 })
}

/// The summary of a run, given by its folder, its summary or its record (which then has been reported on).
fn read(path: &Path) -> Result<Summary, Failure> {
    let path = summary_of(path);
    let text = std::fs::read_to_string(&path).map_err(Failure::io(&path))?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::Usage(format!(
            "{}, line {}, column {}: not a summary of this version ({error}); write it anew with `songsinh report`",
            path.display(),
            error.line(),
            error.column()
        ))
    })
}

fn summary_of(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.join("summary.json");
    }
    match path.extension() {
        Some(extension) if extension == "songsinh" => path.with_file_name("summary.json"),
        _ => path.to_owned(),
    }
}

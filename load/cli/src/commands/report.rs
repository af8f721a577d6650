//! `songsinh report`: from a record to a verdict and its pages.

use std::path::{Path, PathBuf};

use songsinh_reports::Report as Judged;

use crate::args::Report;
use crate::failure::Failure;
use crate::show;

/// The name of the record in a run's folder.
pub const RECORD: &str = "record.songsinh";

/// Judges a record again and writes its report.
pub fn report(args: &Report) -> Result<u8, Failure> {
    let record = record_of(&args.run)?;
    let folder = record.parent().map(Path::to_owned).unwrap_or_else(|| PathBuf::from("."));
    let out = args.out.clone().unwrap_or(folder);
    std::fs::create_dir_all(&out).map_err(Failure::io(&out))?;
    write(&record, &out)
}

/// The record of a run, given by its folder or by itself.
pub fn record_of(run: &Path) -> Result<PathBuf, Failure> {
    let record = if run.is_dir() { run.join(RECORD) } else { run.to_owned() };
    if record.is_file() {
        return Ok(record);
    }
    let text = format!("{}: there is no record; name a run's folder, or its record.songsinh", record.display());
    Err(Failure::Usage(text))
}

/// Prints the page of a record that could not be written whole: what was done until then. No file is written, since
/// there is no room for one.
pub fn show_what_there_is(record: &Path) {
    if let Ok(judged) = Judged::from_record(record) {
        let look = songsinh_reports::Look { colour: show::colours() };
        show::line(&songsinh_reports::terminal_page(&judged, look));
    }
}

/// Judges a record, writes the pages into `out`, prints the first one, and gives the exit code.
pub fn write(record: &Path, out: &Path) -> Result<u8, Failure> {
    let judged = Judged::from_record(record).map_err(|error| Failure::Report(error.to_string()))?;
    songsinh_reports::write_all(&judged, out).map_err(|error| Failure::Report(error.to_string()))?;
    let look = songsinh_reports::Look { colour: show::colours() };
    show::line(&songsinh_reports::terminal_page(&judged, look));
    show::line(&format!("report   {}", out.join("report.html").display()));
    Ok(judged.verdict.exit_code())
}

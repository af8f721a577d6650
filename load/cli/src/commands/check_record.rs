//! `songsinh check-record`: judges a record again and tells whether the judgement is the same, byte for byte.
//!
//! Invariant: writes nothing.

use std::path::Path;

use songsinh_reports::{JUDGEMENT, Recheck, Report, recheck};

use super::report::record_of;
use crate::args::CheckRecord;
use crate::failure::Failure;
use crate::show;

/// The exit code where the judgement is another one now.
const DIFFERS: u8 = 15;

/// Judges the record of a run again and compares.
pub fn check_record(args: &CheckRecord) -> Result<u8, Failure> {
    let record = record_of(&args.run)?;
    let file = record.parent().unwrap_or(Path::new(".")).join(JUDGEMENT);
    if !file.is_file() {
        let text = format!(
            "{}: there is no judgement to compare with; `songsinh report {}` writes it",
            file.display(),
            args.run.display()
        );
        return Err(Failure::Usage(text));
    }
    let report = match args.threads {
        Some(threads) => Report::from_record_on(&record, threads),
        None => Report::from_record(&record),
    }
    .map_err(Failure::record(&record))?;
    let answers = report.judgement.answers;
    let checked = recheck(&report, &file).map_err(|error| Failure::Report(error.to_string()))?;
    let file = file.display();
    match checked {
        Recheck::Same { bytes } => {
            show::line(&format!("same: {answers} answers judged again give the same {bytes} bytes of {file}"));
            Ok(0)
        }
        Recheck::Differs { line, file: before, now } => {
            let shown = |line: Option<String>| line.unwrap_or_else(|| "(ends before this line)".to_owned());
            show::line(&format!("DIFFERS: judged again, {answers} answers give another judgement than {file}"));
            show::line(&format!("  line {line} in the file:  {}", shown(before)));
            show::line(&format!("  line {line} judged now:   {}", shown(now)));
            Ok(DIFFERS)
        }
        Recheck::Damaged { at } => {
            let record = record.display();
            Err(Failure::Report(format!("{record}: damaged or cut off behind byte {at}; it cannot be judged whole")))
        }
    }
}

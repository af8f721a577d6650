//! `songsinh ticket`: the text of a ticket for one finding of a run.

use songsinh_reports::{Report, ticket as text_of};

use super::report::{lang_of, record_of, tell_damage};
use crate::args;
use crate::failure::Failure;
use crate::{scripts, show};

/// Prints the ticket; exit code 2 if the run has no such finding.
pub fn ticket(args: &args::Ticket) -> Result<u8, Failure> {
    let record = record_of(&args.run)?;
    let report = Report::from_record(&record).map_err(Failure::record(&record))?;
    tell_damage(&record, report.damaged_behind());
    let folder = record.parent().unwrap_or(&record);
    let script = scripts::path(folder, args.number);
    let script = script.is_file().then(|| script.display().to_string());
    let lang = lang_of(args.lang)?;
    match text_of(&report, args.number, script.as_deref(), lang) {
        Some(text) => {
            show::line(text.trim_end());
            Ok(0)
        }
        None => Err(Failure::Usage(format!(
            "{} has no finding {}: there are {}, counted from 1 as the report lists them",
            record.display(),
            args.number,
            report.findings.len()
        ))),
    }
}

//! `songsinh trace`: one person's story out of a record.

use songsinh_reports::{Traced, Whose, trace as stories, trace_page};

use super::report::{lang_of, record_of, tell_damage};
use crate::args;
use crate::failure::Failure;
use crate::show;

/// Prints every story of the person; exit code 2 if the record knows nobody of that name.
pub fn trace(args: &args::Trace) -> Result<u8, Failure> {
    let lang = lang_of(args.lang)?;
    let record = record_of(&args.run)?;
    let whose = Whose::read(&args.whose).ok_or_else(|| {
        Failure::Usage(format!(
            "«{}» is nobody: give twelve digits, a phone number, the number of an arrival, or the begin of a trace id",
            args.whose
        ))
    })?;
    let Traced { stories, damaged_behind } = stories(&record, &whose).map_err(Failure::record(&record))?;
    tell_damage(&record, damaged_behind);
    if stories.is_empty() {
        return Err(Failure::Usage(format!("{} plays no part in {}", args.whose, record.display())));
    }
    for story in &stories {
        show::line(&trace_page(story, songsinh_reports::Look { colour: show::colours() }, lang));
    }
    Ok(0)
}

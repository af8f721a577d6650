//! `songsinh check`: random stories against the built-in twin in virtual time, shrunk when one breaks a rule.

use songsinh_check::{Check as PropertyCheck, CheckError, Property};
use songsinh_reports::Lang;

use super::up::known_misbehaviours;
use crate::args::Check;
use crate::failure::Failure;
use crate::show;

/// What stands for every property.
const ALL: &str = "all";
/// The exit code where a rule was broken.
const BROKEN: u8 = 10;
/// The exit code where nothing was decided.
const UNDECIDED: u8 = 12;

/// Checks one property or all of them.
pub fn check(args: &Check) -> Result<u8, Failure> {
    known_misbehaviours(&args.misbehave)?;
    let lang = args.lang.unwrap_or(Lang::En);
    let mut worst = 0;
    for property in properties(&args.property)? {
        let mut check = PropertyCheck::of(property).cases(args.cases).seed(args.seed).saved_in(&args.saved);
        for name in &args.misbehave {
            check = check.misbehave(name);
        }
        let report = check.run().map_err(failure)?;
        show::line(report.page(lang).trim_end());
        let code = match (report.holds(), report.decided()) {
            (false, _) => BROKEN,
            (true, 0) => UNDECIDED,
            (true, _) => 0,
        };
        // Of several, what is broken counts first.
        worst = if code == BROKEN || worst == 0 { code } else { worst };
    }
    Ok(worst)
}

fn properties(word: &str) -> Result<Vec<Property>, Failure> {
    if word == ALL {
        return Ok(Property::ALL.to_vec());
    }
    let names = || Property::ALL.iter().map(|one| one.as_str()).chain([ALL]).collect::<Vec<_>>().join(", ");
    let property = Property::named(word);
    let property = property.ok_or_else(|| Failure::Usage(format!("no property is called «{word}»: {}", names())))?;
    Ok(vec![property])
}

fn failure(error: CheckError) -> Failure {
    match error {
        CheckError::Run(error) => Failure::Run(error),
        CheckError::Io { path, error } => Failure::Io { path, error },
        CheckError::File(text) => Failure::File(text),
        error => Failure::Report(error.to_string()),
    }
}

//! `songsinh kill-matrix`: what the harness finds of each misbehaviour, and what it wrongly finds of twins that are right.
//!
//! Every run is in virtual time and in this process; its record lies in a temporary folder and is deleted. Invariant: the
//! table depends on options and seeds alone, not on the number of jobs.

mod clean;
mod jobs;
mod search;
mod stock;
mod table;
mod trial;

use std::collections::BTreeMap;
use std::path::Path;

use songsinh_national::{Quirk, Variant};
use songsinh_scenario::nearest;

use super::files;
use crate::args::KillMatrix;
use crate::failure::Failure;
use crate::show;
use clean::Row as CleanRow;
use search::Cell;
use stock::Stock;

/// The name that stands for standard output.
const STDOUT: &str = "-";
/// The exit code where a twin that is right was flagged, as where any run finds rules broken.
const FALSE_ALARM: u8 = 10;
/// The exit code where a run of one said nothing.
const INVALID: u8 = 12;

/// What was found: of misbehaviours by name and probability, and of twins that are right.
struct Matrix {
    probabilities: Vec<f64>,
    quirks: Vec<Quirk>,
    /// By place in `quirks` and in `probabilities`.
    cells: BTreeMap<(usize, usize), Cell>,
    clean: Vec<CleanRow>,
    seeds: u64,
}

/// Plays the matrix and prints it.
pub fn kill_matrix(args: &KillMatrix) -> Result<u8, Failure> {
    let quirks = quirks(&args.only)?;
    let twins = twins(&args.only)?;
    let stock = Stock::load(&args.scenarios, &args.scenario)?;
    if quirks.is_empty() && args.seeds == 0 {
        let text = "no misbehaviour is named and right twins have no seeds: there is nothing to play; give `--seeds 1`";
        return Err(Failure::Usage(text.to_owned()));
    }
    let probabilities = args.probabilities.clone();
    if let Some(page) = &args.update {
        table::has_markers(page)?;
    }
    if let Some(file) = args.json.as_deref().filter(|&file| file != Path::new(STDOUT)) {
        files::writable(file)?;
    }
    let jobs = jobs::count(args.jobs);
    let rows = jobs::all(&quirks, jobs, |&quirk| {
        let row = search::search(&stock, quirk, &probabilities, args.operations)?;
        for (probability, cell) in probabilities.iter().zip(&row) {
            show::note(&format!("{:<32} {probability:<5} {}", quirk.as_str(), table::cell(cell)));
        }
        Ok(row)
    })?;
    let rows = rows.into_iter().enumerate();
    let cells = rows.flat_map(|(quirk, row)| row.into_iter().enumerate().map(move |(p, cell)| ((quirk, p), cell)));
    let cells = cells.collect();
    let clean = clean::rows(&stock, &twins, args.seeds, jobs)?;
    let matrix = Matrix { probabilities, quirks, cells, clean, seeds: args.seeds };
    let text = table::markdown(&matrix);
    show::line(text.trim_end());
    if let Some(file) = &args.json {
        write(file, &table::json(&matrix))?;
    }
    if let Some(page) = &args.update {
        table::update(page, &text)?;
    }
    Ok(exit_code(&matrix.clean))
}

/// Whether a twin that is right was flagged, or was not put to the test; what is found of misbehaviours is a measurement,
/// not a verdict.
fn exit_code(clean: &[CleanRow]) -> u8 {
    match clean {
        rows if rows.iter().any(|row| !row.alarms.is_empty()) => FALSE_ALARM,
        rows if rows.iter().any(|row| !row.invalid.is_empty()) => INVALID,
        _ => 0,
    }
}

/// The misbehaviours that were asked for; all, if nothing was named.
fn quirks(only: &[String]) -> Result<Vec<Quirk>, Failure> {
    if only.is_empty() {
        return Ok(Quirk::ALL.to_vec());
    }
    for name in only {
        if Quirk::named(name).is_none() && Variant::named(name).is_none() && name != clean::PLAIN {
            let known = Quirk::ALL.iter().map(|one| one.as_str()).chain(Variant::ALL.iter().map(|one| one.as_str()));
            let near = nearest(name, known).map_or(String::new(), |near| format!("; did you mean «{near}»?"));
            let text = format!(
                "«{name}» is neither a misbehaviour nor a variant of the twin; `songsinh twin --list-misbehaviours` and \
                 `--list-variants` print the names, `{}` is the twin as it comes{near}",
                clean::PLAIN
            );
            return Err(Failure::Usage(text));
        }
    }
    Ok(Quirk::ALL.iter().copied().filter(|quirk| only.iter().any(|name| name == quirk.as_str())).collect())
}

/// The right twins that were asked for, none being the plain one.
fn twins(only: &[String]) -> Result<Vec<Option<Variant>>, Failure> {
    let all = std::iter::once(None).chain(Variant::ALL.iter().copied().map(Some));
    let named = |twin: &Option<Variant>| {
        let name = twin.map_or(clean::PLAIN, Variant::as_str);
        only.is_empty() || only.iter().any(|one| one == name)
    };
    Ok(all.filter(named).collect())
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    if file == Path::new(STDOUT) {
        show::line(text);
        return Ok(());
    }
    std::fs::write(file, text).map_err(Failure::io(file))
}

#[cfg(test)]
mod tests {
    use songsinh_contract::Rule;

    use super::*;

    #[test]
    fn a_right_twin_that_is_flagged_gives_the_exit_code_of_a_broken_rule() {
        let row = |alarms: &[Rule], invalid: &[&'static str]| CleanRow {
            variant: None,
            scenario: "smoke".to_owned(),
            answers: 9,
            alarms: alarms.iter().map(|&rule| (rule, 1)).collect(),
            invalid: invalid.iter().map(|&why| (why, 1)).collect(),
        };
        assert_eq!(exit_code(&[]), 0);
        assert_eq!(exit_code(&[row(&[], &[]), row(&[], &[])]), 0);
        assert_eq!(exit_code(&[row(&[], &["lag"]), row(&[], &[])]), INVALID);
        assert_eq!(exit_code(&[row(&[], &["lag"]), row(&[Rule::OtpExpires], &[])]), FALSE_ALARM);
    }
}

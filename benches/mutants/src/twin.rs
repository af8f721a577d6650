//! Mutants of the twin's rules: the shipped scenarios play against each in virtual time, those that reach the mutant and
//! the quickest first.

use std::collections::BTreeSet;
use std::path::Path;

use crate::copy::Copy;
use crate::run::{Kept, Mutant, run, side_by_side};
use crate::sources::{Set, Sources};
use crate::{Error, Outcome, say};

/// The exit code of a run that flagged a rule.
const BROKEN: i32 = 10;

/// These are left out: a survivor plays every scenario that reaches it, and they would take most of the time. Their twists
/// are in others too; what only they would notice counts as not noticed.
const LONG: [&str; 3] = ["attack-day", "tay-ninh-qr-burst", "tuyen-quang-opening-day"];

/// A scenario that is shipped.
struct Scenario {
    name: String,
    ms: u64,
    reaches: BTreeSet<usize>,
}

/// Runs the scenarios on every mutant that one of them reaches.
pub fn judge(sources: &Sources, copy: &Copy, kept: &mut Kept) -> Result<Vec<(usize, Outcome)>, Error> {
    let program = copy.program()?;
    let scenarios = scenarios(&program)?;
    for Scenario { name, ms, reaches } in &scenarios {
        say(&format!("{name}: {ms} ms, reaches {} mutants of oracle and twin", reaches.len()))?;
    }
    let (mut outcomes, mut open) = (Vec::new(), Vec::new());
    for number in sources.numbers(Set::Twin).filter(|number| !copy.dropped.contains(number)) {
        match kept.get(&sources.key(number)).and_then(Outcome::named).filter(|outcome| outcome.is_killed()) {
            Some(outcome) => outcomes.push((number, outcome)),
            None if scenarios.iter().any(|one| one.reaches.contains(&number)) => open.push(number),
            None => outcomes.push((number, Outcome::NotReached)),
        }
    }
    say(&format!("{} mutants to run", open.len()))?;
    let mut count = 0;
    side_by_side(
        &open,
        |number| outcome(&scenarios, &program, *number),
        |number, outcome| {
            count += 1;
            if outcome.is_killed() {
                kept.put(sources.key(*number), outcome.as_str())?;
            }
            if outcome != Outcome::Killed {
                let (line, what) = (sources.line(*number), sources.describe(*number));
                say(&format!("{count}/{} {} {line} {what}", open.len(), outcome.as_str()))?;
            }
            outcomes.push((*number, outcome));
            Ok(())
        },
    )?;
    outcomes.sort_by_key(|(number, _)| *number);
    Ok(outcomes)
}

/// The files of the shipped scenarios for the built-in twin.
pub fn shipped() -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("scenarios")? {
        let path = entry?.path();
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if path.extension().is_some_and(|ending| ending == "yaml") && text.contains("\ntarget: built-in") {
            found.push(path.display().to_string());
        }
    }
    found.sort();
    Ok(found)
}

/// They but for the long ones, the quickest first, with what they reach.
fn scenarios(program: &Path) -> Result<Vec<Scenario>, Error> {
    let hits = tempfile::tempdir()?;
    let mut scenarios = Vec::new();
    let long = |name: &String| LONG.iter().any(|long| Path::new(name).file_stem().is_some_and(|stem| stem == *long));
    for name in shipped()?.into_iter().filter(|name| !long(name)) {
        let file = hits.path().join("hits");
        let _ = std::fs::remove_file(&file);
        let ended = played(program, &name, Mutant::NoneNoted(&file), 600_000)?;
        if ended.code != Some(0) {
            return Err(Error::Said(format!("{name} fails without a mutant: {:?}", ended.code)));
        }
        let noted = std::fs::read_to_string(&file)?;
        let reaches = noted.lines().filter_map(|line| line.parse().ok()).collect();
        scenarios.push(Scenario { name, ms: ended.ms, reaches });
    }
    scenarios.sort_by_key(|one| one.ms);
    Ok(scenarios)
}

fn played(program: &Path, scenario: &str, mutant: Mutant<'_>, limit_ms: u64) -> Result<crate::run::Ended, Error> {
    let out = tempfile::tempdir()?;
    let folder = out.path().join("run").display().to_string();
    let rosters = out.path().join("rosters").display().to_string();
    let arguments = ["run", scenario, "--virtual", "--out", &folder, "--rosters", &rosters];
    run(program, &arguments, Path::new("."), mutant, limit_ms)
}

fn outcome(scenarios: &[Scenario], program: &Path, number: usize) -> Result<Outcome, Error> {
    for scenario in scenarios.iter().filter(|one| one.reaches.contains(&number)) {
        match played(program, &scenario.name, Mutant::On(number), 20_000 + 10 * scenario.ms)?.code {
            Some(0) => {}
            Some(BROKEN) => return Ok(Outcome::Killed),
            Some(_) => return Ok(Outcome::Upset),
            None => return Ok(Outcome::Hangs),
        }
    }
    Ok(Outcome::Survives)
}

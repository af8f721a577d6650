//! Mutants of the oracle: its own tests run on each, those that reach the mutant and the quickest first. What survives
//! is judged against the original on recorded histories.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::copy::{COPY, Copy};
use crate::run::{Kept, Mutant, run, side_by_side};
use crate::sources::{Set, Sources};
use crate::{Error, Outcome, say};

/// A test of the oracle.
struct Test {
    program: usize,
    name: String,
    ms: u64,
    reaches: BTreeSet<usize>,
}

/// Tests below this share one process.
const QUICK_MS: u64 = 150;
/// Tests above this are left out: for hundreds of survivors they would take hours. What only they would notice counts as
/// not noticed.
const SLOW_MS: u64 = 3_000;

/// Runs the tests on every mutant that one of them reaches.
pub fn judge(sources: &Sources, copy: &Copy, kept: &mut Kept) -> Result<Vec<(usize, Outcome)>, Error> {
    let programs = copy.tests()?;
    let mut tests = tests(&programs)?;
    let whole: u64 = tests.iter().map(|test| test.ms).sum();
    let slow: Vec<&str> = tests.iter().filter(|test| test.ms > SLOW_MS).map(|test| test.name.as_str()).collect();
    say(&format!("{} tests, {} s one after the other; left out: {}", tests.len(), whole / 1_000, slow.join(", ")))?;
    tests.retain(|test| test.ms <= SLOW_MS);
    let mut outcomes = Vec::new();
    let mut open = Vec::new();
    for number in sources.numbers(Set::Oracle).filter(|number| !copy.dropped.contains(number)) {
        let key = sources.key(number);
        let known = kept.get(&key).and_then(Outcome::named).filter(|outcome| outcome.is_killed());
        match known {
            Some(outcome) => outcomes.push((number, outcome)),
            None if tests.iter().any(|test| test.reaches.contains(&number)) => open.push(number),
            None => outcomes.push((number, Outcome::NotReached)),
        }
    }
    say(&format!("{} mutants to run", open.len()))?;
    let one = |number: &usize| outcome(&tests, &programs, *number);
    let mut count = 0;
    side_by_side(&open, one, |number, outcome| {
        count += 1;
        if outcome.is_killed() {
            kept.put(sources.key(*number), outcome.as_str())?;
        } else {
            say(&format!("{count}/{} {} {}", open.len(), sources.line(*number), sources.describe(*number)))?;
        }
        outcomes.push((*number, outcome));
        Ok(())
    })?;
    outcomes.sort_by_key(|(number, _)| *number);
    Ok(outcomes)
}

fn here() -> PathBuf {
    Path::new(COPY).join(Set::Oracle.krate())
}

/// Every test, what it reaches and how long it takes.
fn tests(programs: &[PathBuf]) -> Result<Vec<Test>, Error> {
    const LONGEST_MS: u64 = 120_000;
    let mut named = Vec::new();
    for (program, path) in programs.iter().enumerate() {
        let said = std::process::Command::new(path).args(["--list", "--format", "terse"]).output()?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        named.extend(said.lines().filter_map(|line| Some((program, line.strip_suffix(": test")?.to_owned()))));
    }
    let mut tests = Vec::new();
    let hits = tempfile::tempdir()?;
    let one = |(program, name): &(usize, String)| -> Result<Test, Error> {
        let path = programs.get(*program).ok_or_else(|| Error::Said("no such test program".to_owned()))?;
        let file = hits.path().join(format!("{program}-{}", name.replace("::", ".")));
        let ended = run(path, &["--exact", name], &here(), Mutant::NoneNoted(&file), LONGEST_MS)?;
        if ended.code != Some(0) {
            return Err(Error::Said(format!("{name} fails without a mutant")));
        }
        let noted = std::fs::read_to_string(&file).unwrap_or_default();
        let reaches = noted.lines().filter_map(|line| line.parse().ok()).collect();
        Ok(Test { program: *program, name: name.clone(), ms: ended.ms, reaches })
    };
    side_by_side(&named, one, |_, test| {
        tests.push(test);
        Ok(())
    })?;
    tests.sort_by(|one, other| (one.ms, &one.name).cmp(&(other.ms, &other.name)));
    Ok(tests)
}

fn outcome(tests: &[Test], programs: &[PathBuf], number: usize) -> Result<Outcome, Error> {
    let reaching: Vec<&Test> = tests.iter().filter(|test| test.reaches.contains(&number)).collect();
    let mut groups: Vec<Vec<&Test>> = Vec::new();
    for program in 0..programs.len() {
        let quick: Vec<_> =
            reaching.iter().filter(|test| test.program == program && test.ms < QUICK_MS).copied().collect();
        if !quick.is_empty() {
            groups.push(quick);
        }
    }
    groups.extend(reaching.iter().filter(|test| test.ms >= QUICK_MS).map(|test| vec![*test]));
    for group in groups {
        let Some(path) = group.first().and_then(|test| programs.get(test.program)) else { continue };
        let mut arguments = vec!["--exact", "--test-threads=1"];
        arguments.extend(group.iter().map(|test| test.name.as_str()));
        let limit_ms = 5_000 + 20 * group.iter().map(|test| test.ms).sum::<u64>();
        match run(path, &arguments, &here(), Mutant::On(number), limit_ms)?.code {
            Some(0) => {}
            Some(_) => return Ok(Outcome::Killed),
            None => return Ok(Outcome::Hangs),
        }
    }
    Ok(Outcome::Survives)
}

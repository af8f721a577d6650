//! Mutation testing: every mutant of the oracle and of the twin's rules is compiled into one copy of the workspace, and
//! chosen at run time. The oracle's tests run once for each mutant of it that they reach; the shipped scenarios run in
//! virtual time against each mutant of the twin. Run it from the root of the workspace.
//!
//! What is known already is kept under `target/mutants`, so that a run goes on where it was stopped.

mod copy;
mod histories;
mod oracle;
mod report;
mod run;
mod sites;
mod sources;
mod twin;
mod write;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use copy::Copy;
use run::Kept;
use sources::{Set, Sources};

/// What can go wrong with a run of the tool itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or a program.
    #[error("a file or a program: {0}")]
    Io(#[from] std::io::Error),
    /// A source file is no Rust.
    #[error("a source file is not read: {0}")]
    Source(#[from] syn::Error),
    /// A line of cargo or of a report is no JSON.
    #[error("JSON is not read: {0}")]
    Json(#[from] serde_json::Error),
    /// Anything else.
    #[error("{0}")]
    Said(String),
}

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A test failed; of the twin: a rule was flagged.
    Killed,
    /// The run ended otherwise than it should: a crash, or a run that calls itself invalid.
    Upset,
    /// It did not end in time.
    Hangs,
    /// Nothing noticed it.
    Survives,
    /// Nothing reached it.
    NotReached,
}

impl Outcome {
    const ALL: [Self; 5] = [Self::Killed, Self::Upset, Self::Hangs, Self::Survives, Self::NotReached];
    /// What it is called in what is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Upset => "upset",
            Self::Hangs => "hangs",
            Self::Survives => "survives",
            Self::NotReached => "not reached",
        }
    }
    /// The opposite of [`Outcome::as_str`].
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
    /// Whether somebody noticed.
    pub fn is_killed(self) -> bool {
        matches!(self, Self::Killed | Self::Upset | Self::Hangs)
    }
}

/// Says a line to whoever waits.
pub fn say(text: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout(), "{text}")?)
}

/// Cells that a mutant judges at most when others are picked.
const ENOUGH: usize = 8_000;

const USAGE: &str = "usage: songsinh-mutants oracle|twin [--anew], or songsinh-mutants pick [--more]";

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["pick"] => pick(false),
        ["pick", "--more"] => pick(true),
        ["oracle"] => judge(Set::Oracle, false),
        ["oracle", "--anew"] => judge(Set::Oracle, true),
        ["twin"] => judge(Set::Twin, false),
        ["twin", "--anew"] => judge(Set::Twin, true),
        _ => Err(Error::Said(USAGE.to_owned())),
    }
}

/// Picks the cells that the oracle's tests judge; with `more`, others beside them, for what an earlier run of `oracle`
/// left alive. `UPDATE=1` writes their verdicts then.
fn pick(more: bool) -> Result<(), Error> {
    let sources = Sources::read()?;
    let copy = Copy::make(&sources)?;
    let kept = kept(&sources, Set::Oracle)?;
    let alive = |number: &usize| !(more && kept.get(&sources.key(*number)).is_some());
    let numbers = sources.numbers(Set::Oracle).filter(|number| !copy.dropped.contains(number));
    let numbers: Vec<usize> = numbers.filter(alive).collect();
    let (agreement, picked) = histories::compare(&copy, &numbers, Some(ENOUGH))?;
    say(&format!("{} of {} mutants judge a cell otherwise", agreement.differ.len(), numbers.len()))?;
    histories::write_corpus(&picked, more)
}

/// What is known of the mutants of a set, for these sources.
fn kept(sources: &Sources, set: Set) -> Result<Kept, Error> {
    let mut stamp = DefaultHasher::new();
    for source in sources.files.iter().filter(|source| source.set == set) {
        (&source.name, without_tests(&source.text)).hash(&mut stamp);
    }
    Kept::open(&kept_file(set), stamp.finish())
}

fn kept_file(set: Set) -> PathBuf {
    Path::new("target/mutants").join(format!("{}.kept", set.as_str()))
}

/// A source without the tests at its end: they are no matter of what a mutant is.
fn without_tests(text: &str) -> &str {
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(text)
}

/// Runs every mutant of a set, and writes down what came of it.
fn judge(set: Set, anew: bool) -> Result<(), Error> {
    let sources = Sources::read()?;
    let copy = Copy::make(&sources)?;
    if anew && kept_file(set).exists() {
        std::fs::remove_file(kept_file(set))?;
    }
    let mut kept = kept(&sources, set)?;
    let outcomes = match set {
        Set::Oracle => oracle::judge(&sources, &copy, &mut kept)?,
        Set::Twin => twin::judge(&sources, &copy, &mut kept)?,
    };
    let reasons = report::reasons()?;
    // What is said to be equivalent has to show it; of the others it is known that the tests have a gap.
    let left = outcomes.iter().filter(|one| !one.1.is_killed() && reasons.contains_key(&sources.describe(one.0)));
    let left: Vec<usize> = left.map(|one| one.0).collect();
    let agreement = match set {
        Set::Oracle if !left.is_empty() => Some(histories::compare(&copy, &left, None)?.0),
        _ => None,
    };
    report::write(set, &sources, &copy, &outcomes, &reasons, agreement.as_ref())
}

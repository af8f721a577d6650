//! The copy of the workspace that holds every mutant, and how it is built.
//!
//! What does not compile is found by the places of the compiler's complaints and dropped, round by round.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::sources::{Set, Sources};
use crate::{Error, say, write};

/// Where the copy lies.
pub const COPY: &str = "target/mutants/copy";
const MOST_ROUNDS: usize = 25;
/// As optimised as what is shipped, and as careful as what is tested.
const PROFILE: &str = "\n[profile.mutants]\ninherits = \"release\"\noverflow-checks = true\ndebug-assertions = true\n";

/// A mutant may be nonsense that the compiler sees through.
const LINTS: &str = "warnings = \"allow\"\narithmetic_overflow = \"allow\"\nunconditional_panic = \"allow\"\n";

/// The copy. Its programs are built when they are asked for.
pub struct Copy {
    /// Mutants that do not compile.
    pub dropped: BTreeSet<usize>,
}

impl Copy {
    /// Copies the workspace and writes the mutants into it.
    pub fn make(sources: &Sources) -> Result<Self, Error> {
        copy_workspace(sources)?;
        Ok(Self { dropped: compile(sources)? })
    }
    /// The whole program.
    pub fn program(&self) -> Result<PathBuf, Error> {
        let said = built(&["build", "--profile", "mutants", "-p", "songsinh-cli"])?;
        executables(&said, "songsinh")?.pop().ok_or_else(|| nothing("the program"))
    }
    /// What judges recorded cells by many mutants.
    pub fn picker(&self) -> Result<PathBuf, Error> {
        let said = built(&["build", "--profile", "mutants", "-p", "songsinh-oracle", "--example", "picker"])?;
        executables(&said, "picker")?.pop().ok_or_else(|| nothing("the picker"))
    }
    /// The oracle's tests: those inside of it and those beside it.
    pub fn tests(&self) -> Result<Vec<PathBuf>, Error> {
        let said = built(&["test", "--no-run", "--profile", "mutants", "-p", "songsinh-oracle"])?;
        let mut tests = executables(&said, "songsinh_oracle")?;
        tests.extend(executables(&said, "it")?);
        if tests.len() == 2 { Ok(tests) } else { Err(nothing("a program of tests")) }
    }
}

fn nothing(what: &str) -> Error {
    Error::Said(format!("{what} of the copy in {COPY} is not built"))
}

fn copy_workspace(sources: &Sources) -> Result<(), Error> {
    for folder in ["sim", "load", "reports", "scenarios", "benches"] {
        mirror(Path::new(folder), sources)?;
    }
    std::fs::copy("Cargo.lock", Path::new(COPY).join("Cargo.lock"))?;
    // What mutants look like is no matter of lints.
    let manifest = std::fs::read_to_string("Cargo.toml")?;
    let (head, rest) = manifest
        .split_once("[workspace.lints.rust]")
        .and_then(|(head, rest)| Some((head, rest.split_once("[profile.dev]")?.1)))
        .ok_or_else(|| Error::Said("Cargo.toml has no lints before its profiles".to_owned()))?;
    let text = format!("{head}[workspace.lints.rust]\n{LINTS}\n[profile.dev]{rest}{PROFILE}");
    Ok(std::fs::write(Path::new(COPY).join("Cargo.toml"), text)?)
}

/// Makes a folder of the copy like the workspace's. What is the same keeps its time, so that it is not built again; what
/// is mutated is written later.
fn mirror(folder: &Path, sources: &Sources) -> Result<(), Error> {
    let copy = Path::new(COPY).join(folder);
    std::fs::create_dir_all(&copy)?;
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, to) = (entry.path(), copy.join(entry.file_name()));
        names.insert(entry.file_name());
        if path.is_dir() {
            mirror(&path, sources)?;
            continue;
        }
        let bytes = std::fs::read(&path)?;
        let mutated = to.exists() && is_mutated(sources, &path);
        if !mutated && std::fs::read(&to).ok().as_ref() != Some(&bytes) {
            std::fs::write(&to, bytes)?;
        }
    }
    for entry in std::fs::read_dir(&copy)? {
        let entry = entry?;
        match names.contains(&entry.file_name()) {
            true => {}
            false if entry.path().is_dir() => std::fs::remove_dir_all(entry.path())?,
            false => std::fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

fn is_mutated(sources: &Sources, path: &Path) -> bool {
    sources.files.iter().any(|file| Path::new(&file.name) == path)
        || Set::ALL.iter().any(|set| path == Path::new(set.krate()).join("src/lib.rs"))
}

/// Writes the copy and drops what does not compile, until it does.
fn compile(sources: &Sources) -> Result<BTreeSet<usize>, Error> {
    let mut dropped = BTreeSet::new();
    for round in 1..=MOST_ROUNDS {
        let written = written(sources, &dropped)?;
        let output = cargo(&["check", "-p", "songsinh-oracle", "-p", "songsinh-national"])?;
        let said = String::from_utf8_lossy(&output.stdout);
        let (mut errors, before) = (0_usize, dropped.len());
        for line in said.lines().filter(|line| line.contains("\"compiler-message\"")) {
            let message: serde_json::Value = serde_json::from_str(line)?;
            if message.pointer("/message/level").and_then(|level| level.as_str()) != Some("error") {
                continue;
            }
            errors += 1;
            dropped.extend(to_blame(&message, &written));
        }
        say(&format!("round {round}: {errors} complaints, {} of {} mutants dropped", dropped.len(), sources.count))?;
        if output.status.success() {
            return Ok(dropped);
        }
        if dropped.len() == before {
            return Err(Error::Said(format!("the copy in {COPY} does not compile and no mutant is to blame")));
        }
    }
    Err(Error::Said(format!("the copy in {COPY} does not compile after {MOST_ROUNDS} rounds")))
}

/// The text of each mutated file, written where it is another than what lies there.
fn written(sources: &Sources, dropped: &BTreeSet<usize>) -> Result<BTreeMap<String, String>, Error> {
    let mut written = BTreeMap::new();
    for source in &sources.files {
        let text = write::mutated(&source.text, &source.sites, source.first, &|number| dropped.contains(&number));
        written.insert(source.name.clone(), text);
    }
    for set in Set::ALL {
        let name = format!("{}/src/lib.rs", set.krate());
        let text = match written.remove(&name) {
            Some(text) => text,
            None => std::fs::read_to_string(&name)?,
        };
        let choice = include_str!("choice.rs.txt").replace("SITES", &sources.count.to_string());
        written.insert(name, text + &choice);
    }
    let picker = format!("{}/examples/picker.rs", Set::Oracle.krate());
    std::fs::create_dir_all(Path::new(COPY).join(Set::Oracle.krate()).join("examples"))?;
    written.insert(picker, include_str!("picker.rs.txt").to_owned());
    for (name, text) in &written {
        let path = Path::new(COPY).join(name);
        if std::fs::read_to_string(&path).ok().as_ref() != Some(text) {
            std::fs::write(path, text)?;
        }
    }
    Ok(written)
}

/// The mutants that a complaint is about: by its main place, else by any other place that it names.
fn to_blame(message: &serde_json::Value, written: &BTreeMap<String, String>) -> BTreeSet<usize> {
    let list = |value: &'_ serde_json::Value| value.get("spans").and_then(|spans| spans.as_array()).cloned();
    let Some(said) = message.get("message") else { return BTreeSet::new() };
    let own = list(said).unwrap_or_default();
    let (main, other): (Vec<_>, Vec<_>) =
        own.into_iter().partition(|span| span.get("is_primary") == Some(&true.into()));
    let children = said.get("children").and_then(|children| children.as_array()).cloned().unwrap_or_default();
    let children: Vec<_> = children.iter().filter_map(list).flatten().collect();
    let of = |spans: &[serde_json::Value]| {
        let mut found = BTreeSet::new();
        for span in spans {
            let name = span.get("file_name").and_then(|name| name.as_str()).unwrap_or("");
            let byte = |key| span.get(key).and_then(serde_json::Value::as_u64).and_then(|n| usize::try_from(n).ok());
            if let (Some(text), Some(start), Some(end)) = (written.get(name), byte("byte_start"), byte("byte_end")) {
                found.extend(write::blamed(text, start, end));
            }
        }
        found
    };
    [main, other, children].iter().map(|spans| of(spans)).find(|found| !found.is_empty()).unwrap_or_default()
}

/// What cargo says, whether or not the copy compiles.
fn cargo(arguments: &[&str]) -> Result<std::process::Output, Error> {
    let mut command = Command::new("cargo");
    command.args(arguments).args(["--locked", "--message-format=json"]);
    Ok(command.current_dir(COPY).env("CARGO_TARGET_DIR", "../target").stderr(Stdio::piped()).output()?)
}

/// What cargo says of a build that must succeed.
fn built(arguments: &[&str]) -> Result<String, Error> {
    let output = cargo(arguments)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Error::Said(format!("the copy in {COPY} is not built: {said}")))
}

/// Where cargo says that the executables of this target lie.
fn executables(said: &str, target: &str) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for line in said.lines().filter(|line| line.contains("\"compiler-artifact\"")) {
        let message: serde_json::Value = serde_json::from_str(line)?;
        if message.pointer("/target/name").and_then(|name| name.as_str()) == Some(target)
            && let Some(path) = message.get("executable").and_then(|path| path.as_str())
        {
            found.push(PathBuf::from(path).canonicalize()?);
        }
    }
    Ok(found)
}

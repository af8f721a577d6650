//! Recorded histories, judged by mutants of the oracle and by the original: runs in virtual time of every shipped
//! scenario at the plain twin, of the shortest one at every misbehaviour, and of two at every other right twin. A survivor
//! that judges one of them otherwise is no equivalent. From the same histories the cells are picked that the oracle's tests
//! judge (`load/oracle/tests/recorded`).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use songsinh_contract::{CellFacts, CellId, Observation, PhoneNumber, SmsEvent};
use songsinh_record::{Frame, Reader, RunFooter, RunHeader, Writer};

use crate::copy::Copy;
use crate::run::{Mutant, run, side_by_side};
use crate::{Error, say};

/// Where records are made.
const FOLDER: &str = "target/mutants/histories";
/// Where the cells that tests judge are put.
const CORPUS: &str = "load/oracle/tests/recorded";
/// Histories that a survivor has to agree on.
const WANTED: u64 = 100_000;
const SHORTEST: &str = "scenarios/smoke.yaml";
/// The one that plays every twist often.
const DENSEST: &str = "scenarios/attack-day.yaml";

/// What came of the comparison.
pub struct Agreement {
    /// How many histories each mutant judged, or until it judged one otherwise.
    pub histories: u64,
    /// Mutants that judge one of them otherwise.
    pub differ: BTreeSet<usize>,
}

/// Judges all histories by each of these mutants, and keeps the names of the smallest cells that some judge otherwise.
/// With `most`, each mutant judges at most so many of the cells that reach it.
pub fn compare(copy: &Copy, numbers: &[usize], most: Option<usize>) -> Result<(Agreement, BTreeSet<String>), Error> {
    let histories = records(copy)?;
    say(&format!("{histories} recorded histories"))?;
    if histories < WANTED {
        return Err(Error::Said(format!("{histories} histories are too few: {WANTED} are wanted")));
    }
    let picker = copy.picker()?;
    let most = most.unwrap_or(usize::MAX).to_string();
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    let mut outcomes: BTreeMap<usize, bool> = BTreeMap::new();
    loop {
        let left: Vec<String> =
            numbers.iter().filter(|number| !outcomes.contains_key(number)).map(ToString::to_string).collect();
        if left.is_empty() {
            break;
        }
        std::fs::write(at("numbers"), left.join("\n"))?;
        std::fs::write(at("outcomes"), "")?;
        picked_until_stuck(&picker, &[&at("picked"), &at("numbers"), &at("outcomes")], &most)?;
        let before = outcomes.len();
        for line in std::fs::read_to_string(at("outcomes"))?.lines() {
            let Some((number, said)) = line.split_once(' ') else { continue };
            // One that hangs or takes the process with it is begun and never done.
            outcomes.insert(number.parse().unwrap_or(usize::MAX), said != "agrees");
        }
        say(&format!("{} of {} mutants compared", outcomes.len(), numbers.len()))?;
        if outcomes.len() == before {
            return Err(Error::Said("the comparison does not get on".to_owned()));
        }
    }
    let differ = outcomes.into_iter().filter(|(_, differs)| *differs).map(|(number, _)| number).collect();
    let picked = std::fs::read_to_string(at("picked")).unwrap_or_default().lines().map(str::to_owned).collect();
    Ok((Agreement { histories, differ }, picked))
}

/// Runs the picker until it is done, or until nothing came of a mutant for long.
fn picked_until_stuck(picker: &Path, files: &[&PathBuf; 3], most: &str) -> Result<(), Error> {
    const LOADING: u32 = 600;
    const PATIENCE: u32 = 60;
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 16000000; exec \"$0\" \"$@\""]).arg(picker);
    command.arg(FOLDER).args(files).arg(most);
    let [_, _, outcomes] = files;
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let (mut length, mut idle) = (0, 0);
    loop {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_secs(1));
        let now = std::fs::metadata(outcomes)?.len();
        idle = if now == length { idle + 1 } else { 0 };
        length = now;
        if idle > if now == 0 { LOADING } else { PATIENCE } {
            child.kill()?;
            child.wait()?;
            return Ok(());
        }
    }
}

/// Makes the records by the copy with no mutant on, unless they are there. Returns how many histories they hold.
fn records(copy: &Copy) -> Result<u64, Error> {
    let stamp = Path::new(FOLDER).join("histories");
    if let Some(count) = std::fs::read_to_string(&stamp).ok().and_then(|text| text.trim().parse().ok()) {
        return Ok(count);
    }
    let program = copy.program()?;
    let misbehaviours = named(&program, "--list-misbehaviours")?;
    // The long scenarios give most histories, the misbehaviours most kinds of them.
    let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
    for scenario in crate::twin::shipped()? {
        for seed in ["1", "2", "3"] {
            let how = vec![scenario.clone(), "--seed".to_owned(), seed.to_owned()];
            wanted.push((format!("{}-{seed}", stem(&scenario)), how));
        }
    }
    for name in misbehaviours {
        wanted.push((format!("smoke-{name}"), vec![SHORTEST.to_owned(), "--misbehave".to_owned(), name]));
    }
    // Other ways to be right: lost answers and messages, other choices of the rulebook.
    for name in named(&program, "--list-variants")? {
        for scenario in [SHORTEST, DENSEST] {
            let how = vec![scenario.to_owned(), "--variant".to_owned(), name.clone()];
            wanted.push((format!("{}-{name}", stem(scenario)), how));
        }
    }
    std::fs::create_dir_all(FOLDER)?;
    let mut histories = 0;
    side_by_side(
        &wanted,
        |(name, how)| made(&program, name, how),
        |_, count| {
            histories += count;
            Ok(())
        },
    )?;
    std::fs::write(stamp, histories.to_string())?;
    Ok(histories)
}

/// The names in a list that the twin prints.
fn named(program: &Path, list: &str) -> Result<Vec<String>, Error> {
    let said = Command::new(program).args(["twin", list]).output()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    Ok(said.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next().map(str::to_owned)).collect())
}

/// Makes a run, unless it is there. Returns how many cells it has: none, where the misbehaviour shows in real time only.
fn made(program: &Path, name: &str, how: &[String]) -> Result<u64, Error> {
    const LONGEST_MS: u64 = 600_000;
    /// The exit code of what cannot be asked for.
    const USAGE: i32 = 2;
    let folder = Path::new(FOLDER).join(name);
    let (out, rosters) = (folder.display().to_string(), format!("{FOLDER}/{name}/rosters"));
    let mut arguments = vec!["run"];
    arguments.extend(how.iter().map(String::as_str));
    arguments.extend(["--virtual", "--out", &out, "--rosters", &rosters]);
    if !folder.join("judgement.json").exists() {
        let ended = run(program, &arguments, Path::new("."), Mutant::None, LONGEST_MS)?;
        if ended.code == Some(USAGE) {
            return Ok(0);
        }
    }
    let judged: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(folder.join("judgement.json"))?)?;
    let cells = judged.pointer("/judgement/cells").and_then(serde_json::Value::as_u64);
    cells.ok_or_else(|| Error::Said(format!("{name}: no cells are counted")))
}

fn stem(path: &str) -> &str {
    Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or(path)
}

/// Writes the corpus that the oracle's tests judge: these cells, those under equal terms in one record; with `more`,
/// beside what is there.
pub fn write_corpus(picked: &BTreeSet<String>, more: bool) -> Result<(), Error> {
    let mut by_run: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for line in picked {
        if let Some((run, Ok(cell))) = line.split_once(' ').map(|(run, cell)| (run, cell.parse())) {
            by_run.entry(run).or_default().insert(cell);
        }
    }
    let mut groups: Vec<(RunHeader, Vec<Cell>)> = Vec::new();
    for (run, wanted) in by_run {
        let (header, cells) = cells(&Path::new(FOLDER).join(run).join("record.songsinh"), &wanted)?;
        match groups.iter_mut().find(|(other, _)| same_terms(other, &header)) {
            Some((_, all)) => all.extend(cells),
            None => groups.push((header, cells)),
        }
    }
    if !more {
        let _ = std::fs::remove_dir_all(CORPUS);
    }
    std::fs::create_dir_all(CORPUS)?;
    for (header, cells) in &groups {
        let name = stem(&header.scenario.path);
        let mut paths = (1..).map(|nth| PathBuf::from(CORPUS).join(format!("{name}-{nth}.songsinh")));
        let Some(path) = paths.find(|path| !path.exists()) else { continue };
        written(&path, header, cells)?;
        say(&format!("{}: {} cells", path.display(), cells.len()))?;
    }
    Ok(())
}

/// Whether the oracle judges both under the same numbers and circumstances.
fn same_terms(one: &RunHeader, other: &RunHeader) -> bool {
    let terms = |header: &RunHeader| (header.rulebook.clone(), header.terms.clone(), header.day, header.origin);
    terms(one) == terms(other)
}

#[derive(Default)]
struct Cell {
    facts: Option<Box<CellFacts>>,
    seen: Vec<Observation>,
    messages: BTreeMap<u64, SmsEvent>,
}

fn record_error(path: &Path, error: &songsinh_record::RecordError) -> Error {
    Error::Said(format!("{}: {error}", path.display()))
}

fn cells(path: &Path, wanted: &BTreeSet<u64>) -> Result<(RunHeader, Vec<Cell>), Error> {
    let mut reader = Reader::open(path).map_err(|error| record_error(path, &error))?;
    let mut header = reader.header().clone();
    // What is played and how is no matter of a cell's judgement; its texts would only make the file larger.
    header.scenario.text = String::new();
    header.profile.text = String::new();
    let (mut found, mut phones) = (BTreeMap::<CellId, Cell>::new(), HashMap::<PhoneNumber, CellId>::new());
    for frame in reader.by_ref() {
        match frame.map_err(|error| record_error(path, &error))? {
            Frame::Cell(facts) if wanted.contains(&facts.cell.0) => {
                phones.extend(facts.phones.iter().map(|phone| (*phone, facts.cell)));
                let cell = facts.cell;
                found.entry(cell).or_default().facts = Some(facts);
            }
            Frame::Observation(seen) if wanted.contains(&seen.cell.0) => {
                found.entry(seen.cell).or_default().seen.push(*seen);
            }
            Frame::Sms(event) => {
                if let Some(cell) = phones.get(&event.to).and_then(|cell| found.get_mut(cell)) {
                    cell.messages.insert(event.id, event);
                }
            }
            _ => {}
        }
    }
    Ok((header, found.into_values().collect()))
}

fn written(path: &Path, header: &RunHeader, cells: &[Cell]) -> Result<(), Error> {
    let failed = |error| record_error(path, &error);
    let mut writer = Writer::create(path, header).map_err(failed)?;
    for cell in cells {
        let Some(facts) = &cell.facts else { continue };
        writer.write(&Frame::Cell(facts.clone())).map_err(failed)?;
        let mut seen = cell.seen.clone();
        seen.sort_by_key(|seen| seen.seq);
        for one in seen {
            writer.write(&Frame::Observation(Box::new(one))).map_err(failed)?;
        }
        for message in cell.messages.values() {
            writer.write(&Frame::Sms(message.clone())).map_err(failed)?;
        }
        writer.write(&Frame::CellClosed(facts.cell)).map_err(failed)?;
    }
    writer.finish(RunFooter::default()).map_err(failed)?;
    Ok(())
}

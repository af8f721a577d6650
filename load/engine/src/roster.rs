//! The roster: who was used at a target, so that tomorrow's run takes other people.
//!
//! An append-only file of JSON lines per (target, population). Invariants: a slice of people is written and synced
//! before the first of them is used, so a crash wastes people but never uses them twice; a torn last line is ignored,
//! any other damage is an error with its line.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use songsinh_contract::{CitizenIndex, Level};

/// What a person has at the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Who.
    pub person: CitizenIndex,
    /// Level of the account.
    pub level: Level,
    /// Whether it is active on a device.
    pub active: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Entry {
    Slice { run: String, from: u64, to: u64 },
    Person(Standing),
}

/// Why a roster cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RosterError {
    /// The file cannot be read or written.
    #[error("roster {path}: {error}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A line is no roster entry.
    #[error("roster {path}, line {line}: not a roster entry ({error}); delete the line, or the file to start anew")]
    Line {
        /// Which file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        error: serde_json::Error,
    },
}

/// An open roster.
#[derive(Debug)]
pub struct Roster {
    path: PathBuf,
    file: File,
    next: u64,
    runs: u64,
    people: u64,
}

impl Roster {
    /// Opens the roster at `path`, or begins one.
    ///
    /// # Errors
    /// When it cannot be read, or a line other than a torn last one is damaged.
    pub fn open(path: &Path) -> Result<Self, RosterError> {
        let io = |error| RosterError::Io { path: path.to_owned(), error };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(io)?;
        let (mut next, mut runs, mut people) = (0, 0, 0);
        let mut whole_bytes = 0;
        let mut reader = BufReader::new(&file);
        let mut text = String::new();
        for line in 1.. {
            text.clear();
            let bytes = reader.read_line(&mut text).map_err(io)?;
            // The last line of a file that a crash cut short has no end: what it would have said is lost.
            if bytes == 0 || !text.ends_with('\n') {
                break;
            }
            whole_bytes += bytes as u64;
            match serde_json::from_str(text.trim_end()) {
                Ok(Entry::Slice { to, .. }) => {
                    next = next.max(to);
                    runs += 1;
                }
                Ok(Entry::Person(_)) => people += 1,
                Err(error) => return Err(RosterError::Line { path: path.to_owned(), line, error }),
            }
        }
        file.set_len(whole_bytes).map_err(io)?;
        Ok(Self { path: path.to_owned(), file, next, runs, people })
    }
    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// The first place in the order of people that no run has used.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }
    /// How many runs it holds.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.runs
    }
    /// How many people it knows something of.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.people
    }
    /// Takes the people of `from .. to` for a run; on the disk before it returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn take(&mut self, run: &str, from: u64, to: u64) -> Result<(), RosterError> {
        self.append(&[Entry::Slice { run: run.to_owned(), from, to }])?;
        self.file.sync_data().map_err(|error| RosterError::Io { path: self.path.clone(), error })?;
        self.next = self.next.max(to);
        self.runs += 1;
        Ok(())
    }
    /// Notes what people have.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(&mut self, standings: Vec<Standing>) -> Result<(), RosterError> {
        self.people += standings.len() as u64;
        let entries: Vec<Entry> = standings.into_iter().map(Entry::Person).collect();
        self.append(&entries)
    }
    fn append(&mut self, entries: &[Entry]) -> Result<(), RosterError> {
        let mut text = String::new();
        for entry in entries {
            let line = serde_json::to_string(entry).unwrap_or_default();
            text.push_str(&line);
            text.push('\n');
        }
        self.file.write_all(text.as_bytes()).map_err(|error| RosterError::Io { path: self.path.clone(), error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_and_people_survive_and_a_torn_line_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/roster.jsonl");
        let mut roster = Roster::open(&path).unwrap();
        roster.take("one", 0, 120).unwrap();
        roster.note(vec![Standing { person: CitizenIndex(7), level: Level::One, active: true }]).unwrap();
        drop(roster);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"slice\":{\"ru").unwrap();
        let mut roster = Roster::open(&path).unwrap();
        assert_eq!((roster.next(), roster.runs(), roster.people()), (120, 1, 1));
        roster.take("two", 120, 150).unwrap();
        drop(roster);
        let roster = Roster::open(&path).unwrap();
        assert_eq!((roster.next(), roster.runs()), (150, 2));
        std::fs::write(&path, "{\"slice\":{\"run\":\"one\",\"from\":0,\"to\":1}}\nnonsense\n").unwrap();
        let error = Roster::open(&path).unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
    }
}

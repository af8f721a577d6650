//! The roster: who was used at a target, so that tomorrow's run takes other people.
//!
//! An append-only file of JSON lines per (target, population). Each province has its own order of people, and the roster
//! keeps the next unused place of each, so that a run in one province says nothing about another. Invariants: a slice of
//! people is written and synced before the first of them is used, so a crash wastes people but never uses them twice;
//! one program at a time holds the file; a torn last line is ignored, any other damage is an error with its line.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use songsinh_contract::{CitizenIndex, Level, Standing as Account};

/// What a person has at the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// Who.
    pub person: CitizenIndex,
    /// Level of the account.
    pub level: Level,
    /// Whether it is active on a device.
    pub active: bool,
    /// The account as the last story left it, from which the person can be put on the stage again; none: it is not
    /// certain how it stands. Secrets are digests here: the person's own follow from the world's seed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Box<Account>>,
}

/// A province by its GSO code, two digits in the file: `"08"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProvinceCode(pub u16);

impl TryFrom<String> for ProvinceCode {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("«{text}» is no code of a province"))
    }
}

impl From<ProvinceCode> for String {
    fn from(code: ProvinceCode) -> Self {
        format!("{:02}", code.0)
    }
}

/// Places in the order of a province's people, `from` included, `to` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first place.
    pub from: u64,
    /// The first place behind.
    pub to: u64,
}

/// People on one line at the most.
const MOST_OF_A_LINE: usize = 1_000;

/// The people that a run takes, by province.
pub type Slice = BTreeMap<ProvinceCode, Span>;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Entry {
    /// The people among whom the canary was found.
    Canary {
        run: String,
        provinces: Slice,
    },
    /// The people of a whole run.
    Slice {
        run: String,
        provinces: Slice,
    },
    Person(Standing),
    /// People with an account whom a run takes: until it says how it left them, nothing of them is certain.
    Taken {
        run: String,
        people: Vec<CitizenIndex>,
    },
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
    /// Another program holds it.
    #[error(
        "another run uses the roster {path}; wait for it, or give this run a folder of its own with --rosters if its \
         target is another system"
    )]
    InUse {
        /// Which file.
        path: PathBuf,
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

/// An open roster. The file is locked as long as this lives.
#[derive(Debug)]
pub struct Roster {
    path: PathBuf,
    file: File,
    bytes: u64,
    next: BTreeMap<ProvinceCode, u64>,
    runs: u64,
    people: u64,
    known: BTreeMap<CitizenIndex, Account>,
}

impl Roster {
    /// Opens the roster at `path`, or begins one.
    ///
    /// # Errors
    /// When it cannot be read, another program holds it, or a line other than a torn last one is damaged.
    pub fn open(path: &Path) -> Result<Self, RosterError> {
        let io = |error| RosterError::Io { path: path.to_owned(), error };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(io)?;
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(io)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => RosterError::InUse { path: path.to_owned() },
            TryLockError::Error(error) => io(error),
        })?;
        // The name of a file lies in its folder: without this a crash could take a new roster away, slices and all.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(io)?;
        let (next, known) = (BTreeMap::new(), BTreeMap::new());
        let mut roster = Self { path: path.to_owned(), file, bytes: 0, next, runs: 0, people: 0, known };
        roster.read()?;
        Ok(roster)
    }
    fn read(&mut self) -> Result<(), RosterError> {
        let path = self.path.clone();
        let io = |error| RosterError::Io { path: path.clone(), error };
        let mut reader = BufReader::new(self.file.try_clone().map_err(io)?);
        let mut text = Vec::new();
        for line in 1.. {
            text.clear();
            reader.read_until(b'\n', &mut text).map_err(io)?;
            // The last line of a file that a crash cut short has no end: what it would have said is lost.
            if text.last() != Some(&b'\n') {
                break;
            }
            self.bytes += text.len() as u64;
            match serde_json::from_slice(&text) {
                Ok(entry) => self.hear(&entry),
                Err(error) => return Err(RosterError::Line { path: self.path.clone(), line, error }),
            }
        }
        self.file.set_len(self.bytes).map_err(io)
    }
    fn hear(&mut self, entry: &Entry) {
        match entry {
            Entry::Canary { provinces, .. } | Entry::Slice { provinces, .. } => {
                for (&province, span) in provinces {
                    let next = self.next.entry(province).or_default();
                    *next = span.to.max(*next);
                }
            }
            Entry::Person(Standing { person, account, .. }) => {
                self.people += 1;
                match account {
                    Some(account) => _ = self.known.insert(*person, Account::clone(account)),
                    None => _ = self.known.remove(person),
                }
            }
            Entry::Taken { people, .. } => people.iter().for_each(|person| _ = self.known.remove(person)),
        }
        self.runs += u64::from(matches!(entry, Entry::Slice { .. }));
    }
    /// Where it lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
    /// The first place in the order of each province's people that no run has used; 0 for a province not named.
    #[must_use]
    pub fn next(&self) -> &BTreeMap<ProvinceCode, u64> {
        &self.next
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
    /// The accounts that are known for certain.
    #[must_use]
    pub fn known(&self) -> &BTreeMap<CitizenIndex, Account> {
        &self.known
    }
    /// Takes people with known accounts for a run, which may change them; on the disk before it returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn take_known(&mut self, run: &str, people: Vec<CitizenIndex>) -> Result<(), RosterError> {
        let entries = people.chunks(MOST_OF_A_LINE);
        let entries = entries.map(|people| Entry::Taken { run: run.to_owned(), people: people.to_vec() });
        self.append(&entries.collect::<Vec<_>>(), true)
    }
    /// Takes the few people among whom the canary was found; on the disk before it returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn take_canary(&mut self, run: &str, provinces: Slice) -> Result<(), RosterError> {
        self.append(&[Entry::Canary { run: run.to_owned(), provinces }], true)
    }
    /// Takes people for a run; on the disk before it returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn take(&mut self, run: &str, provinces: Slice) -> Result<(), RosterError> {
        self.append(&[Entry::Slice { run: run.to_owned(), provinces }], true)
    }
    /// Notes what people have.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(&mut self, standings: Vec<Standing>) -> Result<(), RosterError> {
        let entries: Vec<Entry> = standings.into_iter().map(Entry::Person).collect();
        self.append(&entries, false)
    }
    fn append(&mut self, entries: &[Entry], synced: bool) -> Result<(), RosterError> {
        let mut text = String::new();
        for entry in entries {
            let line = serde_json::to_string(entry).unwrap_or_default();
            text.push_str(&line);
            text.push('\n');
        }
        let written = self.file.write_all(text.as_bytes());
        if let Err(error) = written.and_then(|()| if synced { self.file.sync_data() } else { Ok(()) }) {
            // Half a line in the middle would be damage; nothing is to follow it.
            let _ = self.file.set_len(self.bytes);
            return Err(RosterError::Io { path: self.path.clone(), error });
        }
        self.bytes += text.len() as u64;
        entries.iter().for_each(|entry| self.hear(entry));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use songsinh_contract::Digest;

    const TUYEN_QUANG: ProvinceCode = ProvinceCode(8);
    const HA_NOI: ProvinceCode = ProvinceCode(1);

    fn slice(province: ProvinceCode, from: u64, to: u64) -> Slice {
        Slice::from([(province, Span { from, to })])
    }
    fn append(path: &Path, bytes: &[u8]) {
        OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
    }

    #[test]
    fn slices_and_people_survive_and_a_torn_line_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/roster.jsonl");
        let mut roster = Roster::open(&path).unwrap();
        roster.take("one", slice(TUYEN_QUANG, 0, 120)).unwrap();
        roster
            .note(vec![Standing { person: CitizenIndex(7), level: Level::One, active: true, account: None }])
            .unwrap();
        drop(roster);
        // Torn within a word, and within a letter.
        let torn: [&[u8]; 2] = [b"{\"slice\":{\"ru", "{\"slice\":{\"run\":\"Tuyê".as_bytes()];
        for end in torn {
            append(&path, &end[..end.len() - 1]);
            let roster = Roster::open(&path).unwrap();
            assert_eq!((roster.next()[&TUYEN_QUANG], roster.runs(), roster.people()), (120, 1, 1));
        }
        let mut roster = Roster::open(&path).unwrap();
        roster.take("two", slice(TUYEN_QUANG, 120, 150)).unwrap();
        drop(roster);
        let roster = Roster::open(&path).unwrap();
        assert_eq!((roster.next()[&TUYEN_QUANG], roster.runs()), (150, 2));
        drop(roster);
        append(&path, b"\xff nonsense\n");
        let error = Roster::open(&path).unwrap_err().to_string();
        assert!(error.contains("line 4"), "{error}");
    }

    #[test]
    fn each_province_has_its_own_next_place_and_a_canary_is_no_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roster.jsonl");
        let mut roster = Roster::open(&path).unwrap();
        roster.take_canary("one", slice(HA_NOI, 0, 3)).unwrap();
        assert_eq!((roster.next()[&HA_NOI], roster.runs()), (3, 0));
        roster.take("one", slice(TUYEN_QUANG, 0, 50)).unwrap();
        drop(roster);
        let roster = Roster::open(&path).unwrap();
        assert_eq!(roster.next(), &BTreeMap::from([(HA_NOI, 3), (TUYEN_QUANG, 50)]));
        assert_eq!(roster.runs(), 1);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(r#"{"slice":{"run":"one","provinces":{"08":{"from":0,"to":50}}}}"#), "{text}");
    }

    #[test]
    fn a_person_whom_a_run_took_is_known_again_when_it_says_how_it_left_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roster.jsonl");
        let phone = "0912345678".parse().unwrap();
        let account = Account { phone, level: Level::App, password: Some(Digest(7)), bound: None };
        let person = CitizenIndex(7);
        let left = |account| Standing { person, level: Level::App, active: false, account };
        let known = |path: &Path| Roster::open(path).unwrap().known().get(&person).cloned();
        Roster::open(&path).unwrap().note(vec![left(Some(Box::new(account.clone())))]).unwrap();
        assert_eq!(known(&path), Some(account.clone()));
        Roster::open(&path).unwrap().take_known("two", vec![person]).unwrap();
        assert_eq!(known(&path), None, "a run that crashes leaves nothing certain");
        Roster::open(&path).unwrap().note(vec![left(Some(Box::new(account.clone())))]).unwrap();
        assert_eq!(known(&path), Some(account));
        Roster::open(&path).unwrap().note(vec![left(None)]).unwrap();
        assert_eq!(known(&path), None);
    }

    #[test]
    fn entries_of_earlier_versions_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roster.jsonl");
        std::fs::write(&path, "{\"person\":{\"person\":7,\"level\":\"one\",\"active\":true}}\n").unwrap();
        assert_eq!(Roster::open(&path).unwrap().people(), 1);
    }

    #[test]
    fn one_run_at_a_time_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roster.jsonl");
        let roster = Roster::open(&path).unwrap();
        let error = Roster::open(&path).unwrap_err();
        assert!(error.to_string().contains("another run uses the roster"), "{error}");
        drop(roster);
        assert!(Roster::open(&path).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_bearable(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("roster.jsonl");
            std::fs::write(&path, &bytes).unwrap();
            let whole = bytes.contains(&b'\n');
            prop_assert_eq!(Roster::open(&path).is_err(), whole);
        }
    }
}

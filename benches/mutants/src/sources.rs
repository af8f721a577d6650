//! The files that are mutated, with every mutant of them. Mutants are numbered through all files.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::sites::{self, Form, Site};

/// Whose mutants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Everything that the oracle consists of.
    Oracle,
    /// The rule files of the built-in twin.
    Twin,
}

impl Set {
    /// All sets, in the order of their numbers.
    pub const ALL: [Set; 2] = [Set::Oracle, Set::Twin];
    /// What the command line and the files call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Oracle => "oracle",
            Self::Twin => "twin",
        }
    }
    /// The crate's folder.
    pub fn krate(self) -> &'static str {
        match self {
            Self::Oracle => "load/oracle",
            Self::Twin => "sim/national",
        }
    }
    fn folder(self) -> &'static str {
        match self {
            Self::Oracle => "load/oracle/src",
            Self::Twin => "sim/national/src/rules",
        }
    }
}

/// A source file with its sites; the first has the number `first`.
pub struct Source {
    /// Whose.
    pub set: Set,
    /// Its path from the root of the workspace.
    pub name: String,
    /// What is in it.
    pub text: String,
    /// Where it can be mutated.
    pub sites: Vec<Site>,
    /// Number of its first site.
    pub first: usize,
}

/// All files, and how many mutants they have.
pub struct Sources {
    /// In the order of their numbers.
    pub files: Vec<Source>,
    /// The number behind the last.
    pub count: usize,
}

impl Sources {
    /// Reads them from the workspace.
    pub fn read() -> Result<Self, Error> {
        let (mut files, mut first) = (Vec::new(), 0);
        for set in Set::ALL {
            for path in rust_files(Path::new(set.folder()))? {
                let text = std::fs::read_to_string(&path)?;
                let sites = sites::of(&text)?;
                let next = first + sites.len();
                files.push(Source { set, name: path.display().to_string(), text, sites, first });
                first = next;
            }
        }
        Ok(Self { files, count: first })
    }
    /// The numbers of a set.
    pub fn numbers(&self, set: Set) -> impl Iterator<Item = usize> {
        self.files.iter().filter(move |file| file.set == set).flat_map(|file| file.first..file.first + file.sites.len())
    }
    /// What a mutant is, without its line, as reasons name it: file, function, change; and which of them, where a function
    /// has several of the same words.
    pub fn describe(&self, number: usize) -> String {
        let Some((source, site)) = self.place(number) else { return String::new() };
        let text = described(source, site);
        let before = (source.first..number)
            .filter(|other| self.place(*other).is_some_and(|(_, site)| described(source, site) == text));
        match before.count() {
            0 => text,
            nth => format!("{text} ({})", nth + 1),
        }
    }
    /// The file and line of a mutant.
    pub fn line(&self, number: usize) -> String {
        self.place(number).map(|(source, site)| format!("{}:{}", source.name, site.line)).unwrap_or_default()
    }
    /// What names a mutant in what is kept.
    pub fn key(&self, number: usize) -> String {
        format!("{} {}", self.line(number), self.describe(number))
    }
    fn place(&self, number: usize) -> Option<(&Source, &Site)> {
        let source = self.files.iter().rfind(|source| source.first <= number)?;
        Some((source, source.sites.get(number - source.first)?))
    }
}

fn described(source: &Source, site: &Site) -> String {
    const LONGEST: usize = 100;
    let flat = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() <= LONGEST {
            return text;
        }
        format!("{} …", text.chars().take(LONGEST).collect::<String>())
    };
    let before = flat(source.text.get(site.start..site.end).unwrap_or(""));
    let change = match site.form {
        Form::Body => format!("returns `{}` at once", site.after),
        Form::Deleted => format!("without `{before}`"),
        Form::Flipped => format!("not `{before}`"),
        Form::Expression => format!("`{before}` → `{}`", flat(&site.after)),
    };
    format!("{}, {}: {change}", source.name, site.function)
}

/// Rust files of a folder, sorted, test modules aside.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                found.extend(rust_files(&path)?);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

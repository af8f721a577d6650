//! Saved counterexamples: ordinary scenario files, replayed before anything new is tried.
//!
//! ```text
//! # Found with seed 17.
//! # Played by `songsinh run`, and first of all by `songsinh check`.
//! scenario: otp-expires-counterexample
//! ```
//!
//! Invariant: one whose steps are there already is not written again, whatever its seed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::CheckError;

/// The begin and the end of the line that names the seed.
const SEED: (&str, &str) = ("# Found with seed ", ".");

/// The scenario files of a folder, in the order of their names; none if there is no such folder.
///
/// # Errors
/// When it is there and cannot be read, or is no folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>, CheckError> {
    let saved = |error| CheckError::Saved { path: folder.to_owned(), error };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(saved)?,
    };
    let files: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut files = files.map_err(saved)?;
    files.retain(|path| path.extension().is_some_and(|ext| ext == "yaml"));
    files.sort();
    Ok(files)
}

/// The seed with which a saved scenario was found, if its first lines tell it.
pub(crate) fn seed(text: &str) -> Option<u64> {
    let comments = text.lines().take_while(|line| line.starts_with('#'));
    comments.filter_map(|line| line.strip_prefix(SEED.0)?.strip_suffix(SEED.1)?.parse().ok()).next()
}

/// What a file says beside its comments.
fn said(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

/// Writes a counterexample as `RULE-N.yaml`, with the first free N; one that is there already is kept.
pub(crate) fn write(folder: &Path, rule: &str, seed: u64, text: &str) -> Result<PathBuf, CheckError> {
    let io = |error| CheckError::Io { path: folder.to_owned(), error };
    std::fs::create_dir_all(folder).map_err(io)?;
    for number in 1..10_000 {
        let path = folder.join(format!("{rule}-{number}.yaml"));
        match std::fs::read_to_string(&path) {
            Ok(there) if said(&there).eq(said(text)) => return Ok(path),
            Ok(_) => {}
            Err(_) => {
                let text = format!("{}{seed}{}\n{text}", SEED.0, SEED.1);
                std::fs::write(&path, text).map_err(|error| CheckError::Io { path: path.clone(), error })?;
                return Ok(path);
            }
        }
    }
    Err(CheckError::File(format!("{} is full of counterexamples of {rule}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_is_read_back_and_the_same_steps_are_written_once() {
        let folder = tempfile::tempdir().unwrap();
        let text = "# Played.\nscenario: x\nmix: []\n";
        let first = write(folder.path(), "otp-expires", 17, text).unwrap();
        assert_eq!(seed(&std::fs::read_to_string(&first).unwrap()), Some(17));
        assert_eq!(write(folder.path(), "otp-expires", 18, text).unwrap(), first);
        let other = write(folder.path(), "otp-expires", 18, "scenario: y\n").unwrap();
        assert_eq!(files(folder.path()).unwrap(), [first.clone(), other]);
        assert_eq!(files(&folder.path().join("nowhere")).unwrap(), [] as [PathBuf; 0]);
        let refused = files(&first).unwrap_err().to_string();
        assert!(refused.starts_with(&first.display().to_string()) && refused.contains("a folder"), "{refused}");
        assert_eq!(seed("scenario: x\n# Found with seed 3.\n"), None);
    }
}

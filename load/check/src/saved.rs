//! Saved counterexamples: ordinary scenario files, replayed before anything new is tried.

use std::path::{Path, PathBuf};

use crate::error::CheckError;

/// The scenario files of a folder, in the order of their names; none if there is no such folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "yaml"));
    files.sort();
    files
}

/// Writes a counterexample as `RULE-N.yaml`, with the first free N; one whose steps are there already is kept.
pub(crate) fn write(folder: &Path, rule: &str, text: &str) -> Result<PathBuf, CheckError> {
    let io = |error| CheckError::Io { path: folder.to_owned(), error };
    std::fs::create_dir_all(folder).map_err(io)?;
    for number in 1..10_000 {
        let path = folder.join(format!("{rule}-{number}.yaml"));
        match std::fs::read_to_string(&path) {
            Ok(there) if there == text => return Ok(path),
            Ok(_) => {}
            Err(_) => {
                std::fs::write(&path, text).map_err(|error| CheckError::Io { path: path.clone(), error })?;
                return Ok(path);
            }
        }
    }
    Err(CheckError::File(format!("{} is full of counterexamples of {rule}", folder.display())))
}

//! Police officers at the counters: user names and passwords that the target and the harness both know.
//!
//! The built-in twin's are a function of the world's seed, so that a run finds those of a world that somebody else
//! started; a stranger's stand in a file that its profile names. Invariant: a file that is written here can be read by
//! its owner alone.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use songsinh_contract::{Chance, Purpose, Secret};
use songsinh_scenario::Officer;

/// The most officers of a built-in twin.
const MOST_OFFICERS: usize = 10_000;
const PASSES: Purpose = Purpose::named("officer.pass");

/// Why a twin cannot be told its officers.
#[derive(Debug, thiserror::Error)]
#[error("the list of officers {path} cannot be written: {error}")]
pub struct PassesError {
    /// Which file.
    path: PathBuf,
    /// What the system said.
    error: std::io::Error,
}

/// The officers of a built-in twin: a function of the world's seed; fewer are the beginning of more.
#[must_use]
pub fn officers_of(seed: u64, count: usize) -> Vec<Officer> {
    (0..count.min(MOST_OFFICERS))
        .map(|nth| {
            let mut chance = Chance::new(seed, PASSES, nth as u64);
            let (one, other) = (chance.bits(), chance.bits());
            let password = Secret::new(&format!("Cb!{one:016x}{other:016x}"));
            Officer { user: format!("cb{:05}", nth + 1).into(), password }
        })
        .collect()
}

/// Writes officers as CSV into a file that its owner alone can read.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn write_officers(path: &Path, officers: &[Officer]) -> Result<(), PassesError> {
    let failed = |error| PassesError { path: path.to_owned(), error };
    // A file that lies there already keeps its mode when it is opened: it is made anew.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    let mut text = "user,password\n".to_owned();
    for one in officers {
        text.push_str(&format!("{},{}\n", one.user, one.password.text().unwrap_or_default()));
    }
    file.write_all(text.as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn officers_belong_to_their_seed_and_reach_the_twin_in_a_private_file() {
        let officers = officers_of(7, 8);
        assert_eq!(officers_of(7, 3), officers[..3]);
        assert_ne!(officers_of(8, 8), officers);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("officers.csv");
        std::fs::write(&path, "somebody else's\n").unwrap();
        write_officers(&path, &officers).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = songsinh_national::read_officers(&path).unwrap();
        let read: Vec<_> = read.into_iter().map(|one| (one.user, one.password)).collect();
        assert_eq!(read, officers.into_iter().map(|one| (one.user, one.password)).collect::<Vec<_>>());
    }
}

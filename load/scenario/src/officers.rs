//! The police officers of a target: who may sit at its counters, from a CSV file that a profile names.
//!
//! Invariant: passwords stand in no plan and no message; a password in the file may be a reference to a secret.

use std::path::PathBuf;

use songsinh_contract::Secret;

use crate::profile::Profile;
use crate::secret::{SecretError, Secrets};

/// The largest file of officers, in bytes.
const FILE_MAX_BYTES: usize = 1024 * 1024;
/// How many officers one file may name.
const OFFICERS_MAX: usize = 10_000;
/// The longest user name, in bytes.
const USER_MAX_BYTES: usize = 128;

/// An officer whom the target knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// User name.
    pub user: Box<str>,
    /// Password.
    pub password: Secret,
}

/// Why the officers are not at hand. Passwords are never part of the message.
#[derive(Debug, thiserror::Error)]
pub enum OfficersError {
    /// The file cannot be read.
    #[error("the officers' file {path} cannot be read: {source}; give a CSV file of lines `user,password`")]
    NoFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds too much.
    #[error("the officers' file {path} is larger than {FILE_MAX_BYTES} bytes or names over {OFFICERS_MAX} officers")]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// A line is none of `user,password`.
    #[error("{path}:{line}: {why}; a line is `user,password`")]
    Line {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// A secret in the file, or in the file's name, is not at hand.
    #[error("{place}: {source}")]
    Secret {
        /// Where the reference stands.
        place: String,
        /// Why.
        source: SecretError,
    },
}

impl Profile {
    /// The officers that the profile's file names, in its order; none if it names no file. A path is looked up beside
    /// the profile.
    ///
    /// # Errors
    /// A file or secret that is not at hand, or a line that is none.
    pub fn officers(&self, secrets: &Secrets) -> Result<Vec<Officer>, OfficersError> {
        let Some(named) = &self.officers else { return Ok(Vec::new()) };
        let name = secrets
            .resolve(&named.file)
            .map_err(|source| OfficersError::Secret { place: "officers.file".to_owned(), source })?;
        let path = secrets.folder().join(name);
        let no_file = |source| OfficersError::NoFile { path: path.clone(), source };
        let size = std::fs::metadata(&path).map_err(no_file)?.len();
        if size > FILE_MAX_BYTES as u64 {
            return Err(OfficersError::TooLarge { path });
        }
        let text = std::fs::read_to_string(&path).map_err(no_file)?;
        read(&text, path, secrets)
    }
}

/// Reads the lines of a file. Blank lines, those that begin with `#` and a head `user,password` are passed over; the
/// password is all that stands behind the first comma.
fn read(text: &str, path: PathBuf, secrets: &Secrets) -> Result<Vec<Officer>, OfficersError> {
    let mut officers: Vec<Officer> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || line == "user,password" {
            continue;
        }
        let wrong = |why| OfficersError::Line { path: path.clone(), line: at + 1, why };
        let (user, password) = line.split_once(',').ok_or_else(|| wrong("no comma"))?;
        let (user, password) = (user.trim(), password.trim());
        if user.is_empty() || user.len() > USER_MAX_BYTES {
            return Err(wrong("no user name, or one of over 128 bytes"));
        }
        if password.is_empty() {
            return Err(wrong("no password"));
        }
        if !seen.insert(user.to_owned()) {
            return Err(wrong("this user stands above already"));
        }
        if officers.len() == OFFICERS_MAX {
            return Err(OfficersError::TooLarge { path });
        }
        let place = || format!("{}:{}", path.display(), at + 1);
        let password = secrets.resolve(password).map_err(|source| OfficersError::Secret { place: place(), source })?;
        officers.push(Officer { user: user.into(), password: Secret::new(&password) });
    }
    Ok(officers)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Result<Vec<Officer>, OfficersError> {
        read(text, "officers.csv".into(), &Secrets::beside(Path::new("p.yaml")).with("PIN", "s3cret,x"))
    }

    #[test]
    fn lines_are_read_and_secrets_looked_up() {
        let officers = of("user,password\n# counter 1\ncan-bo-1, Mat-Khau,1 \r\n\ncan-bo-2,${env:PIN}\n").unwrap();
        let texts: Vec<_> = officers.iter().map(|one| (&*one.user, one.password.text().unwrap())).collect();
        assert_eq!(texts, [("can-bo-1", "Mat-Khau,1"), ("can-bo-2", "s3cret,x")]);
    }

    #[test]
    fn a_wrong_line_is_named_without_its_password() {
        for (text, wanted) in [
            ("a,b\nhunter2", "officers.csv:2: no comma"),
            (",hunter2", "officers.csv:1: no user name"),
            ("a,", "officers.csv:1: no password"),
            ("a,hunter2\na,hunter2", "officers.csv:2: this user"),
            ("a,hunter2${env:NOT_SET_HERE}", "officers.csv:1: the environment variable NOT_SET_HERE"),
        ] {
            let error = of(text).unwrap_err().to_string();
            assert!(error.contains(wanted) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_profile_names_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.yaml");
        std::fs::write(folder.path().join("officers.csv"), "can-bo-1,x\n").unwrap();
        let text = "profile: p\nurls: {app: 'http://127.0.0.1:1'}\nanswers: [{status: 2xx, is: done}]\n\
                    operations: {}\nsms: {door: http, messages: []}\nofficers: {file: officers.csv}\n";
        let profile = Profile::parse(&path, text.as_bytes()).unwrap();
        assert_eq!(profile.officers(&Secrets::beside(&path)).unwrap().len(), 1);
        let error = profile.officers(&Secrets::beside(Path::new("elsewhere/p.yaml"))).unwrap_err();
        assert!(matches!(error, OfficersError::NoFile { .. }), "{error}");
    }

    proptest! {
        #[test]
        fn any_text_is_bearable(text in r"([a-z]{0,3}[,#${}:é ]{0,3}[a-z]{0,3}\n?){0,8}") {
            if let Ok(officers) = of(&text) {
                prop_assert!(officers.iter().all(|one| !one.user.is_empty()));
            }
        }
    }
}

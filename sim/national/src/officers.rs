//! The police officers at the counters: who may file level-2 applications and decide applications.
//!
//! Invariant: a list holds every user name once. Their passwords are a setting of the twin, never a record.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use songsinh_contract::Secret;

/// The most officers in a file.
const OFFICERS_MAX: usize = 100_000;
/// The largest file, in bytes.
const FILE_MAX_BYTES: u64 = 16 << 20;
/// The longest user name and password, in bytes.
const FIELD_MAX_BYTES: usize = 128;

/// A police officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// The user name.
    pub user: Box<str>,
    /// The password.
    pub password: Secret,
}

/// Why a file is no list of officers.
#[derive(Debug, thiserror::Error)]
pub enum OfficersError {
    /// It cannot be read.
    #[error("{}: the list of officers cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is wrong.
    #[error("{}:{line}: {why}; a list of officers is CSV: the line «user,password», then a line for each officer", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// It is larger than a list may be.
    #[error("{}: larger than {FILE_MAX_BYTES} bytes, which no list of officers is", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
}

/// Reads a list of officers: CSV in UTF-8, the first line `user,password`, then a line for each officer; empty lines
/// count nothing. No quotes: a user name holds no comma, a password may.
///
/// # Errors
/// When the file cannot be read or a line is wrong; the message names file and line.
pub fn read_officers(path: &Path) -> Result<Vec<Officer>, OfficersError> {
    let unreadable = |source| OfficersError::Read { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(unreadable)?.len() > FILE_MAX_BYTES {
        return Err(OfficersError::TooLarge { path: path.to_owned() });
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    parse(&text).map_err(|(line, why)| OfficersError::Line { path: path.to_owned(), line, why })
}

/// The officers of a text, or the number of the wrong line and what is wrong with it.
fn parse(text: &str) -> Result<Vec<Officer>, (usize, &'static str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim_end()));
    if lines.next().is_none_or(|(_, head)| head != "user,password") {
        return Err((1, "the first line is not «user,password»"));
    }
    let mut users = BTreeSet::new();
    let mut officers = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let (user, password) = line.split_once(',').ok_or((at, "no comma between user and password"))?;
        if user.is_empty() || password.is_empty() {
            return Err((at, "user or password is empty"));
        }
        if user.len() > FIELD_MAX_BYTES || password.len() > FIELD_MAX_BYTES {
            return Err((at, "user or password is longer than 128 bytes"));
        }
        if !users.insert(user) {
            return Err((at, "this user stands in the list already"));
        }
        if officers.len() == OFFICERS_MAX {
            return Err((at, "more than 100,000 officers"));
        }
        officers.push(Officer { user: user.into(), password: Secret::new(password) });
    }
    Ok(officers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_reads_back_and_a_wrong_line_is_named() {
        let officers = parse("user,password\r\nan-xa-1,Can-Bo-1!\n\nan-xa-2,a,b\n").unwrap();
        let told: Vec<_> = officers.iter().map(|one| (&*one.user, one.password.text().unwrap())).collect();
        assert_eq!(told, [("an-xa-1", "Can-Bo-1!"), ("an-xa-2", "a,b")]);
        assert_eq!(parse("user,password"), Ok(Vec::new()));
        for (text, line) in [
            ("", 1),
            ("name,password\na,b", 1),
            ("user,password\na", 2),
            ("user,password\na,b\n,b", 3),
            ("user,password\na,", 2),
            ("user,password\na,b\n\na,c", 4),
        ] {
            assert_eq!(parse(text).unwrap_err().0, line, "{text:?}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read_officers(Path::new("no/such/list.csv")).unwrap_err();
        assert!(error.to_string().starts_with("no/such/list.csv: the list of officers cannot be read"), "{error}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*|(user,password\n)?([a-c,\n]){0,40}") {
            if let Ok(officers) = parse(&text) {
                prop_assert!(officers.iter().all(|one| !one.user.is_empty()));
            }
        }
    }
}

//! References to secrets: `${env:NAME}`, `${file:PATH}`. Files keep the reference; the secret itself is looked up late
//! and appears in no plan, record or message.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::message::Message;
use crate::read::Findings;
use crate::yaml::Place;

/// A reference found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reference<'t> {
    Env(&'t str),
    File(&'t str),
}

/// Why a secret is not at hand. The secret itself is never part of the message.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, or not UTF-8.
    #[error("the environment variable {0} is not set: set it before the run")]
    NoVariable(String),
    /// The file cannot be read.
    #[error("the secret file {path} cannot be read: {source}")]
    NoFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds too much.
    #[error("the secret file {0} is larger than 64 KiB")]
    TooLarge(PathBuf),
    /// The text is not closed or names neither `env` nor `file`. Loading a file refuses this before.
    #[error("a reference to a secret is not of the form ${{env:NAME}} or ${{file:PATH}}")]
    Malformed,
}

const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Plain text before each reference, and the rest behind the last one.
type Parts<'t> = (Vec<(&'t str, Reference<'t>)>, &'t str);

/// Splits a text at its references; an error gives the one that is none.
fn split(text: &str) -> Result<Parts<'_>, &str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let inside = &rest[at + 2..];
        let end = inside.find('}').ok_or(&rest[at..])?;
        let whole = &rest[at..at + 2 + end + 1];
        let reference = match inside[..end].split_once(':') {
            Some(("env", name)) if is_variable(name) => Reference::Env(name),
            Some(("file", path)) if !path.trim().is_empty() => Reference::File(path),
            _ => return Err(whole),
        };
        parts.push((&rest[..at], reference));
        rest = &inside[end + 1..];
    }
    Ok((parts, rest))
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Adds an error for a reference that is none. True if all is well.
pub(crate) fn check_references(text: &str, place: &Place, findings: &mut Findings) -> bool {
    match split(text) {
        Ok(_) => true,
        Err(given) => {
            findings.add(place, Message::Secret { given: given.to_owned() });
            false
        }
    }
}

/// Looks secrets up.
#[derive(Debug, Clone)]
pub struct Secrets {
    folder: PathBuf,
    given: BTreeMap<String, String>,
    /// Set: nothing is looked up, every reference becomes a mark with this letter.
    marks: Option<char>,
    told: Told,
}

/// The secrets that were looked up. Prints as nothing.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<BTreeSet<String>>>);

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Told")
    }
}

impl Told {
    fn add(&self, secret: &str) {
        if let Ok(mut told) = self.0.lock() {
            told.insert(secret.to_owned());
        }
    }
}

/// A text that stands for something else until a script is written: letters and digits only, so that no escaping
/// changes it. `salt` tells passes apart, `kind` what it stands for, and the name follows in hexadecimal digits.
#[must_use]
pub fn mark(salt: char, kind: char, name: &str) -> String {
    let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("SsMark{salt}{kind}{hex}Z")
}

impl Secrets {
    /// Secrets of the environment, and of files relative to the folder of the profile.
    #[must_use]
    pub fn beside(profile_path: &Path) -> Self {
        let folder = profile_path.parent().map(Path::to_owned).unwrap_or_default();
        Self { folder, given: BTreeMap::new(), marks: None, told: Told::default() }
    }
    /// No secrets at all: every reference becomes its [`mark`], of kind `E` (a variable) or `F` (a file).
    #[must_use]
    pub fn marked(salt: char) -> Self {
        Self { folder: PathBuf::new(), given: BTreeMap::new(), marks: Some(salt), told: Told::default() }
    }
    /// The folder of the profile, beside which files are looked up.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
    /// Gives a variable that goes before the environment's.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.given.insert(name.to_owned(), value.to_owned());
        self
    }
    /// The value of a variable.
    ///
    /// # Errors
    /// When it is not set.
    pub fn variable(&self, name: &str) -> Result<String, SecretError> {
        if let Some(salt) = self.marks {
            return Ok(mark(salt, 'E', name));
        }
        let value = match self.given.get(name) {
            Some(value) => value.clone(),
            None => std::env::var(name).map_err(|_| SecretError::NoVariable(name.to_owned()))?,
        };
        self.told.add(&value);
        Ok(value)
    }
    /// Every secret that was looked up until now: what no message and no record may show, even where a target says it.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        self.told.0.lock().map(|told| told.iter().cloned().collect()).unwrap_or_default()
    }
    /// The text with every reference replaced by its secret. A line end at the end of a file is left out.
    ///
    /// # Errors
    /// When a secret is not at hand.
    pub fn resolve(&self, text: &str) -> Result<String, SecretError> {
        let (parts, rest) = split(text).map_err(|_| SecretError::Malformed)?;
        let mut out = String::with_capacity(text.len());
        for (before, reference) in parts {
            out.push_str(before);
            match reference {
                Reference::Env(name) => out.push_str(&self.variable(name)?),
                Reference::File(path) => out.push_str(self.file(path)?.trim_end_matches(['\n', '\r'])),
            }
        }
        out.push_str(rest);
        Ok(out)
    }
    fn file(&self, path: &str) -> Result<String, SecretError> {
        if let Some(salt) = self.marks {
            return Ok(mark(salt, 'F', path));
        }
        let path = self.folder.join(path);
        let no_file = |source| SecretError::NoFile { path: path.clone(), source };
        let size = std::fs::metadata(&path).map_err(no_file)?.len();
        if size > MAX_SECRET_BYTES {
            return Err(SecretError::TooLarge(path));
        }
        let text = std::fs::read_to_string(&path).map_err(no_file)?;
        self.told.add(text.trim_end_matches(['\n', '\r']));
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn references_are_resolved_late() {
        let secrets = Secrets::beside(Path::new("x/profile.yaml")).with("APP_KEY", "k3y");
        assert_eq!(secrets.resolve("a ${env:APP_KEY} b").unwrap(), "a k3y b");
        assert_eq!(secrets.resolve("no $ {reference}").unwrap(), "no $ {reference}");
        let missing = secrets.resolve("${file:none.txt}").unwrap_err().to_string();
        assert!(missing.contains("none.txt"), "{missing}");
        for text in ["${env:}", "${env:1A}", "${APP_KEY}", "${vault:x}", "${env:A"] {
            assert!(matches!(secrets.resolve(text), Err(SecretError::Malformed)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_split(text in r"[${}:envfilé ]{0,40}") {
            let _ = split(&text);
        }
    }
}

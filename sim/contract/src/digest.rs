//! Secrets and tokens of fake people. In memory they carry their text, because the wire needs it; in a record only
//! their digest, because a record leaves the machine.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The first eight bytes of a SHA-256. Equal texts, equal digests; the text does not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digest(pub u64);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let hash = Sha256::digest(bytes);
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        Self(u64::from_be_bytes(first))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Something that the target handed out and that is shown to it again: a session token, a challenge, an application.
/// Compares, prints and serialises by digest; after reading a record the text is gone.
#[derive(Clone, Serialize, Deserialize)]
pub struct Token {
    digest: Digest,
    #[serde(skip)]
    text: Option<Box<str>>,
}

impl Token {
    /// A token as the target spelled it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { digest: Digest::of(text.as_bytes()), text: Some(text.into()) }
    }
    /// The text, if this token has not been through a record.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
    /// The digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}
impl Eq for Token {}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({})", self.digest)
    }
}

/// A password, a passcode or a security answer of a fake person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    digest: Digest,
    shape: SecretShape,
    #[serde(skip)]
    text: Option<Box<str>>,
}

/// What a rule may know of a secret: its length and the kinds of its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretShape {
    /// Count of characters.
    pub length: u16,
    /// Has an upper-case letter.
    pub upper: bool,
    /// Has a lower-case letter.
    pub lower: bool,
    /// Has an ASCII digit.
    pub digit: bool,
    /// Has one of `! @ # $ ^ * ( ) _ -`.
    pub special: bool,
    /// Has a character of none of these kinds.
    pub other: bool,
}

impl SecretShape {
    /// The shape of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let special = |c: char| "!@#$^*()_-".contains(c);
        Self {
            length: u16::try_from(text.chars().count()).unwrap_or(u16::MAX),
            upper: text.chars().any(char::is_uppercase),
            lower: text.chars().any(char::is_lowercase),
            digit: text.chars().any(|c| c.is_ascii_digit()),
            special: text.chars().any(special),
            other: text.chars().any(|c| !c.is_alphabetic() && !c.is_ascii_digit() && !special(c)),
        }
    }
    /// Whether it meets `password-policy`: 8 to 20 characters, one each of upper, lower, digit and special.
    #[must_use]
    pub fn is_strong_password(self) -> bool {
        (8..=20).contains(&self.length) && self.upper && self.lower && self.digit && self.special && !self.other
    }
    /// Whether it is a passcode: exactly six digits.
    #[must_use]
    pub fn is_passcode(self) -> bool {
        self.length == 6 && self.digit && !self.upper && !self.lower && !self.special && !self.other
    }
}

impl Secret {
    /// A secret as the person would type it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { digest: Digest::of(text.as_bytes()), shape: SecretShape::of(text), text: Some(text.into()) }
    }
    /// The text, if this secret has not been through a record.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
    /// The digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
    /// Length and kinds of characters.
    #[must_use]
    pub fn shape(&self) -> SecretShape {
        self.shape
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}
impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.digest)
    }
}

/// A one-time code of six digits. It is worthless once the run is over, so records keep it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Code(pub u32);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print_or_serialise_their_text() {
        let secret = Secret::new("Mat-Khau-1");
        assert!(!format!("{secret:?}").contains("Khau"));
        assert_eq!(secret.text(), Some("Mat-Khau-1"));
        assert!(!format!("{:?}", Token::new("bearer-1")).contains("bearer"));
    }

    #[test]
    fn password_policy_needs_every_kind_and_nothing_else() {
        for (text, strong) in [
            ("Abcdef1!", true),
            ("Abcdef1", false),
            ("abcdefg1!", false),
            ("ABCDEFG1!", false),
            ("Abcdefgh!", false),
            ("Abcdefg12", false),
            ("Abcdef1! ", false),
            ("Abcdefghijklmnopqr1!", true),
            ("Abcdefghijklmnopqrs1!", false),
        ] {
            assert_eq!(SecretShape::of(text).is_strong_password(), strong, "{text}");
        }
        for (text, passcode) in [("123456", true), ("12345", false), ("1234567", false), ("12345a", false)] {
            assert_eq!(SecretShape::of(text).is_passcode(), passcode, "{text}");
        }
    }
}

//! Handles: what the twin gives out so that a later step finds its record again.
//!
//! Invariant: 128 random bits behind a letter for the kind, so a registration's handle never finds an activation.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use songsinh_contract::{Chance, Token};

/// What a handle leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HandleKind {
    /// A registration: `r-…`.
    Registration,
    /// An application: `p-…`.
    Application,
    /// An activation: `a-…`.
    Activation,
    /// A session: `s-…`.
    Session,
    /// A refresh token: `f-…`.
    Refresh,
    /// The sessions of one login: `g-…`.
    Family,
    /// A session of an officer: `o-…`.
    Officer,
    /// A reset of a password: `w-…`.
    Reset,
    /// A move to a new phone: `m-…`.
    Move,
    /// A ticket of a QR: `q-…`.
    Ticket,
    /// A receipt: `k-…`.
    Receipt,
}

impl HandleKind {
    fn letter(self) -> char {
        match self {
            Self::Registration => 'r',
            Self::Application => 'p',
            Self::Activation => 'a',
            Self::Session => 's',
            Self::Refresh => 'f',
            Self::Family => 'g',
            Self::Officer => 'o',
            Self::Reset => 'w',
            Self::Move => 'm',
            Self::Ticket => 'q',
            Self::Receipt => 'k',
        }
    }
    fn of(letter: char) -> Option<Self> {
        [
            Self::Registration,
            Self::Application,
            Self::Activation,
            Self::Session,
            Self::Refresh,
            Self::Family,
            Self::Officer,
            Self::Reset,
            Self::Move,
            Self::Ticket,
            Self::Receipt,
        ]
        .into_iter()
        .find(|kind| kind.letter() == letter)
    }
}

/// A kind and 128 random bits; spelled as a letter, a hyphen and 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle {
    kind: HandleKind,
    bits: u128,
}

impl Handle {
    /// A new handle.
    #[must_use]
    pub fn draw(kind: HandleKind, chance: &mut Chance) -> Self {
        Self { kind, bits: u128::from(chance.bits()) << 64 | u128::from(chance.bits()) }
    }
    /// Reads a handle; none if the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut chars = text.chars();
        let kind = HandleKind::of(chars.next()?)?;
        let digits = chars.as_str().strip_prefix('-')?;
        let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if digits.len() != 32 || !digits.bytes().all(lower_hex) {
            return None;
        }
        u128::from_str_radix(digits, 16).ok().map(|bits| Self { kind, bits })
    }
    /// Reads a token as a handle of that kind.
    #[must_use]
    pub fn of_token(kind: HandleKind, token: &Token) -> Option<Self> {
        token.text().and_then(Self::parse).filter(|handle| handle.kind == kind)
    }
    /// The handle as a token of the contract.
    #[must_use]
    pub fn token(self) -> Token {
        Token::new(&self.to_string())
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:032x}", self.kind.letter(), self.bits)
    }
}

impl Serialize for Handle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Handle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a handle is a letter, a hyphen, 32 hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_contract::Purpose;

    #[test]
    fn handles_read_back_and_keep_their_kind() {
        let mut chance = Chance::new(1, Purpose::named("handles"), 0);
        let handle = Handle::draw(HandleKind::Registration, &mut chance);
        assert_eq!(Handle::parse(&handle.to_string()), Some(handle));
        assert_eq!(Handle::of_token(HandleKind::Registration, &handle.token()), Some(handle));
        assert_eq!(Handle::of_token(HandleKind::Activation, &handle.token()), None);
        for text in ["", "r", "r-", "x-00000000000000000000000000000000", "r-0000000000000000000000000000000G", "é-0"]
        {
            assert_eq!(Handle::parse(text), None, "{text}");
        }
    }
}

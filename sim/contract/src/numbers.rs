//! Numbers that the state and the carriers hand out, as types that cannot be mixed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{BirthDate, Sex};

/// Why a text is not the number it claims to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Something else than digits, or another count of them.
    #[error("«{text}» is not {digits} digits")]
    Digits {
        /// What was given.
        text: String,
        /// How many digits are wanted.
        digits: usize,
    },
    /// A mobile number that does not start with 0.
    #[error("«{0}» is not a mobile number of ten digits that starts with 0")]
    NotMobile(String),
}

fn digits(text: &str, count: usize) -> Result<u64, NumberError> {
    if text.len() != count || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::Digits { text: text.chars().take(40).collect(), digits: count });
    }
    Ok(text.bytes().fold(0, |n, b| n * 10 + u64::from(b - b'0')))
}

/// The twelve digits of a citizen (số định danh cá nhân), `PPP G YY NNNNNN`: place of birth registration, century and
/// sex, birth year, serial (Decree 137/2015 art. 13). No check digit exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CitizenNumber(u64);

impl CitizenNumber {
    /// Builds a number from its parts. `serial` is taken modulo one million.
    #[must_use]
    pub fn from_parts(province: u16, century_sex: u8, year: u8, serial: u32) -> Self {
        Self(
            u64::from(province % 1000) * 1_000_000_000
                + u64::from(century_sex % 10) * 100_000_000
                + u64::from(year % 100) * 1_000_000
                + u64::from(serial % 1_000_000),
        )
    }
    /// The twelve digits as one integer.
    #[must_use]
    pub fn as_u64(self) -> u64 {
        self.0
    }
    /// Takes an integer below 10^12.
    #[must_use]
    pub fn from_u64(value: u64) -> Option<Self> {
        (value < 1_000_000_000_000).then_some(Self(value))
    }
    /// The three digits of the place of birth registration.
    #[must_use]
    pub fn province(self) -> u16 {
        (self.0 / 1_000_000_000) as u16
    }
    /// The digit that tells century and sex: 0/1 for the 1900s (male/female), 2/3 for the 2000s, and so on.
    #[must_use]
    pub fn century_sex(self) -> u8 {
        (self.0 / 100_000_000 % 10) as u8
    }
    /// The last two digits of the birth year.
    #[must_use]
    pub fn year(self) -> u8 {
        (self.0 / 1_000_000 % 100) as u8
    }
    /// The six digits at the end.
    #[must_use]
    pub fn serial(self) -> u32 {
        (self.0 % 1_000_000) as u32
    }
    /// The birth year that the digits tell.
    #[must_use]
    pub fn birth_year(self) -> i16 {
        1900 + i16::from(self.century_sex() / 2) * 100 + i16::from(self.year())
    }
    /// The sex that the digits tell.
    #[must_use]
    pub fn sex(self) -> Sex {
        if self.century_sex().is_multiple_of(2) { Sex::Male } else { Sex::Female }
    }
    /// Whether century, sex and year agree with the person (rule `register-number-is-well-formed`).
    #[must_use]
    pub fn agrees_with(self, born: BirthDate, sex: Sex) -> bool {
        self.birth_year() == born.year() && self.sex() == sex
    }
}

impl fmt::Display for CitizenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl FromStr for CitizenNumber {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        digits(text, 12).map(Self)
    }
}

/// The nine digits of the old identity card (CMND), printed in the second field of a card's QR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OldNumber(u32);

impl OldNumber {
    /// Takes an integer below 10^9.
    #[must_use]
    pub fn from_u32(value: u32) -> Option<Self> {
        (value < 1_000_000_000).then_some(Self(value))
    }
}

impl fmt::Display for OldNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:09}", self.0)
    }
}

impl FromStr for OldNumber {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        digits(text, 9).map(|n| Self(n as u32))
    }
}

/// A Vietnamese mobile number, ten digits in national form, `0` first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PhoneNumber(u64);

impl PhoneNumber {
    /// Builds a number from a three-digit prefix (`32` for 032) and seven further digits (taken modulo 10^7).
    #[must_use]
    pub fn from_parts(prefix: u16, rest: u32) -> Self {
        Self(u64::from(prefix % 100) * 10_000_000 + u64::from(rest % 10_000_000))
    }
    /// The nine digits behind the leading zero.
    #[must_use]
    pub fn as_u64(self) -> u64 {
        self.0
    }
    /// Takes the nine digits behind the leading zero.
    #[must_use]
    pub fn from_u64(value: u64) -> Option<Self> {
        (value < 1_000_000_000).then_some(Self(value))
    }
    /// The two digits behind the leading zero: 32 for 032.
    #[must_use]
    pub fn prefix(self) -> u16 {
        (self.0 / 10_000_000) as u16
    }
    /// The form with the country code: `84` and nine digits.
    #[must_use]
    pub fn e164(self) -> String {
        format!("84{:09}", self.0)
    }
    /// Reads any usual spelling: `0912345678`, `84912345678`, `+84912345678`.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse_any(text: &str) -> Result<Self, NumberError> {
        let text = text.trim();
        let rest = text.strip_prefix("+84").or_else(|| text.strip_prefix("84").filter(|rest| rest.len() == 9));
        match rest {
            Some(rest) => digits(rest, 9).map(Self),
            None => text.parse(),
        }
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

impl FromStr for PhoneNumber {
    type Err = NumberError;
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let value = digits(text, 10)?;
        if value >= 1_000_000_000 {
            return Err(NumberError::NotMobile(text.to_owned()));
        }
        Ok(Self(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citizen_number_reads_back_its_parts() {
        let number: CitizenNumber = "008203004711".parse().unwrap();
        assert_eq!((number.province(), number.century_sex(), number.year(), number.serial()), (8, 2, 3, 4711));
        assert_eq!(number, CitizenNumber::from_parts(8, 2, 3, 4711));
        assert_eq!((number.birth_year(), number.sex()), (2003, Sex::Male));
        assert_eq!(number.to_string(), "008203004711");
        assert!("8203004711".parse::<CitizenNumber>().is_err());
        assert!("00820300471x".parse::<CitizenNumber>().is_err());
    }

    #[test]
    fn phone_number_reads_every_usual_spelling() {
        let number: PhoneNumber = "0912345678".parse().unwrap();
        assert_eq!(number, PhoneNumber::from_parts(91, 2_345_678));
        for text in ["0912345678", "84912345678", "+84912345678"] {
            assert_eq!(PhoneNumber::parse_any(text), Ok(number), "{text}");
        }
        assert_eq!((number.e164().as_str(), number.prefix()), ("84912345678", 91));
        assert!("1912345678".parse::<PhoneNumber>().is_err());
    }
}

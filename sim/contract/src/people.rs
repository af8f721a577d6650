//! What is true about people: the facts that the population database, the card and the oracle agree on.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::{CitizenIndex, CitizenNumber, OldNumber, PhoneNumber, Shown};

/// Sex as the register knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

impl Sex {
    /// The Vietnamese word on the card.
    #[must_use]
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Male => "Nam",
            Self::Female => "Nữ",
        }
    }
}

/// A date of birth. Older people exist of whom the register knows only the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BirthDate {
    /// Day, month and year.
    Full(Date),
    /// The year alone.
    Year(i16),
}

impl BirthDate {
    /// The birth year.
    #[must_use]
    pub fn year(self) -> i16 {
        match self {
            Self::Full(date) => date.year(),
            Self::Year(year) => year,
        }
    }
    /// Whether a stated date agrees with this one of the register: by year where the register has only a year.
    #[must_use]
    pub fn admits(self, stated: Self) -> bool {
        match self {
            Self::Full(_) => self == stated,
            Self::Year(year) => year == stated.year(),
        }
    }
    /// The age in full years on a day. Who has only a birth year is taken to be born on 1 January.
    #[must_use]
    pub fn age_on(self, day: Date) -> i32 {
        let years = i32::from(day.year()) - i32::from(self.year());
        match self {
            Self::Full(born) if (day.month(), day.day()) < (born.month(), born.day()) => years - 1,
            _ => years,
        }
    }
}

impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(date) => write!(f, "{date}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl std::str::FromStr for BirthDate {
    type Err = jiff::Error;
    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        if text.len() == 4
            && let Ok(year) = text.parse()
        {
            return Ok(Self::Year(year));
        }
        text.parse().map(Self::Full)
    }
}

/// Whether two spellings are the same name: after NFC, in any case, blanks collapsed, accents counting.
#[must_use]
pub fn names_match(one: &str, other: &str) -> bool {
    one == other || normal_name(one) == normal_name(other)
}

fn normal_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.nfc().flat_map(char::to_lowercase));
    }
    out
}

/// Whether a person is alive in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LifeStatus {
    /// Alive, number in force.
    Alive,
    /// Dead.
    Dead,
    /// The number was cancelled (issued twice, or in error).
    Cancelled,
}

/// What the register says of the chip card that a person holds in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardStatus {
    /// In force, if the dates agree.
    Valid,
    /// Reported lost.
    Lost,
    /// Replaced by a newer one.
    Reissued,
    /// Cancelled.
    Cancelled,
}

/// The card in a person's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CardFacts {
    /// First day.
    pub issued: Date,
    /// Last day on which it is valid; none for those who need no renewal any more (card from age 58 on).
    pub expires: Option<Date>,
    /// What the register says of it.
    pub status: CardStatus,
}

/// Whether a card serves on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardState {
    /// It serves.
    InForce,
    /// Past its last day.
    Expired,
    /// Lost, re-issued or cancelled.
    Withdrawn,
}

impl CardFacts {
    /// The state of the card on a day; a card is valid on its last day.
    #[must_use]
    pub fn state_on(&self, day: Date) -> CardState {
        match (self.status, self.expires) {
            (CardStatus::Valid, Some(last)) if day > last => CardState::Expired,
            (CardStatus::Valid, _) => CardState::InForce,
            _ => CardState::Withdrawn,
        }
    }
}

/// A face, as far as the harness needs one: whose it is, and which shot. Two shots of one face match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Portrait {
    /// The face.
    pub face: u64,
    /// The shot: 0 is the picture of the population record.
    pub shot: u32,
}

impl Portrait {
    /// Whether both show one face.
    #[must_use]
    pub fn matches(self, other: Self) -> bool {
        self.face == other.face
    }
}

impl fmt::Display for Portrait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SSP1.{:016x}.{:08x}", self.face, self.shot)
    }
}

impl std::str::FromStr for Portrait {
    type Err = PortraitError;
    fn from_str(text: &str) -> Result<Self, PortraitError> {
        let rest = text.strip_prefix("SSP1.").ok_or(PortraitError)?;
        let (face, shot) = rest.split_once('.').ok_or(PortraitError)?;
        if face.len() != 16 || shot.len() != 8 {
            return Err(PortraitError);
        }
        Ok(Self {
            face: u64::from_str_radix(face, 16).map_err(|_| PortraitError)?,
            shot: u32::from_str_radix(shot, 16).map_err(|_| PortraitError)?,
        })
    }
}

/// A text that is no portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a portrait: SSP1.<16 hex digits>.<8 hex digits> is wanted")]
pub struct PortraitError;

/// A mobile network operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// Viettel.
    Viettel,
    /// VinaPhone.
    Vinaphone,
    /// MobiFone.
    Mobifone,
    /// Vietnamobile.
    Vietnamobile,
    /// Gmobile.
    Gmobile,
    /// Itel, guest in VinaPhone's network.
    Itel,
    /// Wintel, formerly Reddi.
    Wintel,
}

impl Carrier {
    /// Every carrier, in the order of the enum.
    pub const ALL: [Self; 7] =
        [Self::Viettel, Self::Vinaphone, Self::Mobifone, Self::Vietnamobile, Self::Gmobile, Self::Itel, Self::Wintel];
}

/// A phone's operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Os {
    /// Android (CH Play).
    Android,
    /// iOS (App Store).
    Ios,
    /// A phone that runs no apps.
    Feature,
}

/// The phone in a person's pocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PhoneFacts {
    /// The number, possibly shared in the family.
    pub number: PhoneNumber,
    /// The carrier that serves it.
    pub carrier: Carrier,
    /// What runs on it.
    pub os: Os,
    /// Whether it reads chips.
    pub nfc: bool,
    /// Whether the number is a relative's.
    pub shared: bool,
}

/// A person of the fake population, as on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Place in the population.
    pub index: CitizenIndex,
    /// The twelve digits.
    pub number: CitizenNumber,
    /// The nine digits of the older card, of those who had one.
    pub old_number: Option<OldNumber>,
    /// Full name, NFC, usual capitals.
    pub name: String,
    /// Date of birth.
    pub born: BirthDate,
    /// Sex.
    pub sex: Sex,
    /// Ethnic group, by its usual Vietnamese name.
    pub ethnicity: String,
    /// Permanent residence, as printed on the card.
    pub address: String,
    /// GSO code of the commune of residence (2022).
    pub commune: u32,
    /// Alive or not.
    pub life: LifeStatus,
    /// The chip card, of those who have one.
    pub card: Option<CardFacts>,
    /// The picture in the population record.
    pub portrait: Portrait,
    /// The phone, of those who have one.
    pub phone: Option<PhoneFacts>,
}

impl Person {
    /// Whether name, date of birth and sex are this person's.
    #[must_use]
    pub fn matches(&self, name: &str, born: BirthDate, sex: Sex) -> bool {
        names_match(name, &self.name) && self.born.admits(born) && sex == self.sex
    }
    /// Whether everything that an answer shows of number, name, date of birth and sex is this person's.
    #[must_use]
    pub fn is_shown(&self, shown: &Shown) -> bool {
        shown.number.is_none_or(|number| number == self.number)
            && shown.name.as_deref().is_none_or(|name| names_match(name, &self.name))
            && shown.born.is_none_or(|born| self.born.admits(born))
            && shown.sex.is_none_or(|sex| sex == self.sex)
    }
}

/// What is true about people, asked by whoever judges. Implemented by the population and by a record's facts.
pub trait Truth {
    /// The person of that number as on that day; none if the number was never given out.
    fn person(&self, number: CitizenNumber, day: Date) -> Option<Person>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn names_compare_after_nfc_in_any_case_with_accents() {
        assert!(names_match("NGUYỄN  THỊ Ánh", " nguye\u{302}\u{303}n thị ánh "));
        assert!(!names_match("Nguyễn Thị Ánh", "Nguyen Thi Anh"));
    }

    #[test]
    fn who_has_only_a_birth_year_matches_by_year() {
        assert!(BirthDate::Year(1950).admits(BirthDate::Full(date(1950, 7, 2))));
        assert!(!BirthDate::Full(date(1950, 7, 2)).admits(BirthDate::Year(1950)));
        assert_eq!("1950".parse::<BirthDate>().unwrap(), BirthDate::Year(1950));
        assert_eq!("1950-07-02".parse::<BirthDate>().unwrap(), BirthDate::Full(date(1950, 7, 2)));
    }

    #[test]
    fn ages_turn_on_the_birthday() {
        let born = BirthDate::Full(date(2008, 8, 22));
        assert_eq!((born.age_on(date(2022, 8, 21)), born.age_on(date(2022, 8, 22))), (13, 14));
    }

    #[test]
    fn a_card_is_valid_on_its_last_day() {
        let card = CardFacts { issued: date(2021, 5, 10), expires: Some(date(2026, 5, 10)), status: CardStatus::Valid };
        assert_eq!(card.state_on(date(2026, 5, 10)), CardState::InForce);
        assert_eq!(card.state_on(date(2026, 5, 11)), CardState::Expired);
        assert_eq!(CardFacts { status: CardStatus::Lost, ..card }.state_on(date(2022, 1, 1)), CardState::Withdrawn);
    }

    #[test]
    fn portraits_read_back() {
        let portrait = Portrait { face: 0xabc, shot: 7 };
        assert_eq!(portrait.to_string().parse(), Ok(portrait));
        assert!("SSP1.abc.7".parse::<Portrait>().is_err());
    }
}

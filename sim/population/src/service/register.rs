//! The answers themselves, without I/O.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use songsinh_contract::{
    Bill, BillKind, BirthDate, CardStatus, CitizenIndex, CitizenNumber, LifeStatus, LookupResult, OldNumber, Paper,
    PaperKind, Person, Sex, Truth, names_match,
};

use crate::Population;

/// The register on one day.
#[derive(Debug, Clone)]
pub struct Register {
    /// Whose people it knows.
    pub population: Arc<Population>,
    /// The day that it speaks of.
    pub day: Date,
}

/// What somebody says about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyQuery<'a> {
    /// The twelve digits.
    pub number: CitizenNumber,
    /// Full name; compared after NFC, in any case, blanks collapsed, accents counting.
    pub name: &'a str,
    /// Date of birth, or the year alone.
    pub born: BirthDate,
    /// Sex.
    pub sex: Sex,
}

/// A field that can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerifyField {
    /// The name.
    Name,
    /// The date of birth.
    Born,
    /// The sex.
    Sex,
}

/// Whether what was said is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyAnswer {
    /// `match`, `mismatch` or `unknown`.
    pub result: LookupResult,
    /// Which fields differ.
    pub mismatched: Vec<VerifyField>,
    /// Alive, dead or cancelled; none for an unknown number.
    pub life: Option<LifeStatus>,
}

/// The chip card as the record shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardEntry {
    /// First day.
    pub issued: Date,
    /// Last day; null for cards that need no renewal.
    pub expires: Option<Date>,
    /// `valid`, `lost`, `reissued` or `cancelled`.
    pub status: CardStatus,
}

/// A person's record as the service shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordEntry {
    /// Twelve digits.
    pub number: String,
    /// Nine digits of the older card, or null.
    pub old_number: Option<String>,
    /// Full name.
    pub name: String,
    /// `YYYY-MM-DD`, or `YYYY` where only the year is known.
    pub born: String,
    /// `male` or `female`.
    pub sex: Sex,
    /// Ethnic group.
    pub ethnicity: String,
    /// Permanent residence.
    pub address: String,
    /// `alive`, `dead` or `cancelled`.
    pub life: LifeStatus,
    /// The chip card, or null.
    pub card: Option<CardEntry>,
    /// The picture: `SSP1.` and two hexadecimal numbers.
    pub portrait: String,
}

impl From<&Person> for RecordEntry {
    fn from(person: &Person) -> Self {
        Self {
            number: person.number.to_string(),
            old_number: person.old_number.map(|number| number.to_string()),
            name: person.name.clone(),
            born: person.born.to_string(),
            sex: person.sex,
            ethnicity: person.ethnicity.clone(),
            address: person.address.clone(),
            life: person.life,
            card: person.card.map(|card| CardEntry { issued: card.issued, expires: card.expires, status: card.status }),
            portrait: person.portrait.to_string(),
        }
    }
}

/// A paper as its register shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperEntry {
    /// `driving-licence`, `vehicle-registration`, `health-insurance` or `tax-number`.
    pub kind: PaperKind,
    /// The number printed on it.
    pub number: String,
    /// Twelve digits: whose it is.
    pub holder: String,
    /// The class of a licence, the plate of a vehicle, the hospital of an insurance, the tax office.
    pub detail: String,
    /// First day.
    pub issued: Date,
    /// Last day; null for papers without an end.
    pub expires: Option<Date>,
}

impl From<&Paper> for PaperEntry {
    fn from(paper: &Paper) -> Self {
        Self {
            kind: paper.kind,
            number: paper.number.as_ref().into(),
            holder: paper.holder.to_string(),
            detail: paper.detail.as_ref().into(),
            issued: paper.issued,
            expires: paper.expires,
        }
    }
}

/// The papers of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PapersAnswer {
    /// At most one of a kind, in the order of the kinds.
    pub papers: Vec<PaperEntry>,
}

/// A bill as the biller's register shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillEntry {
    /// What tells it from all others.
    pub id: String,
    /// `electricity`, `water`, `social-insurance` or `health-insurance`.
    pub kind: BillKind,
    /// How much is due, in đồng.
    pub amount_vnd: i64,
}

impl From<&Bill> for BillEntry {
    fn from(bill: &Bill) -> Self {
        Self { id: bill.id.as_ref().into(), kind: bill.kind, amount_vnd: bill.amount_vnd }
    }
}

/// The bills of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillsAnswer {
    /// At most one of a kind, in the order of the kinds.
    pub bills: Vec<BillEntry>,
}

impl Register {
    /// Compares what is said with the register. Who has only a birth year there matches by year; the dead and the
    /// cancelled match too, and the answer says what they are.
    #[must_use]
    pub fn verify(&self, query: &VerifyQuery<'_>) -> VerifyAnswer {
        let Some(person) = self.lookup(query.number) else {
            return VerifyAnswer { result: LookupResult::Unknown, mismatched: Vec::new(), life: None };
        };
        let checks = [
            (VerifyField::Name, names_match(&person.name, query.name)),
            (VerifyField::Born, person.born.admits(query.born)),
            (VerifyField::Sex, person.sex == query.sex),
        ];
        let mismatched: Vec<_> = checks.into_iter().filter(|(_, fits)| !fits).map(|(field, _)| field).collect();
        let result = if mismatched.is_empty() { LookupResult::Match } else { LookupResult::Mismatch };
        VerifyAnswer { result, mismatched, life: Some(person.life) }
    }

    /// The person of a number; none if it was never given out or the person is not born yet.
    #[must_use]
    pub fn lookup(&self, number: CitizenNumber) -> Option<Person> {
        self.population.person(number, self.day)
    }

    /// The papers of a number's person, none for the dead; `None` if the number was never given out or the person is not
    /// born yet.
    #[must_use]
    pub fn papers(&self, number: CitizenNumber) -> Option<Vec<Paper>> {
        self.index(number).map(|index| self.population.papers(index, self.day))
    }

    /// The bills of a number's person, as [`Register::papers`].
    #[must_use]
    pub fn bills(&self, number: CitizenNumber) -> Option<Vec<Bill>> {
        self.index(number).map(|index| self.population.bills(index, self.day))
    }

    fn index(&self, number: CitizenNumber) -> Option<CitizenIndex> {
        let index = self.population.find(number)?;
        self.population.identity(index, self.day).is_born(self.day).then_some(index)
    }

    /// The person who held an old nine-digit number.
    #[must_use]
    pub fn lookup_old(&self, number: OldNumber) -> Option<Person> {
        self.population.find_old(number).map(|index| self.population.citizen(index, self.day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PopulationConfig;
    use songsinh_contract::CitizenIndex;

    fn register() -> Register {
        let population = Population::new(PopulationConfig { seed: 6, people: 50_000 }).unwrap();
        Register { population: Arc::new(population), day: jiff::civil::date(2022, 8, 22) }
    }

    fn said(person: &Person) -> VerifyQuery<'_> {
        VerifyQuery { number: person.number, name: &person.name, born: person.born, sex: person.sex }
    }

    #[test]
    fn what_is_true_matches_and_each_wrong_field_is_named() {
        let register = register();
        for index in (0..2000).map(|i| CitizenIndex(i * 23)) {
            let person = register.population.citizen(index, register.day);
            let answer = register.verify(&said(&person));
            assert_eq!((answer.result, answer.life), (LookupResult::Match, Some(person.life)));
            let other = if person.sex == Sex::Male { Sex::Female } else { Sex::Male };
            let wrong =
                VerifyQuery { name: "Không Ai Cả", born: BirthDate::Year(1800), sex: other, ..said(&person) };
            let answer = register.verify(&wrong);
            assert_eq!(answer.result, LookupResult::Mismatch);
            assert_eq!(answer.mismatched, [VerifyField::Name, VerifyField::Born, VerifyField::Sex]);
            let upper = person.name.to_uppercase();
            assert_eq!(register.verify(&VerifyQuery { name: &upper, ..said(&person) }).result, LookupResult::Match);
        }
    }

    #[test]
    fn numbers_never_given_out_are_unknown() {
        let register = register();
        let person = register.population.citizen(CitizenIndex(5), register.day);
        let abroad = CitizenNumber::from_parts(132, 0, 80, 5);
        let answer = register.verify(&VerifyQuery { number: abroad, ..said(&person) });
        assert_eq!(answer, VerifyAnswer { result: LookupResult::Unknown, mismatched: vec![], life: None });
    }

    #[test]
    fn who_has_only_a_year_matches_by_any_day_of_it() {
        let register = register();
        let people = (0..register.population.len()).map(|i| register.population.citizen(CitizenIndex(i), register.day));
        let person = people.into_iter().find(|person| matches!(person.born, BirthDate::Year(_))).unwrap();
        let day = BirthDate::Full(jiff::civil::date(person.born.year(), 7, 9));
        assert_eq!(register.verify(&VerifyQuery { born: day, ..said(&person) }).result, LookupResult::Match);
    }
}

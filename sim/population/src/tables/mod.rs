//! The embedded tables, parsed once.
//!
//! Invariant: what is here reads the same everywhere, since all weights are integers. Sources and licences of the
//! texts: `data/PROVENANCE.md`. What no table tells is in `assumed.rs`.

mod phones;
mod places;
mod read;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use phones::Prefix;
pub(crate) use phones::{AGE_GROUPS, PhoneShares, age_group};
pub use places::{Commune, Province};
use read::rows;
use songsinh_contract::Sex;

use crate::assumed::SOUTH_FROM;
use crate::weighted::Weighted;
use crate::{PopulationError, TableError};

/// Texts and their weights as they are read.
type Pairs = Vec<(Box<str>, u64)>;
/// Texts with weights.
pub(crate) type Names = Weighted<Box<str>>;

/// The place of a sex in pairs of tables.
pub(crate) fn sex_place(sex: Sex) -> usize {
    usize::from(sex == Sex::Female)
}

/// The age pyramid: living people by sex and single age on 1 July 2022.
#[derive(Debug, Clone)]
pub(crate) struct Ages {
    counts: [Vec<u64>; 2],
}

/// Ages 100 to 107 share the table's last row, in percent.
const HUNDRED_AND_OVER: [u64; 8] = [45, 25, 14, 8, 4, 2, 1, 1];
/// The highest age that anybody reaches on the pyramid's day.
pub(crate) const OLDEST: u32 = 107;

impl Ages {
    /// People of a sex (0 male, 1 female) at an age, 100 standing for 100 and over; 0 beyond the table.
    pub(crate) fn people(&self, sex: usize, age: u32) -> u64 {
        self.counts[sex].get(age as usize).copied().unwrap_or(0)
    }

    /// As [`Ages::people`] in hundredths, the last row spread over the ages 100 to 107.
    pub(crate) fn hundredths(&self, sex: usize, age: u32) -> u64 {
        match age.checked_sub(100) {
            None => self.people(sex, age) * 100,
            Some(over) => self.people(sex, 100) * HUNDRED_AND_OVER.get(over as usize).copied().unwrap_or(0),
        }
    }

    fn read(text: &str) -> Result<Self, TableError> {
        let mut counts = [Vec::new(), Vec::new()];
        for (age, row) in rows("age_sex_single.csv", text, "age,male,female")?.iter().enumerate() {
            if row.whole(0)? != age as u64 {
                return Err(row.error(format!("age {age} was expected here")));
            }
            counts[0].push(row.whole(1)?);
            counts[1].push(row.whole(2)?);
        }
        if counts[0].len() != 101 {
            let problem = format!("{} ages, not 101", counts[0].len());
            return Err(TableError { table: "age_sex_single.csv", line: 0, problem });
        }
        Ok(Self { counts })
    }
}

/// An ethnic group, with the place of its surnames if they differ from the Kinh's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ethnicity {
    pub(crate) name: Box<str>,
    pub(crate) surnames: Option<usize>,
}

/// Everything that the tables tell.
#[derive(Debug)]
pub(crate) struct Tables {
    /// Ordered by GSO code.
    pub(crate) provinces: Vec<Province>,
    pub(crate) ages: Ages,
    /// Surnames of the north and of the south.
    pub(crate) surnames: [Names; 2],
    /// Surnames of those groups that have their own.
    pub(crate) minority_surnames: Vec<Names>,
    /// By sex, then born before 1980 or after.
    pub(crate) given: [[Names; 2]; 2],
    /// By sex, then born before 1980 or after.
    pub(crate) middle: [[Names; 2]; 2],
    /// In the order of `provinces`.
    pub(crate) ethnicities: Vec<Weighted<Ethnicity>>,
    pub(crate) prefixes: Weighted<Prefix>,
    /// In the order of `provinces`.
    pub(crate) phones: Vec<PhoneShares>,
}

/// The tables, parsed at the first call.
pub(crate) fn tables() -> Result<&'static Tables, TableError> {
    static TABLES: OnceLock<Result<Tables, TableError>> = OnceLock::new();
    TABLES.get_or_init(Tables::read).as_ref().map_err(Clone::clone)
}

/// The 63 provinces of 2022, ordered by GSO code.
///
/// # Errors
/// When an embedded table is broken.
pub fn provinces() -> Result<&'static [Province], PopulationError> {
    Ok(&tables()?.provinces)
}

/// Finds a province by its name, with or without accents and "Tỉnh" or "Thành phố", or by its GSO code.
///
/// # Errors
/// [`PopulationError::Province`] with the nearest name when there is no such province.
pub fn province_named(name: &str) -> Result<&'static Province, PopulationError> {
    places::named(&tables()?.provinces, name)
}

impl Tables {
    fn read() -> Result<Self, TableError> {
        let provinces =
            places::read(include_str!("../../data/provinces.csv"), include_str!("../../data/admin_units.csv"))?;
        let ages = Ages::read(include_str!("../../data/age_sex_single.csv"))?;
        let (groups, minority_surnames) = minority(include_str!("../../data/surnames_minority.csv"))?;
        Ok(Self {
            surnames: surnames(include_str!("../../data/surnames.csv"))?,
            given: by_sex_and_era(
                "names_given.csv",
                include_str!("../../data/names_given.csv"),
                "sex,name,weight,weight_before_1980,weight_after,basis,packages",
            )?,
            middle: by_sex_and_era(
                "names_middle.csv",
                include_str!("../../data/names_middle.csv"),
                "sex,name,weight,weight_before_1980,weight_after,basis",
            )?,
            ethnicities: ethnicities(include_str!("../../data/ethnicity_province.csv"), &provinces, &groups)?,
            prefixes: phones::prefixes(include_str!("../../data/mobile_prefixes.csv"))?,
            phones: phones::shares(include_str!("../../data/phones.csv"), &provinces, &ages)?,
            minority_surnames,
            provinces,
            ages,
        })
    }

    /// The place of a province in the order of codes.
    pub(crate) fn place_of(&self, code: u16) -> Option<usize> {
        self.provinces.binary_search_by_key(&code, |province| province.code).ok()
    }

    /// The surnames of a group in a province.
    pub(crate) fn surnames_of(&self, province: &Province, ethnicity: &Ethnicity) -> &Names {
        match ethnicity.surnames.and_then(|place| self.minority_surnames.get(place)) {
            Some(own) => own,
            None => &self.surnames[usize::from(province.code >= SOUTH_FROM)],
        }
    }
}

fn weighted<T>(table: &'static str, pairs: Vec<(T, u64)>) -> Result<Weighted<T>, TableError> {
    Weighted::new(pairs).ok_or(TableError { table, line: 0, problem: "a group has no weight above zero".to_owned() })
}

fn surnames(text: &str) -> Result<[Names; 2], TableError> {
    const TABLE: &str = "surnames.csv";
    let (mut north, mut south) = (Vec::new(), Vec::new());
    for row in rows(TABLE, text, "surname,region,share_pct,basis")? {
        let pair = (Box::from(row.text(0)), row.thousandths(2)?);
        match row.text(1) {
            "all" => {
                north.push(pair.clone());
                south.push(pair);
            }
            "north" => north.push(pair),
            "south" => south.push(pair),
            other => return Err(row.error(format!("region «{other}» is not all, north or south"))),
        }
    }
    Ok([weighted(TABLE, north)?, weighted(TABLE, south)?])
}

fn minority(text: &str) -> Result<(Vec<String>, Vec<Names>), TableError> {
    const TABLE: &str = "surnames_minority.csv";
    let mut groups: BTreeMap<String, Pairs> = BTreeMap::new();
    for row in rows(TABLE, text, "ethnicity,surname,weight,weight_basis,name_basis")? {
        groups.entry(row.text(0).to_owned()).or_default().push((row.text(1).into(), row.thousandths(2)?));
    }
    let (mut names, mut surnames) = (Vec::new(), Vec::new());
    for (group, pairs) in groups {
        names.push(group);
        surnames.push(weighted(TABLE, pairs)?);
    }
    Ok((names, surnames))
}

fn by_sex_and_era(table: &'static str, text: &str, columns: &str) -> Result<[[Names; 2]; 2], TableError> {
    let mut pairs: [[Pairs; 2]; 2] = Default::default();
    for row in rows(table, text, columns)? {
        let sex = match row.text(0) {
            "M" => 0,
            "F" => 1,
            other => return Err(row.error(format!("sex «{other}» is not M or F"))),
        };
        pairs[sex][0].push((row.text(1).into(), row.thousandths(3)?));
        pairs[sex][1].push((row.text(1).into(), row.thousandths(4)?));
    }
    let [[a, b], [c, d]] = pairs;
    Ok([[weighted(table, a)?, weighted(table, b)?], [weighted(table, c)?, weighted(table, d)?]])
}

fn ethnicities(text: &str, provinces: &[Province], groups: &[String]) -> Result<Vec<Weighted<Ethnicity>>, TableError> {
    const TABLE: &str = "ethnicity_province.csv";
    let mut found: BTreeMap<String, Vec<(Ethnicity, u64)>> = BTreeMap::new();
    for row in rows(TABLE, text, "province_code,province,ethnicity,share_pct,basis,source")? {
        let name = if row.text(2) == "Other" { "Khác" } else { row.text(2) };
        let ethnicity = Ethnicity { name: name.into(), surnames: groups.iter().position(|group| group == name) };
        found.entry(row.text(0).to_owned()).or_default().push((ethnicity, row.thousandths(3)?));
    }
    let national = found.get("VN").cloned().unwrap_or_default();
    provinces
        .iter()
        .map(|province| {
            let own = found.get(&format!("{:02}", province.code)).cloned();
            weighted(TABLE, own.unwrap_or_else(|| national.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_reads_and_is_whole() {
        let tables = tables().unwrap();
        assert_eq!(tables.provinces.len(), 63);
        assert_eq!(tables.provinces.iter().map(|p| p.communes.len()).sum::<usize>(), 10_599);
        assert_eq!(tables.provinces.iter().map(|p| p.people_2019).sum::<u64>(), 96_208_984);
        let pyramid: u64 = (0..=100).map(|age| tables.ages.people(0, age) + tables.ages.people(1, age)).sum();
        assert_eq!(pyramid, 99_680_655);
        let spread: u64 = (100..=OLDEST).map(|age| tables.ages.hundredths(1, age)).sum();
        assert_eq!(spread, tables.ages.people(1, 100) * 100);
        assert_eq!(tables.prefixes.items().len(), 36);
        assert_eq!(tables.minority_surnames.len(), 11);
        assert_eq!((tables.given[0][1].items().len(), tables.given[1][1].items().len()), (190, 166));
        for province in &tables.provinces {
            assert_eq!(province.communes.iter().map(|c| c.weight).sum::<u64>(), 1_000_000_000, "{}", province.name);
        }
    }

    #[test]
    fn provinces_are_found_by_any_usual_spelling() {
        for name in ["Tuyên Quang", "tuyen quang", "Tỉnh Tuyên Quang", "TUYEN-QUANG", "08", "8", " tinh Tuyen  Quang "]
        {
            assert_eq!(province_named(name).unwrap().code, 8, "{name}");
        }
        for (name, code) in [("TP. Hồ Chí Minh", 79), ("da nang", 48), ("Bà Rịa - Vũng Tàu", 77), ("Hòa Bình", 17)]
        {
            assert_eq!(province_named(name).unwrap().code, code, "{name}");
        }
        let message = province_named("Tuyen Quan").unwrap_err().to_string();
        assert_eq!(message, "no province «Tuyen Quan» among the 63 of 2022: did you mean «Tuyên Quang»?");
        assert!(!province_named("Atlantis at the sea").unwrap_err().to_string().contains("did you mean"));
    }

    #[test]
    fn shifted_phone_curves_meet_the_adult_share() {
        let tables = tables().unwrap();
        for (code, want) in [(15, 0.735), (14, 0.583), (79, 0.757), (8, 0.65), (72, 0.73)] {
            let shares = &tables.phones[tables.place_of(code).unwrap()];
            let (mut all, mut with) = (0.0, 0.0);
            for age in 18..=100 {
                let people = (tables.ages.people(0, age) + tables.ages.people(1, age)) as f64;
                all += people;
                with += people * f64::from(shares.smartphone[age_group(age as i32)]) / f64::from(u32::MAX);
            }
            assert!((with / all - want).abs() < 0.001, "province {code}: {}", with / all);
        }
    }
}

//! The people: computed from a seed, never stored.
//!
//! Invariant: [`Population::citizen`] is a pure function of (seed, number of people, place, day), and
//! [`Population::find`] is the exact inverse of the numbers given out. Nothing is held per person; 100 million people
//! take well under a megabyte of tables.
//!
//! People are laid out by province of birth registration, sex and birth year ([`crate::layout`]); the six digits at
//! the end of a number are a keyed permutation of the place inside that cell. Everybody lives in the province that
//! registered the birth: moves are not simulated.

use jiff::civil::Date;
use songsinh_contract::{CitizenIndex, CitizenNumber, OldNumber, Person, PhoneNumber, Portrait, Purpose, Sex, Truth};

use crate::holdings::PaperNumbers;
use crate::layout::{Layout, Spot, cell_of};
use crate::person::{PhoneBook, ProvinceHomes};
use crate::tables::{Province, Tables, sex_place, tables};
use crate::{Commune, Identity, PeopleOfProvince, PopulationError, Residence, Shuffle};

/// The fewest people that can be computed.
pub const FEWEST_PEOPLE: u64 = 1000;
/// The most people that can be computed: every mobile prefix must hold two numbers for each of its people.
pub const MOST_PEOPLE: u64 = 105_000_000;
/// Viet Nam on 1 July 2022 (sum of the age pyramid; UN WPP 2024).
pub const VIET_NAM_2022: u64 = 99_680_655;

const SERIALS: Purpose = Purpose::named("population/serials");
const OLD_NUMBERS: Purpose = Purpose::named("population/old-numbers");
const FACES: Purpose = Purpose::named("population/faces");
const DRAW: Purpose = Purpose::named("population/draw");

/// What a population is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct PopulationConfig {
    /// Seed of everything about the people; a world's, not a run's.
    pub seed: u64,
    /// People living on 1 July 2022. Dead and cancelled numbers come on top (about 1 in 100).
    pub people: u64,
}

impl Default for PopulationConfig {
    fn default() -> Self {
        Self { seed: 1, people: VIET_NAM_2022 }
    }
}

/// A computed population.
#[derive(Debug)]
pub struct Population {
    pub(crate) config: PopulationConfig,
    pub(crate) tables: &'static Tables,
    pub(crate) layout: Layout,
    pub(crate) phones: PhoneBook,
    homes: Vec<ProvinceHomes>,
    serials: Shuffle,
    old_numbers: Shuffle,
    pub(crate) paper_numbers: PaperNumbers,
    face_key: u64,
}

impl Population {
    /// Lays out a population. Takes some milliseconds at any size.
    ///
    /// # Errors
    /// [`PopulationError::Size`] outside of [`FEWEST_PEOPLE`] to [`MOST_PEOPLE`]; [`PopulationError::Table`] when an
    /// embedded table is broken.
    pub fn new(config: PopulationConfig) -> Result<Self, PopulationError> {
        if !(FEWEST_PEOPLE..=MOST_PEOPLE).contains(&config.people) {
            return Err(PopulationError::Size { people: config.people });
        }
        let tables = tables()?;
        let layout = Layout::new(&tables.provinces, &tables.ages, config.people);
        if layout.largest() > 1_000_000 {
            return Err(PopulationError::Size { people: config.people });
        }
        let phones = PhoneBook::new(config.seed, &tables.prefixes, layout.len())
            .ok_or(PopulationError::Size { people: config.people })?;
        let homes = tables.provinces.iter().enumerate().map(|(place, province)| {
            let (start, len) = layout.province(place);
            ProvinceHomes::new(config.seed, place, province, start, len)
        });
        Ok(Self {
            config,
            tables,
            homes: homes.collect(),
            phones,
            serials: Shuffle::new(config.seed, SERIALS, 0, 1_000_000),
            old_numbers: Shuffle::new(config.seed, OLD_NUMBERS, 0, 1_000_000_000),
            paper_numbers: PaperNumbers::new(config.seed),
            face_key: songsinh_contract::Chance::new(config.seed, FACES, 0).bits(),
            layout,
        })
    }

    /// What it is computed from.
    #[must_use]
    pub fn config(&self) -> PopulationConfig {
        self.config
    }

    /// How many numbers were given out, the dead and the cancelled included: indices run from 0 to this.
    #[must_use]
    pub fn len(&self) -> u64 {
        u64::from(self.layout.len())
    }

    /// Never: [`FEWEST_PEOPLE`] is above zero.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An index that lies in the population: beyond the last one it starts over.
    fn place(&self, index: CitizenIndex) -> u32 {
        (index.0 % self.len()) as u32
    }

    pub(crate) fn spot(&self, index: CitizenIndex) -> (u32, Spot) {
        let place = self.place(index);
        // The first place always exists; `place` lies inside by construction.
        let spot = self.layout.spot(place).unwrap_or(Spot {
            cell: 0,
            province: 0,
            sex: 0,
            year: crate::layout::FIRST_YEAR,
            offset: 0,
            role: crate::layout::Role::Living,
        });
        (place, spot)
    }

    /// The number of somebody.
    #[must_use]
    pub fn number(&self, index: CitizenIndex) -> CitizenNumber {
        self.number_at(&self.spot(index).1)
    }

    pub(crate) fn number_at(&self, spot: &Spot) -> CitizenNumber {
        let century = (spot.year - 1900).div_euclid(100) as u8;
        let year = spot.year.rem_euclid(100) as u8;
        let serial = self.serials.forward(spot.cell, spot.offset).unwrap_or(0);
        CitizenNumber::from_parts(self.tables.provinces[spot.province].code, century * 2 + spot.sex as u8, year, serial)
    }

    /// Whose number that is; none if it was never given out. Numbers of people not yet born on some day are found too.
    #[must_use]
    pub fn find(&self, number: CitizenNumber) -> Option<CitizenIndex> {
        let province = self.tables.place_of(number.province())?;
        let cell = cell_of(province, sex_place(number.sex()), number.birth_year())?;
        let offset = self.serials.back(cell, number.serial())?;
        self.layout.place(cell, offset).map(|place| CitizenIndex(u64::from(place)))
    }

    /// Number, birth, sex and life of somebody on a day, without a single allocation. An index beyond the last one
    /// starts over from the first.
    #[must_use]
    pub fn identity(&self, index: CitizenIndex, day: Date) -> Identity {
        let (place, spot) = self.spot(index);
        self.identity_at(place, &spot, day)
    }

    /// Everything about somebody on a day. Who is born only later is told all the same (the lookups by number do not).
    /// An index beyond the last one starts over from the first.
    #[must_use]
    pub fn citizen(&self, index: CitizenIndex, day: Date) -> Person {
        self.person_at(index, day)
    }

    /// The person of a number on a day; none if it was never given out or the person is not yet born.
    #[must_use]
    pub fn lookup(&self, number: CitizenNumber, day: Date) -> Option<Person> {
        let index = self.find(number)?;
        self.identity(index, day).is_born(day).then(|| self.citizen(index, day))
    }

    /// Who held an old nine-digit number; none if nobody did.
    #[must_use]
    pub fn find_old(&self, number: OldNumber) -> Option<CitizenIndex> {
        let digits: u32 = number.to_string().parse().ok()?;
        let place = self.old_numbers.back(0, digits).filter(|&place| place < self.layout.len())?;
        let index = CitizenIndex(u64::from(place));
        self.had_old_number(place, &self.spot(index).1).then_some(index)
    }

    pub(crate) fn old_number_at(&self, place: u32) -> Option<OldNumber> {
        self.old_numbers.forward(0, place).and_then(OldNumber::from_u32)
    }

    /// Whose own phone has that number on a day (not who shares it); none if it is nobody's.
    #[must_use]
    pub fn find_phone(&self, number: PhoneNumber, day: Date) -> Option<CitizenIndex> {
        let index = CitizenIndex(u64::from(self.phones.holder(number)?));
        self.own_phone(index, day).filter(|phone| phone.number == number).map(|_| index)
    }

    /// The face of somebody, as in the population record.
    #[must_use]
    pub fn portrait(&self, index: CitizenIndex) -> Portrait {
        // Bijective steps only: two people never share a face.
        let mut face = u64::from(self.place(index)) ^ self.face_key;
        face = (face ^ (face >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        face = (face ^ (face >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Portrait { face: face ^ (face >> 31), shot: 0 }
    }

    /// Where somebody lives.
    #[must_use]
    pub fn residence(&self, index: CitizenIndex) -> Residence {
        let (place, spot) = self.spot(index);
        self.residence_at(place, &spot)
    }

    pub(crate) fn residence_at(&self, place: u32, spot: &Spot) -> Residence {
        self.homes[spot.province].residence(place)
    }

    /// The commune of a residence.
    #[must_use]
    pub fn commune(&self, residence: &Residence) -> (&'static Province, &'static Commune) {
        let province = &self.tables.provinces[residence.province];
        (province, &province.communes[residence.place])
    }

    /// Who lives in somebody's household, in one order for all of them; somebody is among them. Neighbours are put
    /// together without regard to age and kin, 2 to 6 at a time (fewer where a commune ends), the dead included.
    #[must_use]
    pub fn household(&self, index: CitizenIndex) -> Vec<CitizenIndex> {
        let (place, spot) = self.spot(index);
        let homes = &self.homes[spot.province];
        homes.members(&homes.residence(place))
    }

    /// The people of a province (by GSO code), to be drawn in a keyed order.
    ///
    /// # Errors
    /// [`PopulationError::Province`] when there is no such province.
    pub fn people_of(&self, province: u16) -> Result<PeopleOfProvince, PopulationError> {
        let place = self.tables.place_of(province);
        let place = place.ok_or(PopulationError::Province { given: province.to_string(), near: None })?;
        let (start, len) = self.layout.province(place);
        Ok(PeopleOfProvince::new(start, Shuffle::new(self.config.seed, DRAW, place as u64, len)))
    }

    /// The people of a commune (by GSO code), in the order of their households; none if there is no such commune.
    #[must_use]
    pub fn people_of_commune(&self, commune: u32) -> Option<Vec<CitizenIndex>> {
        self.tables.provinces.iter().zip(&self.homes).find_map(|(province, homes)| {
            let place = province.communes.binary_search_by_key(&commune, |commune| commune.code).ok()?;
            Some(homes.people_of(place))
        })
    }

    pub(crate) fn seed(&self) -> u64 {
        self.config.seed
    }
}

impl Truth for Population {
    fn person(&self, number: CitizenNumber, day: Date) -> Option<Person> {
        self.lookup(number, day)
    }
}

pub(crate) fn sex_of(spot: &Spot) -> Sex {
    if spot.sex == 0 { Sex::Male } else { Sex::Female }
}

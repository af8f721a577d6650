//! Who lives where, with whom.
//!
//! Invariant: every place of a province has one home and every home lies in one commune. A keyed permutation puts the
//! province's people in a row; communes are stretches of the row, sized by weight; inside a commune each 18 neighbours
//! form five households. So a household is the same list for each of its members.

use std::fmt::Write as _;

use songsinh_contract::{Chance, CitizenIndex, Purpose};

use super::words;
use crate::Shuffle;
use crate::assumed::{HAMLET_IS_AP_FROM, HOUSEHOLDS, NEIGHBOURS};
use crate::population::Population;
use crate::tables::Province;
use crate::weighted::apportion;

const HOMES: Purpose = Purpose::named("population/homes");
const PATTERN: Purpose = Purpose::named("population/household-pattern");
const HAMLET: Purpose = Purpose::named("population/hamlet");
const ETHNICITY: Purpose = Purpose::named("population/ethnicity");

/// Where somebody lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Residence {
    /// Place of the province in the order of GSO codes.
    pub(crate) province: usize,
    /// Place of the commune in the province.
    pub(crate) place: usize,
    /// Where the household starts in the province's row, and how many live in it.
    first: u32,
    size: u32,
    /// First place of the province, which makes `household` unique.
    start: u32,
}

impl Residence {
    /// A number that this household alone has.
    #[must_use]
    pub fn household(&self) -> u64 {
        u64::from(self.start) + u64::from(self.first)
    }
    /// How many live in the household.
    #[must_use]
    pub fn household_size(&self) -> usize {
        self.size as usize
    }
}

/// The homes of one province.
#[derive(Debug)]
pub(crate) struct ProvinceHomes {
    province: usize,
    start: u32,
    row: Shuffle,
    /// Where each commune starts in the row, and the end of the last.
    bounds: Vec<u32>,
    seed: u64,
}

impl ProvinceHomes {
    pub(crate) fn new(seed: u64, place: usize, province: &Province, start: u32, len: u32) -> Self {
        let weights: Vec<u128> = province.communes.iter().map(|commune| u128::from(commune.weight)).collect();
        let mut bounds = vec![0_u32];
        let mut end = 0;
        for part in apportion(&weights, u64::from(len)) {
            end += part as u32;
            bounds.push(end);
        }
        let row = Shuffle::new(seed, HOMES, u64::from(province.code), len);
        Self { province: place, start, row, bounds, seed }
    }

    pub(crate) fn residence(&self, place: u32) -> Residence {
        let at = self.row.forward(0, place - self.start).unwrap_or(0);
        let commune = self.bounds.partition_point(|&start| start <= at) - 1;
        let (low, high) = (self.bounds[commune], self.bounds[commune + 1]);
        let block = (at - low) / NEIGHBOURS;
        let block_start = low + block * NEIGHBOURS;
        let mut chance = Chance::new(self.seed, PATTERN, u64::from(self.start) + u64::from(block_start));
        let pattern = HOUSEHOLDS[chance.below(HOUSEHOLDS.len() as u64) as usize];
        let mut first = block_start;
        let mut size = u32::from(pattern[0]);
        for next in &pattern[1..] {
            if at < first + size {
                break;
            }
            first += size;
            size = u32::from(*next);
        }
        Residence { province: self.province, place: commune, first, size: size.min(high - first), start: self.start }
    }

    pub(crate) fn members(&self, residence: &Residence) -> Vec<CitizenIndex> {
        self.at(residence.first..residence.first + residence.size)
    }

    pub(crate) fn people_of(&self, commune: usize) -> Vec<CitizenIndex> {
        self.at(self.bounds[commune]..self.bounds[commune + 1])
    }

    fn at(&self, stretch: std::ops::Range<u32>) -> Vec<CitizenIndex> {
        let people = stretch.filter_map(|at| self.row.back(0, at));
        people.map(|offset| CitizenIndex(u64::from(self.start + offset))).collect()
    }
}

impl Population {
    /// The address as printed on the card: hamlet, commune, district, province.
    pub(crate) fn address(&self, residence: &Residence) -> String {
        let (province, commune) = self.commune(residence);
        let mut chance = Chance::new(self.seed(), HAMLET, residence.household());
        let hamlet = match (commune.is_urban(), province.code >= HAMLET_IS_AP_FROM) {
            (true, _) => "Tổ",
            (false, true) => "Ấp",
            (false, false) => "Thôn",
        };
        let number = 1 + chance.below(if commune.is_urban() { 24 } else { 14 });
        let mut address = String::with_capacity(128);
        let _ = write!(address, "{hamlet} {number}, ");
        let parts =
            [&*commune.kind, " ", &commune.name, ", ", &commune.district, ", ", &province.kind, " ", &province.name];
        address.extend(parts);
        address
    }

    /// The ethnic group of a household: its place among those of the province.
    pub(crate) fn ethnicity(&self, residence: &Residence) -> &'static crate::tables::Ethnicity {
        let [word, ..] = words(self.seed(), ETHNICITY, residence.household());
        self.tables.ethnicities[residence.province].pick(word)
    }
}

//! Names: surname, middle name, given name.
//!
//! Surnames follow the region and the ethnic group, middle and given names the sex and the time of birth (before
//! 1980 or after). A middle name is never the given name over again.

use songsinh_contract::Purpose;

use super::words;
use crate::assumed::NO_MIDDLE_NAME;
use crate::layout::Spot;
use crate::population::Population;
use crate::tables::Ethnicity;

const NAME: Purpose = Purpose::named("population/name");

/// The parts of somebody's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameParts {
    pub(crate) surname: &'static str,
    pub(crate) middle: Option<&'static str>,
    pub(crate) given: &'static str,
}

impl Population {
    pub(crate) fn name_parts(&self, place: u32, spot: &Spot, ethnicity: &Ethnicity) -> NameParts {
        let drawn = words(self.seed(), NAME, u64::from(place));
        let era = usize::from(spot.year >= 1980);
        let surnames = self.tables.surnames_of(&self.tables.provinces[spot.province], ethnicity);
        let given: &str = self.tables.given[spot.sex][era].pick(drawn[2]);
        let middles = &self.tables.middle[spot.sex][era];
        let at = middles.place(drawn[1]);
        let around = middles.items()[at..].iter().chain(&middles.items()[..at]);
        let middle =
            around.map(|name| &**name).find(|name| *name != given && name.split(' ').next_back() != Some(given));
        NameParts {
            surname: surnames.pick(drawn[0]),
            middle: middle.filter(|_| drawn[3] >= NO_MIDDLE_NAME[spot.sex]),
            given,
        }
    }

    pub(crate) fn name(&self, place: u32, spot: &Spot, ethnicity: &Ethnicity) -> String {
        let parts = self.name_parts(place, spot, ethnicity);
        let mut name = String::with_capacity(48);
        name.push_str(parts.surname);
        for part in parts.middle.into_iter().chain([parts.given]) {
            name.push(' ');
            name.push_str(part);
        }
        name
    }
}

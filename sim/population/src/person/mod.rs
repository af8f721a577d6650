//! What one person is made of.
//!
//! Invariant: every fact is drawn from a stream of its own purpose, keyed by the person's place (or the household's),
//! so no fact moves when another one changes.

mod card;
mod homes;
mod life;
mod name;
mod phone;

pub(crate) use homes::ProvinceHomes;
pub use homes::Residence;
pub use life::Identity;
pub(crate) use life::Life;
pub(crate) use phone::PhoneBook;

use jiff::civil::Date;
use rand_core::TryRng;
use songsinh_contract::{Chance, CitizenIndex, Person, Purpose};

use crate::assumed::OLD_NUMBER;
use crate::layout::Spot;
use crate::population::Population;

const OLD: Purpose = Purpose::named("population/old-number-held");

/// The first four words of a stream.
pub(crate) fn words(seed: u64, purpose: Purpose, index: u64) -> [u32; 4] {
    let mut chance = Chance::new(seed, purpose, index);
    std::array::from_fn(|_| word(&mut chance))
}

/// The next word of a stream.
pub(crate) fn word(chance: &mut Chance) -> u32 {
    let Ok(word) = chance.try_next_u32();
    word
}

/// Scales a word to `0 .. bound`.
pub(crate) fn scaled(word: u32, bound: u32) -> u32 {
    ((u64::from(word) * u64::from(bound)) >> 32) as u32
}

/// The share of the first row whose birth year is not before `year`.
pub(crate) fn share_by_year(rows: &[(i16, u32)], year: i16) -> u32 {
    rows.iter().find(|(last, _)| year <= *last).map_or(0, |(_, share)| *share)
}

impl Population {
    pub(crate) fn person_at(&self, index: CitizenIndex, day: Date) -> Person {
        let (place, spot) = self.spot(index);
        let life = self.life(place, &spot, day);
        let identity = self.identity_of(place, &spot, &life);
        let residence = self.residence_at(place, &spot);
        let ethnicity = self.ethnicity(&residence);
        Person {
            index: identity.index,
            number: identity.number,
            old_number: self.had_old_number(place, &spot).then(|| self.old_number_at(place)).flatten(),
            name: self.name(place, &spot, ethnicity),
            born: identity.born,
            sex: identity.sex,
            ethnicity: ethnicity.name.to_string(),
            address: self.address(&residence),
            commune: self.commune(&residence).1.code,
            life: identity.life,
            card: self.card(place, &life, day),
            portrait: self.portrait(index),
            phone: self.phone_at(place, &spot, identity.born, day),
        }
    }

    pub(crate) fn had_old_number(&self, place: u32, spot: &Spot) -> bool {
        let [word, ..] = words(self.seed(), OLD, u64::from(place));
        word < share_by_year(&OLD_NUMBER, spot.year)
    }
}

//! Birth and death.

use jiff::civil::Date;
use songsinh_contract::{BirthDate, CitizenIndex, CitizenNumber, LifeStatus, Purpose, Sex};

use super::{scaled, share_by_year, words};
use crate::assumed::{PYRAMID_DAY, PYRAMID_YEAR, REGISTER_OPENED, YEAR_ONLY};
use crate::days::{Day, date_of, day_number, day_of};
use crate::layout::{Role, Spot, deaths_per_million};
use crate::population::{Population, sex_of};

const LIFE: Purpose = Purpose::named("population/life");

/// Who somebody is, without texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// Place in the population.
    pub index: CitizenIndex,
    /// The twelve digits.
    pub number: CitizenNumber,
    /// Date of birth as the register knows it.
    pub born: BirthDate,
    /// Sex.
    pub sex: Sex,
    /// Alive or not, on the day asked for.
    pub life: LifeStatus,
}

impl Identity {
    /// Whether the person is born by a day.
    #[must_use]
    pub fn is_born(&self, day: Date) -> bool {
        match self.born {
            BirthDate::Full(born) => born <= day,
            BirthDate::Year(year) => year <= day.year(),
        }
    }
}

/// A day of a year, evenly in the half year that the word falls on.
fn day_of_birth(year: i16, first_half: u64, word: u32) -> Day {
    let july = day_of(year, 7, 2);
    let word = u64::from(word);
    if word < first_half {
        let new_year = day_of(year, 1, 1);
        new_year + (word * (july - new_year) as u64 / first_half) as Day
    } else {
        let days = (day_of(year + 1, 1, 1) - july) as u64;
        july + ((word - first_half) * days / ((1 << 32) - first_half).max(1)) as Day
    }
}

impl Population {
    pub(crate) fn identity_at(&self, place: u32, spot: &Spot, day: Date) -> Identity {
        let life = words(self.seed(), LIFE, u64::from(place));
        let born = day_of_birth(spot.year, self.layout.first_half(spot), life[0]);
        let by_year = life[3] < share_by_year(&YEAR_ONLY, spot.year);
        let end = life_end(spot, born, life[1], life[2], day_number(day));
        Identity {
            index: CitizenIndex(u64::from(place)),
            number: self.number_at(spot),
            born: if by_year { BirthDate::Year(spot.year) } else { BirthDate::Full(date_of(born)) },
            sex: sex_of(spot),
            life: end.map_or(LifeStatus::Alive, |(_, status)| status),
        }
    }

    /// The true day of birth, also of those of whom the register knows only the year.
    pub(crate) fn birth_day(&self, index: CitizenIndex) -> Day {
        let (place, spot) = self.spot(index);
        let [word, ..] = words(self.seed(), LIFE, u64::from(place));
        day_of_birth(spot.year, self.layout.first_half(&spot), word)
    }

    /// When the number of somebody stopped being a living person's, if by that day.
    pub(crate) fn end_by(&self, place: u32, spot: &Spot, day: Date) -> Option<(Day, LifeStatus)> {
        let life = words(self.seed(), LIFE, u64::from(place));
        let born = day_of_birth(spot.year, self.layout.first_half(spot), life[0]);
        life_end(spot, born, life[1], life[2], day_number(day))
    }
}

/// The end by a day: the dead and cancelled layers between the register's opening and the pyramid's day, the living
/// ones afterwards, year by year with the death rate of their age.
fn life_end(spot: &Spot, born: Day, when: u32, survival: u32, by: Day) -> Option<(Day, LifeStatus)> {
    let status = match spot.role {
        Role::Living => return death_after(spot.year, survival, by),
        Role::Dead => LifeStatus::Dead,
        Role::Cancelled => LifeStatus::Cancelled,
    };
    let from = REGISTER_OPENED.max(born);
    let end = from + scaled(when, (PYRAMID_DAY - from).max(1) as u32) as Day;
    (end <= by).then_some((end, status))
}

fn death_after(born_in: i16, survival: u32, by: Day) -> Option<(Day, LifeStatus)> {
    if by <= PYRAMID_DAY {
        return None;
    }
    let mut alive = 1_u64 << 32;
    let mut age = i32::from(PYRAMID_YEAR) - i32::from(born_in);
    let mut year_start = PYRAMID_DAY;
    while year_start < by && alive > 0 {
        let dying = (alive * u64::from(deaths_per_million(age)) / 1_000_000).max(1);
        let left = alive - dying;
        if u64::from(survival) >= left {
            let into_year = ((alive - u64::from(survival)) * 365 / dying).min(364) as Day;
            let end = year_start + 1 + into_year;
            return (end <= by).then_some((end, LifeStatus::Dead));
        }
        alive = left;
        age += 1;
        year_start += 365;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn births_stay_in_their_year_and_half(year in 1914_i16..2023, half in 0_u64..=1 << 32, word: u32) {
            let born = date_of(day_of_birth(year, half, word));
            prop_assert_eq!(born.year(), year);
            prop_assert_eq!(u64::from(word) < half, (born.month(), born.day()) <= (7, 1));
        }

        #[test]
        fn who_is_dead_stays_dead(year in 1914_i16..2023, survival: u32, by in PYRAMID_DAY..PYRAMID_DAY + 20_000) {
            if let Some((end, _)) = death_after(year, survival, by) {
                prop_assert!(end <= by && end > PYRAMID_DAY);
                prop_assert_eq!(death_after(year, survival, by + 777), Some((end, LifeStatus::Dead)));
                prop_assert_eq!(death_after(year, survival, end - 1), None);
            }
        }
    }
}

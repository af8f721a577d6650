//! Birth and death.

use jiff::civil::Date;
use songsinh_contract::{BirthDate, CitizenIndex, CitizenNumber, LifeStatus, Purpose, Sex};

use super::{scaled, share_by_year, words};
use crate::assumed::{PYRAMID_DAY, PYRAMID_YEAR, REGISTER_OPENED, YEAR_ONLY};
use crate::days::{Day, date_in_year, day_number};
use crate::layout::{Role, Spot, YearDays, deaths_per_million};
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

/// Birth and end of somebody, as on a day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Life {
    /// As the register knows it.
    pub(crate) born: BirthDate,
    /// When the number stopped being a living person's, if by then.
    pub(crate) end: Option<(Day, LifeStatus)>,
}

/// A day of a year counted from 0, evenly in the half year that the first word falls on.
fn birth_in_year(days: YearDays, first_half: u64, half: u32, day: u32) -> u32 {
    let late = u64::from(half) >= first_half;
    let (from, count) = if late { (days.half, days.whole - days.half) } else { (0, days.half) };
    from + scaled(day, count)
}

impl Population {
    /// The words of a life: half of the birth year, day in it, end, whether only the year is known.
    fn life_words(&self, place: u32) -> [u32; 4] {
        words(self.seed(), LIFE, u64::from(place))
    }

    pub(crate) fn life(&self, place: u32, spot: &Spot, day: Date) -> Life {
        let [half, in_half, end, known] = self.life_words(place);
        let days = self.layout.year_days(spot);
        let born = birth_in_year(days, self.layout.first_half(spot), half, in_half);
        let by_year = known < share_by_year(&YEAR_ONLY, spot.year);
        Life {
            born: if by_year {
                BirthDate::Year(spot.year)
            } else {
                BirthDate::Full(date_in_year(spot.year, born, days.whole))
            },
            end: life_end(spot, days.start + born as Day, end, day_number(day)),
        }
    }

    pub(crate) fn identity_at(&self, place: u32, spot: &Spot, day: Date) -> Identity {
        self.identity_of(place, spot, &self.life(place, spot, day))
    }

    pub(crate) fn identity_of(&self, place: u32, spot: &Spot, life: &Life) -> Identity {
        Identity {
            index: CitizenIndex(u64::from(place)),
            number: self.number_at(spot),
            born: life.born,
            sex: sex_of(spot),
            life: life.end.map_or(LifeStatus::Alive, |(_, status)| status),
        }
    }

    /// The true day of birth, also of those of whom the register knows only the year.
    pub(crate) fn birth_day(&self, index: CitizenIndex) -> Day {
        let (place, spot) = self.spot(index);
        let [half, in_half, ..] = self.life_words(place);
        let days = self.layout.year_days(&spot);
        days.start + birth_in_year(days, self.layout.first_half(&spot), half, in_half) as Day
    }
}

/// The end by a day: the dead and cancelled layers between the register's opening and the pyramid's day, the living
/// ones afterwards, year by year with the death rate of their age.
fn life_end(spot: &Spot, born: Day, word: u32, by: Day) -> Option<(Day, LifeStatus)> {
    let status = match spot.role {
        Role::Living => return death_after(spot.year, word, by),
        Role::Dead => LifeStatus::Dead,
        Role::Cancelled => LifeStatus::Cancelled,
    };
    let from = REGISTER_OPENED.max(born);
    let end = from + scaled(word, (PYRAMID_DAY - from).max(1) as u32) as Day;
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
        fn births_stay_in_their_half(first_half in 0_u64..=1 << 32, half: u32, day: u32) {
            let days = YearDays { start: 0, half: 182, whole: 365 };
            let born = birth_in_year(days, first_half, half, day);
            prop_assert!(born < 365);
            prop_assert_eq!(u64::from(half) < first_half, born < 182);
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

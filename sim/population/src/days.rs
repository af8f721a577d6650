//! Days as integers, cheap enough for the hot path: days since 1 January 1970, and back.
//!
//! The civil-calendar arithmetic is Howard Hinnant's ("chrono-compatible low-level date algorithms").

use jiff::civil::Date;

/// A day, counted from 1970-01-01.
pub(crate) type Day = i32;

pub(crate) const fn day_of(year: i16, month: i8, day: i8) -> Day {
    let year = if month <= 2 { year as i32 - 1 } else { year as i32 };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = (month as i32 + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day as i32 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub(crate) fn day_number(date: Date) -> Day {
    day_of(date.year(), date.month(), date.day())
}

/// The date of a day; days outside of years 1 to 9999 are taken to the nearest end.
pub(crate) fn date_of(day: Day) -> Date {
    let shifted = day.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
    let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    let end = if year < 1 { Date::MIN } else { Date::MAX };
    match i16::try_from(year) {
        Ok(year) => Date::new(year, month as i8, day as i8).unwrap_or(end),
        Err(_) => end,
    }
}

/// Month and day of every day of a leap year.
const LEAP_YEAR: [(i8, i8); 366] = {
    let months = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut days = [(1, 1); 366];
    let (mut at, mut month) = (0, 0);
    while month < 12 {
        let mut day = 1;
        while day <= months[month] {
            days[at] = (month as i8 + 1, day);
            at += 1;
            day += 1;
        }
        month += 1;
    }
    days
};
/// 28 February is day 58 of a year, counted from 0.
const LAST_COMMON_DAY: u32 = 58;

/// The date of a day of a year, counted from 0.
pub(crate) fn date_in_year(year: i16, at: u32, days_of_year: u32) -> Date {
    let place = at + u32::from(days_of_year == 365 && at > LAST_COMMON_DAY);
    let (month, day) = LEAP_YEAR.get(place as usize).copied().unwrap_or((12, 31));
    Date::new(year, month, day).unwrap_or(Date::MIN)
}

/// The n-th birthday of who was born on a date; 29 February falls on the 28th in common years.
pub(crate) fn birthday(born: Date, age: i16) -> Date {
    let year = born.year().saturating_add(age);
    Date::new(year, born.month(), born.day()).or_else(|_| Date::new(year, 2, 28)).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn known_days() {
        assert_eq!(day_number(date(1970, 1, 1)), 0);
        assert_eq!(day_number(date(2000, 3, 1)), 11_017);
        assert_eq!(birthday(date(2004, 2, 29), 18), date(2022, 2, 28));
        assert_eq!(birthday(date(2004, 2, 29), 20), date(2024, 2, 29));
    }

    proptest! {
        #[test]
        fn days_follow_each_other_as_in_the_calendar(year in 1_i16..9998, month in 1_i8..13, day in 1_i8..29) {
            let at = date(year, month, day);
            prop_assert_eq!(date_of(day_number(at)), at);
            prop_assert_eq!(date_of(day_number(at) + 1), at.tomorrow().unwrap());
            let (start, next) = (day_of(year, 1, 1), day_of(year + 1, 1, 1));
            let in_year = date_in_year(year, (day_number(at) - start) as u32, (next - start) as u32);
            prop_assert_eq!(in_year, at);
        }
    }
}

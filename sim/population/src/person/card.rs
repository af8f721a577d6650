//! The chip card in somebody's hand on a day.
//!
//! A card issued at 14 or later is valid until the 25th, 40th or 60th birthday; one issued within the two years before
//! such a birthday until the next; one issued from 58 on for good (law on citizen identification 2014, art. 21).
//!
//! ```text
//! first card ──► 25th birthday ──► renewed (85 %) ──► 40th … ──► 60th ──► no last day
//!        └─ lost (replaced later, or not), re-issued while the old one is in hand, cancelled
//! ```

use jiff::civil::{Date, date};
use songsinh_contract::{BirthDate, CardFacts, CardStatus, Chance, Purpose};

use super::{Life, scaled, word};
use crate::assumed::{
    CARD_CANCELLED, CARD_LOST, CARD_REISSUED, CARDS_ISSUED, FIRST_CARD_IN_TIME, INCIDENT_DAYS, LOST_REPLACED, RENEWS,
};
use crate::days::{Day, birthday, date_of, day_number};
use crate::population::Population;

const CARD: Purpose = Purpose::named("population/card");
/// More cards than anybody can have: three renewals and a few losses.
const MOST_CARDS: usize = 12;

/// The last day of a card.
#[must_use]
pub(crate) fn last_day(born: Date, issued: Date) -> Option<Date> {
    [25, 40, 60].into_iter().find(|age| issued < birthday(born, age - 2)).map(|age| birthday(born, age))
}

/// When the first card is issued; none if never.
fn first_issue(born: Date, chance: &mut Chance) -> Option<Day> {
    let (share, delay) = (word(chance), word(chance));
    let fourteen = day_number(birthday(born, 14));
    let (opened, _) = CARDS_ISSUED[0];
    if fourteen > opened {
        return (share < FIRST_CARD_IN_TIME).then(|| fourteen + scaled(delay, 365) as Day);
    }
    CARDS_ISSUED.windows(2).find(|pair| share < pair[1].1).map(|pair| {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        from + (u64::from(share - low) * (to - from) as u64 / u64::from(high - low)) as Day
    })
}

/// What happens to a card in its first years.
fn incident(issued: Day, chance: &mut Chance) -> Option<(Day, CardStatus)> {
    let (what, when) = (word(chance), word(chance));
    let status = if what < CARD_LOST {
        CardStatus::Lost
    } else if what < CARD_LOST + CARD_REISSUED {
        CardStatus::Reissued
    } else if what < CARD_LOST + CARD_REISSUED + CARD_CANCELLED {
        CardStatus::Cancelled
    } else {
        return None;
    };
    Some((issued + 1 + scaled(when, INCIDENT_DAYS) as Day, status))
}

impl Population {
    /// The card in hand on a day. The dead keep the one they had.
    pub(crate) fn card(&self, place: u32, life: &Life, day: Date) -> Option<CardFacts> {
        let born = match life.born {
            BirthDate::Full(born) => born,
            BirthDate::Year(year) => Date::new(year, 1, 1).unwrap_or(date(1900, 1, 1)),
        };
        let by = life.end.map_or(day_number(day), |(end, _)| end);
        card_by(born, by, Chance::new(self.seed(), CARD, u64::from(place)))
    }
}

fn card_by(born: Date, by: Day, mut chance: Chance) -> Option<CardFacts> {
    let mut issued = first_issue(born, &mut chance).filter(|issued| *issued <= by)?;
    let mut card = None;
    for _ in 0..MOST_CARDS {
        let expires = last_day(born, date_of(issued));
        let mut facts = CardFacts { issued: date_of(issued), expires, status: CardStatus::Valid };
        let (renews, early) = (word(&mut chance), word(&mut chance));
        let renewed = expires.filter(|_| renews < RENEWS.0).map(|last| {
            // From a month before the last day to RENEWS.1 days after it.
            (day_number(last) - 30 + scaled(early, RENEWS.1 + 30) as Day).max(issued + 1)
        });
        let hit = incident(issued, &mut chance);
        let (replaced, after) = (word(&mut chance), word(&mut chance));
        let hit = hit.filter(|(when, _)| *when <= by && renewed.is_none_or(|renewed| *when < renewed));
        let next = match hit {
            Some((when, status)) => {
                facts.status = status;
                let replaced = status == CardStatus::Lost && replaced < LOST_REPLACED.0;
                replaced.then(|| when + 1 + scaled(after, LOST_REPLACED.1) as Day)
            }
            None => renewed,
        };
        card = Some(facts);
        match next.filter(|next| *next <= by) {
            Some(next) => issued = next,
            None => break,
        }
    }
    card
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn last_days_follow_the_law() {
        let born = date(2000, 8, 22);
        assert_eq!(last_day(born, date(2021, 5, 10)), Some(date(2025, 8, 22)));
        assert_eq!(last_day(born, date(2023, 8, 21)), Some(date(2025, 8, 22)));
        assert_eq!(last_day(born, date(2023, 8, 22)), Some(date(2040, 8, 22)));
        assert_eq!(last_day(date(1964, 3, 1), date(2021, 5, 10)), Some(date(2024, 3, 1)));
        assert_eq!(last_day(date(1963, 3, 1), date(2021, 5, 10)), None);
    }

    proptest! {
        #[test]
        fn cards_come_in_order(seed: u64, year in 1920_i16..2009, month in 1_i8..13, day in 1_i8..29, by in 18_000..40_000) {
            let born = date(year, month, day);
            let at = |by| card_by(born, by, Chance::new(seed, CARD, 0));
            if let Some(card) = at(by) {
                prop_assert!(day_number(card.issued) <= by && card.issued >= birthday(born, 14));
                prop_assert!(card.issued >= date(2021, 1, 1));
                prop_assert!(card.expires.is_none_or(|last| last > card.issued));
                let later = at(by + 500).unwrap();
                prop_assert!(later.issued >= card.issued);
            }
        }
    }
}

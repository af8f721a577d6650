//! What the registers beside the population's hold of a person: papers and bills.
//!
//! Invariant: as every other fact, a holding is a pure function of (seed, person, day); a number once given stays with its
//! holder and nobody else has it. The dead, the cancelled and those not yet born hold nothing.
//!
//! Not here: whether a paper is in a wallet or a bill is paid (the target keeps that).

mod bills;
mod numbers;
mod papers;

pub(crate) use numbers::PaperNumbers;

use jiff::civil::Date;
use songsinh_contract::{Bill, BirthDate, CitizenIndex, Holdings, LifeStatus, Paper};

use crate::days::{birthday, date_of, day_number};
use crate::person::{Identity, scaled};
use crate::{Population, Residence};

/// A living person on a day, as far as registers look at one.
struct Holder {
    identity: Identity,
    place: u32,
    /// Place among the people of the province of birth.
    offset: u32,
    province: usize,
    /// The day of birth, or 1 January of the year.
    born: Date,
    residence: Residence,
    day: Date,
}

impl Holder {
    fn age(&self) -> i32 {
        self.identity.born.age_on(self.day)
    }
    /// A day within `within` days after an age is reached or something came into being; none if it is still to come.
    fn at(&self, age: i16, (since, within): (crate::days::Day, u32), word: u32) -> Option<Date> {
        let from = day_number(birthday(self.born, age)).max(since);
        let at = date_of(from + scaled(word, within) as crate::days::Day);
        (at <= self.day).then_some(at)
    }
}

impl Population {
    /// The papers of somebody on a day, at most one of a kind, in the order of the kinds. An index beyond the last one
    /// starts over from the first.
    #[must_use]
    pub fn papers(&self, index: CitizenIndex, day: Date) -> Vec<Paper> {
        self.holder(index, day).map_or_else(Vec::new, |holder| self.papers_of(&holder))
    }

    /// The unpaid bills of somebody on a day, at most one of a kind, in the order of the kinds. A household's bills for
    /// electricity and water are its first living adult's (on the month's first day). They are those of the month before;
    /// the next month has others.
    #[must_use]
    pub fn bills(&self, index: CitizenIndex, day: Date) -> Vec<Bill> {
        self.holder(index, day).map_or_else(Vec::new, |holder| self.bills_of(&holder))
    }

    /// Papers and bills of somebody on a day.
    #[must_use]
    pub fn holdings(&self, index: CitizenIndex, day: Date) -> Holdings {
        let Some(holder) = self.holder(index, day) else { return Holdings::default() };
        Holdings { papers: self.papers_of(&holder), bills: self.bills_of(&holder) }
    }

    fn holder(&self, index: CitizenIndex, day: Date) -> Option<Holder> {
        let (place, spot) = self.spot(index);
        let identity = self.identity_at(place, &spot, day);
        if identity.life != LifeStatus::Alive || !identity.is_born(day) {
            return None;
        }
        Some(Holder {
            identity,
            place,
            offset: place - self.layout.province(spot.province).0,
            province: spot.province,
            born: match identity.born {
                BirthDate::Full(born) => born,
                BirthDate::Year(year) => Date::new(year, 1, 1).unwrap_or(Date::MIN),
            },
            residence: self.residence_at(place, &spot),
            day,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PopulationConfig;
    use crate::assumed::{
        ELECTRICITY, INSURED, LICENCE, LICENCE_CLASSES, LICENCE_PASSED, PAYS_OWN_INSURANCE, TAX_NUMBER,
        TAX_NUMBER_GIVEN, VEHICLE, VEHICLE_REGISTERED, VOLUNTARY_SOCIAL_INSURANCE,
    };
    use crate::person::share_by_year;
    use jiff::civil::date;
    use songsinh_contract::{BillKind, PaperKind};

    /// A count of people, and how many of them should be in it.
    #[derive(Default)]
    struct Tally {
        people: f64,
        variance: f64,
        wanted: f64,
        found: f64,
    }

    impl Tally {
        fn add(&mut self, share: f64, found: bool) {
            self.people += 1.0;
            self.wanted += share;
            self.variance += share * (1.0 - share);
            self.found += f64::from(u8::from(found));
        }
        /// Within four standard deviations, and tight enough to notice a share that is a tenth off.
        fn holds(&self, what: &str) {
            let off = (self.found - self.wanted).abs();
            println!(
                "{what}: {} of {}, {:.0} wanted, σ {:.1}",
                self.found,
                self.people,
                self.wanted,
                self.variance.sqrt()
            );
            assert!(off <= 4.0 * self.variance.sqrt() + 1.0, "{what}: {} found, {} wanted", self.found, self.wanted);
            assert!(4.0 * self.variance.sqrt() < 0.1 * self.wanted, "{what}: too few people to tell");
        }
    }

    fn part(bound: u32) -> f64 {
        f64::from(bound) / 2_f64.powi(32)
    }

    /// The share that an age and a start give time for.
    fn by_now(holder: &Holder, age: i16, (since, within): (crate::days::Day, u32)) -> f64 {
        let from = day_number(birthday(holder.born, age)).max(since);
        (f64::from(day_number(holder.day) - from + 1) / f64::from(within)).clamp(0.0, 1.0)
    }

    #[test]
    fn shares_are_those_of_the_assumptions() {
        let population = Population::new(PopulationConfig { seed: 4, ..PopulationConfig::default() }).unwrap();
        let day = date(2022, 8, 22);
        let mut papers: [Tally; 4] = Default::default();
        let (mut social, mut own_insurance, mut powered) = (Tally::default(), Tally::default(), Tally::default());
        let step = population.len() / 40_000;
        for index in (0..40_000).map(|nth| CitizenIndex(nth * step)) {
            let Some(holder) = population.holder(index, day) else { continue };
            let held = population.holdings(index, day);
            let year = holder.born.year();
            let insured = INSURED.iter().find(|row| holder.age() <= row.0).map_or(0.0, |row| part(row.1));
            let classes: f64 = LICENCE_CLASSES.iter().map(|class| class.1 as f64).sum();
            let licensed: f64 = LICENCE_CLASSES
                .iter()
                .map(|class| class.1 as f64 / classes * by_now(&holder, class.2, LICENCE_PASSED))
                .sum();
            let shares = [
                part(share_by_year(&LICENCE, year)) * licensed,
                part(share_by_year(&VEHICLE, year)) * by_now(&holder, 18, VEHICLE_REGISTERED),
                insured,
                part(share_by_year(&TAX_NUMBER, year)) * by_now(&holder, 18, TAX_NUMBER_GIVEN),
            ];
            for ((tally, kind), share) in papers.iter_mut().zip(PaperKind::ALL).zip(shares) {
                tally.add(share, held.paper(kind).is_some());
            }
            let has = |kind| held.bills.iter().any(|bill| bill.kind == kind);
            if (18..60).contains(&holder.age()) {
                social.add(part(VOLUNTARY_SOCIAL_INSURANCE), has(BillKind::SocialInsurance));
                own_insurance.add(part(PAYS_OWN_INSURANCE) * insured, has(BillKind::HealthInsurance));
            }
            let household = population.household(index);
            if population.payer(&household, day) == Some(index) {
                powered.add(part(ELECTRICITY), has(BillKind::Electricity));
            } else {
                assert!(!has(BillKind::Electricity) && !has(BillKind::Water));
            }
        }
        for (tally, kind) in papers.iter().zip(PaperKind::ALL) {
            tally.holds(kind.as_str());
        }
        // The share printed in the press.
        let insured = papers[2].found / papers[2].people;
        assert!((0.91..0.93).contains(&insured), "{insured}");
        own_insurance.holds("pays for health insurance");
        powered.holds("electricity");
        let found = social.found / social.people;
        assert!((0.02..0.04).contains(&found), "{found}");
    }
}

//! Who has which bill to pay.

use std::fmt::Write as _;

use jiff::civil::Date;
use songsinh_contract::{Bill, BillKind, CitizenIndex, LifeStatus, Purpose};

use super::Holder;
use crate::Population;
use crate::assumed::{
    ELECTRICITY, ELECTRICITY_KWH, ELECTRICITY_VND, INSURANCE_VND, PAYS_OWN_INSURANCE, PIPED_WATER,
    SOCIAL_INSURANCE_STEPS, VOLUNTARY_SOCIAL_INSURANCE, WATER_M3, WATER_VND,
};
use crate::person::{scaled, words};

const SUPPLIED: Purpose = Purpose::named("population/supplied");
const USED_POWER: Purpose = Purpose::named("population/used-power");
const USED_WATER: Purpose = Purpose::named("population/used-water");
const INSURED_BY: Purpose = Purpose::named("population/insured-by");

/// A month: how it stands in a bill's id, and which of all months.
struct Month {
    year: i16,
    month: i8,
}

impl Month {
    fn before(day: Date) -> Self {
        match day.month() {
            1 => Self { year: day.year() - 1, month: 12 },
            month => Self { year: day.year(), month: month - 1 },
        }
    }
    /// Counted through the years, below 2^17.
    fn count(&self) -> u64 {
        (i64::from(self.year) * 12 + i64::from(self.month)).unsigned_abs()
    }
}

impl Population {
    pub(super) fn bills_of(&self, holder: &Holder) -> Vec<Bill> {
        let month = Month::before(holder.day);
        let household = self.household(holder.identity.index);
        let pays = self.payer(&household, holder.day) == Some(holder.identity.index);
        let [powered, piped, ..] = words(self.seed(), SUPPLIED, holder.residence.household());
        let town = usize::from(self.commune(&holder.residence).1.is_urban());
        let mut bills = Vec::new();
        if pays && powered < ELECTRICITY {
            let kwh = self.used(USED_POWER, holder, &month, ELECTRICITY_KWH);
            bills.push(bill(BillKind::Electricity, &month, holder, tiered(kwh, &ELECTRICITY_VND) * 110 / 100));
        }
        if pays && piped < PIPED_WATER[town] {
            let cubic_metres = self.used(USED_WATER, holder, &month, WATER_M3);
            bills.push(bill(BillKind::Water, &month, holder, tiered(cubic_metres, &WATER_VND) * 115 / 100));
        }
        let [social, base, health, _] = words(self.seed(), INSURED_BY, u64::from(holder.place));
        if !(18..60).contains(&holder.age()) {
            return bills;
        }
        if social < VOLUNTARY_SOCIAL_INSURANCE {
            let base_vnd = 1_500_000 + 50_000 * i64::from(scaled(base, SOCIAL_INSURANCE_STEPS + 1));
            bills.push(bill(BillKind::SocialInsurance, &month, holder, base_vnd * 22 / 100 - 33_000));
        }
        if health < PAYS_OWN_INSURANCE && self.insurance(holder).is_some() {
            let place = household.iter().position(|member| *member == holder.identity.index).unwrap_or(0);
            let amount = INSURANCE_VND[place.min(INSURANCE_VND.len() - 1)];
            bills.push(bill(BillKind::HealthInsurance, &month, holder, amount));
        }
        bills
    }

    /// Who pays for a household in a day's month: its first living adult on the month's first day.
    pub(super) fn payer(&self, household: &[CitizenIndex], day: Date) -> Option<CitizenIndex> {
        let day = day.first_of_month();
        household.iter().copied().find(|member| {
            let identity = self.identity(*member, day);
            identity.life == LifeStatus::Alive && identity.born.age_on(day) >= 18
        })
    }

    /// What a household used in a month: the lower of two draws, since few use much.
    fn used(&self, purpose: Purpose, holder: &Holder, month: &Month, (least, width): (u32, u32)) -> u32 {
        let [one, other, ..] = words(self.seed(), purpose, holder.residence.household() << 17 | month.count());
        least + scaled(one.min(other), width)
    }
}

/// Đồng for so many units, each at the price of its step.
fn tiered(units: u32, steps: &[(u32, i64)]) -> i64 {
    let mut from = 0;
    let mut sum = 0;
    for &(to, price) in steps {
        sum += i64::from(units.min(to).saturating_sub(from)) * price;
        from = to;
    }
    sum
}

/// The id: biller, month, and the household's or the person's own number.
fn bill(kind: BillKind, month: &Month, holder: &Holder, amount_vnd: i64) -> Bill {
    let (biller, whose) = match kind {
        BillKind::Electricity => ("PE", holder.residence.household()),
        BillKind::Water => ("PW", holder.residence.household()),
        BillKind::SocialInsurance => ("XH", u64::from(holder.place)),
        BillKind::HealthInsurance => ("YT", u64::from(holder.place)),
    };
    let mut id = String::with_capacity(17);
    let _ = write!(id, "{biller}{:04}{:02}{whose:09}", month.year, month.month);
    Bill { id: id.into(), kind, amount_vnd, paid: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_cost_the_price_of_their_step() {
        assert_eq!(tiered(0, &ELECTRICITY_VND), 0);
        assert_eq!(tiered(50, &ELECTRICITY_VND), 50 * 1678);
        assert_eq!(tiered(101, &ELECTRICITY_VND), 50 * 1678 + 50 * 1734 + 2014);
        assert_eq!(tiered(15, &WATER_VND), 70_000 + 5 * 8500);
    }
}

//! Who holds which paper since when.

use jiff::civil::Date;
use songsinh_contract::{Paper, PaperKind, Purpose};

use super::{Holder, numbers};
use crate::Population;
use crate::assumed::{
    INSURED, LICENCE, LICENCE_CLASSES, LICENCE_PASSED, TAX_NUMBER, TAX_NUMBER_GIVEN, VEHICLE, VEHICLE_REGISTERED,
};
use crate::days::birthday;
use crate::person::{scaled, share_by_year, words};

const DRIVES: Purpose = Purpose::named("population/driving-licence");
const OWNS: Purpose = Purpose::named("population/vehicle");
const INSURES: Purpose = Purpose::named("population/health-insurance");
const EARNS: Purpose = Purpose::named("population/tax-number");

impl Population {
    pub(super) fn papers_of(&self, holder: &Holder) -> Vec<Paper> {
        let kinds = [self.licence(holder), self.registration(holder), self.insurance(holder), self.tax_number(holder)];
        kinds.into_iter().flatten().collect()
    }

    fn licence(&self, holder: &Holder) -> Option<Paper> {
        let [held, when, class, _] = words(self.seed(), DRIVES, u64::from(holder.place));
        if held >= share_by_year(&LICENCE, holder.born.year()) {
            return None;
        }
        let total: u64 = LICENCE_CLASSES.iter().map(|class| class.1).sum();
        let mut left = u64::from(scaled(class, total as u32));
        let (class, _, age, years) = *LICENCE_CLASSES.iter().find(|class| {
            let here = left < class.1;
            left = left.saturating_sub(class.1);
            here
        })?;
        let passed = holder.at(age, LICENCE_PASSED, when)?;
        // Renewed in time, each on the last day of the one before.
        let issued = years.map_or(passed, |years| {
            let terms = (holder.day.year() - passed.year()) / years;
            let last = birthday(passed, terms * years);
            if last <= holder.day { last } else { birthday(passed, (terms - 1) * years) }
        });
        let province = self.tables.provinces[holder.province].code;
        let number = self.paper_numbers.licence(province, holder.identity.sex, passed, holder.offset);
        Some(Paper {
            kind: PaperKind::DrivingLicence,
            number: number.into(),
            holder: holder.identity.number,
            detail: class.into(),
            issued,
            expires: years.map(|years| birthday(issued, years)),
        })
    }

    fn registration(&self, holder: &Holder) -> Option<Paper> {
        let [held, when, ..] = words(self.seed(), OWNS, u64::from(holder.place));
        if held >= share_by_year(&VEHICLE, holder.born.year()) {
            return None;
        }
        let issued = holder.at(18, VEHICLE_REGISTERED, when)?;
        let (number, plate) = self.paper_numbers.plate(self.tables.provinces[holder.province].code, holder.offset);
        Some(Paper {
            kind: PaperKind::VehicleRegistration,
            number: number.into(),
            holder: holder.identity.number,
            detail: plate.into(),
            issued,
            expires: None,
        })
    }

    pub(super) fn insurance(&self, holder: &Holder) -> Option<Paper> {
        let [held, ..] = words(self.seed(), INSURES, u64::from(holder.place));
        let share = INSURED.iter().find(|(last, _)| holder.age() <= *last).map_or(0, |(_, share)| *share);
        if held >= share {
            return None;
        }
        let (province, commune) = self.commune(&holder.residence);
        let year = holder.day.year();
        Some(Paper {
            kind: PaperKind::HealthInsurance,
            number: self.paper_numbers.insurance(province.code, holder.offset).into(),
            holder: holder.identity.number,
            detail: format!("Trung tâm Y tế {}", commune.district).into(),
            // Renewed every year.
            issued: Date::new(year, 1, 1).unwrap_or(Date::MIN).max(holder.born),
            expires: Date::new(year, 12, 31).ok(),
        })
    }

    fn tax_number(&self, holder: &Holder) -> Option<Paper> {
        let [held, when, ..] = words(self.seed(), EARNS, u64::from(holder.place));
        if held >= share_by_year(&TAX_NUMBER, holder.born.year()) {
            return None;
        }
        let issued = holder.at(18, TAX_NUMBER_GIVEN, when)?;
        let (_, commune) = self.commune(&holder.residence);
        Some(Paper {
            kind: PaperKind::TaxNumber,
            number: numbers::tax_number(self.paper_numbers.tax(holder.place)).into(),
            holder: holder.identity.number,
            detail: format!("Chi cục Thuế {}", commune.district).into(),
            issued,
            expires: None,
        })
    }
}

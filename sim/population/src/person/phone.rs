//! Phones: who has one, which, and its number.
//!
//! Invariant: no two people have the same number of their own, at any time. A keyed permutation puts all places in a
//! row; each mobile prefix owns a stretch of it, sized by the carrier's weight; the seven digits behind the prefix are
//! a permutation of the place in the stretch. The second half of a prefix's numbers is for those who change theirs.

use jiff::civil::Date;
use songsinh_contract::{BirthDate, Carrier, CitizenIndex, LifeStatus, Os, PhoneFacts, PhoneNumber, Purpose};

use super::{scaled, words};
use crate::Shuffle;
use crate::assumed::{BORROWS_A_PHONE, NUMBER_CHANGED, NUMBER_CHANGES, PYRAMID_DAY};
use crate::days::{Day, date_of, day_number};
use crate::layout::Spot;
use crate::population::Population;
use crate::tables::{Prefix, age_group};
use crate::weighted::{Weighted, apportion};

const PHONE: Purpose = Purpose::named("population/phone");
const CHANGE: Purpose = Purpose::named("population/phone-change");
const ORDER: Purpose = Purpose::named("population/phone-order");
const DIGITS: Purpose = Purpose::named("population/phone-digits");
const NUMBERS_OF_A_PREFIX: u32 = 10_000_000;
const MINOR: i32 = 14;
const ADULT: i32 = 18;

/// Which number belongs to which place.
#[derive(Debug)]
pub(crate) struct PhoneBook {
    order: Shuffle,
    digits: Shuffle,
    prefixes: Vec<Prefix>,
    /// Where each prefix's stretch starts in the row, and the end of the last.
    bounds: Vec<u32>,
}

impl PhoneBook {
    /// None if a prefix would have to hold too many.
    pub(crate) fn new(seed: u64, prefixes: &Weighted<Prefix>, len: u32) -> Option<Self> {
        let weights: Vec<u128> = prefixes.weights().iter().map(|&weight| u128::from(weight)).collect();
        let mut bounds = vec![0_u32];
        let mut end = 0;
        for part in apportion(&weights, u64::from(len)) {
            let part = u32::try_from(part).ok().filter(|part| *part <= NUMBERS_OF_A_PREFIX / 2)?;
            end += part;
            bounds.push(end);
        }
        Some(Self {
            order: Shuffle::new(seed, ORDER, 0, len),
            digits: Shuffle::new(seed, DIGITS, 0, NUMBERS_OF_A_PREFIX),
            prefixes: prefixes.items().to_vec(),
            bounds,
        })
    }

    fn number(&self, place: u32, changed: bool) -> Option<(PhoneNumber, Carrier)> {
        let at = self.order.forward(0, place)?;
        let block = self.bounds.partition_point(|&start| start <= at).checked_sub(1)?;
        let prefix = *self.prefixes.get(block)?;
        let size = self.bounds[block + 1] - self.bounds[block];
        let offset = at - self.bounds[block] + if changed { size } else { 0 };
        let rest = self.digits.forward(u32::from(prefix.prefix), offset)?;
        Some((PhoneNumber::from_parts(prefix.prefix, rest), prefix.carrier))
    }

    /// To whom a number may belong, before or after a change.
    pub(crate) fn holder(&self, number: PhoneNumber) -> Option<u32> {
        let block = self.prefixes.binary_search_by_key(&number.prefix(), |prefix| prefix.prefix).ok()?;
        let rest = (number.as_u64() % u64::from(NUMBERS_OF_A_PREFIX)) as u32;
        let offset = self.digits.back(u32::from(number.prefix()), rest)?;
        let size = self.bounds[block + 1] - self.bounds[block];
        let within = if offset < size { offset } else { offset - size };
        if within >= size {
            return None;
        }
        self.order.back(0, self.bounds[block] + within)
    }
}

impl Population {
    /// The phone that somebody owns on a day; none for children under 14 and for those without one. Which kind of
    /// phone it is goes by the age on 1 July 2022, so it does not change with the day.
    #[must_use]
    pub fn own_phone(&self, index: CitizenIndex, day: Date) -> Option<PhoneFacts> {
        let (place, spot) = self.spot(index);
        self.own_phone_at(place, &spot, self.life(place, &spot, day).born, day)
    }

    fn own_phone_at(&self, place: u32, spot: &Spot, born: BirthDate, day: Date) -> Option<PhoneFacts> {
        if born.age_on(day) < MINOR {
            return None;
        }
        let shares = &self.tables.phones[spot.province];
        let group = age_group(born.age_on(date_of(PYRAMID_DAY)));
        let [kind, os, nfc, _] = words(self.seed(), PHONE, u64::from(place));
        if kind >= shares.any[group] {
            return None;
        }
        let (os, nfc) = if kind >= shares.smartphone[group] {
            (Os::Feature, false)
        } else if os < shares.ios {
            (Os::Ios, nfc < shares.nfc_ios)
        } else {
            (Os::Android, nfc < shares.nfc_android)
        };
        let [changes, when, ..] = words(self.seed(), CHANGE, u64::from(place));
        let (from, to) = NUMBER_CHANGES;
        let changed_on = from + scaled(when, (to - from + 1) as u32) as Day;
        let changed = changes < NUMBER_CHANGED && changed_on <= day_number(day);
        let (number, carrier) = self.phones.number(place, changed)?;
        Some(PhoneFacts { number, carrier, os, nfc, shared: false })
    }

    /// The phone that somebody goes by on a day: an own one, or that of a living adult of the household.
    #[must_use]
    pub fn phone(&self, index: CitizenIndex, day: Date) -> Option<PhoneFacts> {
        let (place, spot) = self.spot(index);
        self.phone_at(place, &spot, self.life(place, &spot, day).born, day)
    }

    pub(crate) fn phone_at(&self, place: u32, spot: &Spot, born: BirthDate, day: Date) -> Option<PhoneFacts> {
        if let Some(own) = self.own_phone_at(place, spot, born, day) {
            return Some(own);
        }
        let [.., borrows] = words(self.seed(), PHONE, u64::from(place));
        if borrows >= BORROWS_A_PHONE || born.age_on(day) < MINOR {
            return None;
        }
        let members = self.household(CitizenIndex(u64::from(place)));
        let own = members.iter().position(|member| member.0 == u64::from(place)).unwrap_or(0);
        let relatives = members[own..].iter().chain(&members[..own]);
        let lent = relatives.filter(|&&relative| relative.0 != u64::from(place)).find_map(|&relative| {
            let identity = self.identity(relative, day);
            let lends = identity.life == LifeStatus::Alive && identity.born.age_on(day) >= ADULT;
            lends.then(|| self.own_phone(relative, day)).flatten()
        })?;
        Some(PhoneFacts { shared: true, ..lent })
    }
}

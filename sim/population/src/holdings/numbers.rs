//! The numbers on papers.
//!
//! Invariant: each kind of number is a keyed permutation of its holder's place, so that no two people share one.
//! Formats: the VNeID wallet's list of documents (PyPI vipii 0.2.1, vn-ident 0.1.0, biensoxe 0.8.5, all MIT), and where
//! it is silent general knowledge.

use jiff::civil::Date;
use songsinh_contract::{Purpose, Sex};

use crate::Shuffle;
use crate::assumed::CAR_LETTERS;

const LICENCES: Purpose = Purpose::named("population/licence-numbers");
const PLATES: Purpose = Purpose::named("population/plates");
const INSURANCES: Purpose = Purpose::named("population/insurance-numbers");
const TAXES: Purpose = Purpose::named("population/tax-numbers");

/// Serials of a licence; no province has more people.
const LICENCE_SERIALS: u32 = 10_000_000;
/// Serials of a social insurance number in a province.
const INSURANCE_SERIALS: u32 = 100_000_000;
/// Letters of plates.
const LETTERS: &[u8; 20] = b"ABCDEFGHKLMNPSTUVXYZ";
/// Plates of one series: five digits.
const SERIES: u32 = 100_000;
/// Plates of cars in a locality.
const CARS: u32 = CAR_LETTERS * SERIES;
/// Plates of cars and motorbikes (letter and digit 1 to 9) in a locality.
const VEHICLES: u32 = CARS + 20 * 9 * SERIES;
/// Eight digits that do not start with 0, each with nine possible ninth ones.
const TAX_NUMBERS: u32 = 90_000_000 * 9;

/// Localities of plates by the provinces' GSO codes, the first of each where there are several (Circular 58/2020/TT-BCA,
/// annex 2).
const LOCALITIES: [(u16, u8); 63] = [
    (1, 29),
    (2, 23),
    (4, 11),
    (6, 97),
    (8, 22),
    (10, 24),
    (11, 27),
    (12, 25),
    (14, 26),
    (15, 21),
    (17, 28),
    (19, 20),
    (20, 12),
    (22, 14),
    (24, 98),
    (25, 19),
    (26, 88),
    (27, 99),
    (30, 34),
    (31, 15),
    (33, 89),
    (34, 17),
    (35, 90),
    (36, 18),
    (37, 35),
    (38, 36),
    (40, 37),
    (42, 38),
    (44, 73),
    (45, 74),
    (46, 75),
    (48, 43),
    (49, 92),
    (51, 76),
    (52, 77),
    (54, 78),
    (56, 79),
    (58, 85),
    (60, 86),
    (62, 82),
    (64, 81),
    (66, 47),
    (67, 48),
    (68, 49),
    (70, 93),
    (72, 70),
    (74, 61),
    (75, 60),
    (77, 72),
    (79, 59),
    (80, 62),
    (82, 63),
    (83, 71),
    (84, 84),
    (86, 64),
    (87, 66),
    (89, 67),
    (91, 68),
    (92, 65),
    (93, 95),
    (94, 83),
    (95, 94),
    (96, 69),
];

/// Which number each person's papers bear, should there be any.
#[derive(Debug)]
pub(crate) struct PaperNumbers {
    licences: Shuffle,
    plates: Shuffle,
    insurances: Shuffle,
    taxes: Shuffle,
}

impl PaperNumbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            licences: Shuffle::new(seed, LICENCES, 0, LICENCE_SERIALS),
            plates: Shuffle::new(seed, PLATES, 0, VEHICLES),
            insurances: Shuffle::new(seed, INSURANCES, 0, INSURANCE_SERIALS),
            taxes: Shuffle::new(seed, TAXES, 0, TAX_NUMBERS),
        }
    }

    /// Twelve digits: province, sex, year of passing, serial. `offset`: place in the province.
    pub(super) fn licence(&self, province: u16, sex: Sex, passed: Date, offset: u32) -> String {
        let serial = drawn(&self.licences, province, offset);
        let sex = if sex == Sex::Male { 0 } else { 1 };
        format!("{province:02}{sex}{:02}{serial:07}", passed.year().rem_euclid(100))
    }

    /// A plate as a register writes it and as it is painted: `22A12345`, `22A-123.45` for cars, `22B112345`,
    /// `22-B1 123.45` for motorbikes.
    pub(super) fn plate(&self, province: u16, offset: u32) -> (String, String) {
        let locality = LOCALITIES.iter().find(|row| row.0 == province).map_or(80, |row| row.1);
        let drawn = drawn(&self.plates, province, offset);
        let (series, is_car) = if drawn < CARS { (drawn / SERIES, true) } else { ((drawn - CARS) / SERIES, false) };
        let digits = drawn % SERIES;
        let (high, low) = (digits / 100, digits % 100);
        let letter = |place: u32| char::from(LETTERS[place as usize % LETTERS.len()]);
        if is_car {
            let letter = letter(series);
            (format!("{locality}{letter}{digits:05}"), format!("{locality}{letter}-{high:03}.{low:02}"))
        } else {
            let (letter, digit) = (letter(series / 9), 1 + series % 9);
            (format!("{locality}{letter}{digit}{digits:05}"), format!("{locality}-{letter}{digit} {high:03}.{low:02}"))
        }
    }

    /// Ten digits: the social insurance number, printed on health cards since April 2021.
    pub(super) fn insurance(&self, province: u16, offset: u32) -> String {
        format!("{province:02}{:08}", drawn(&self.insurances, province, offset))
    }

    /// Which of all tax numbers.
    pub(super) fn tax(&self, place: u32) -> u32 {
        self.taxes.forward(0, place % TAX_NUMBERS).unwrap_or(0)
    }
}

fn drawn(shuffle: &Shuffle, province: u16, offset: u32) -> u32 {
    shuffle.forward(u32::from(province), offset % shuffle.len()).unwrap_or(0)
}

/// Ten digits: nine, and 10 less the remainder by 11 of the nine weighted. Nine digits with remainder 0 are never given
/// out, which leaves nine or ten for the ninth; the first nine of them are used.
pub(super) fn tax_number(nth: u32) -> String {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];
    let head = 10_000_000 + nth / 9;
    let place = |at: u32| head / 10_u32.pow(7 - at) % 10;
    let sum: u32 = (0..8).zip(WEIGHTS).map(|(at, weight)| place(at) * weight).sum();
    let fitting = (0..10).filter(|ninth| !(sum + ninth * WEIGHTS[8]).is_multiple_of(11));
    let ninth = fitting.clone().nth((nth % 9) as usize).unwrap_or_default();
    let check = 10 - (sum + ninth * WEIGHTS[8]) % 11;
    format!("{head}{ninth}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn tax_numbers_meet_the_printed_example_and_differ() {
        // 0100047516 starts with 0, as organisations' do: its check digit by the same rule.
        let digits = [0, 1, 0, 0, 0, 4, 7, 5, 1_u32];
        let sum: u32 = digits.iter().zip([31, 29, 23, 19, 17, 13, 7, 5, 3]).map(|(digit, weight)| digit * weight).sum();
        assert_eq!(10 - sum % 11, 6);
        let made: BTreeSet<String> = (0..50_000).map(tax_number).collect();
        assert_eq!(made.len(), 50_000);
        assert_eq!(tax_number(TAX_NUMBERS - 1).len(), 10);
    }

    #[test]
    fn each_province_has_a_locality_of_its_own() {
        let provinces = crate::provinces().unwrap();
        for province in provinces {
            assert_eq!(LOCALITIES.iter().filter(|row| row.0 == province.code).count(), 1, "{}", province.name);
        }
        let localities: BTreeSet<u8> = LOCALITIES.iter().map(|row| row.1).collect();
        assert_eq!(localities.len(), LOCALITIES.len());
    }
}

//! What no table tells and is therefore assumed: every such number of the crate, with its reason.
//!
//! Shares are in parts of 2^32, so that one random word decides. Replace a number here when a source turns up.

use crate::days::{Day, day_of};

/// A share given in hundred-thousandths, as a bound for a random word.
pub(crate) const fn share(per_100k: u64) -> u32 {
    let bound = (per_100k << 32) / 100_000;
    if bound > u32::MAX as u64 { u32::MAX } else { bound as u32 }
}

/// The day that the age pyramid counts: 1 July 2022. Nobody is born later.
pub(crate) const PYRAMID_DAY: Day = day_of(2022, 7, 1);
/// The year of that day.
pub(crate) const PYRAMID_YEAR: i16 = 2022;
/// From this day on the register keeps who died: national population database in service since February 2021.
pub(crate) const REGISTER_OPENED: Day = day_of(2021, 1, 1);

/// Deaths a year for one million people, by age; straight lines between. Shaped on published life tables of the
/// region, both sexes together; the crude rate of the pyramid comes out near the published 6 in 1,000.
pub(crate) const DEATHS_PER_MILLION: [(u32, u32); 13] = [
    (0, 9_000),
    (1, 700),
    (10, 300),
    (20, 700),
    (30, 1_100),
    (40, 2_000),
    (50, 4_200),
    (60, 9_000),
    (70, 22_000),
    (80, 58_000),
    (90, 150_000),
    (100, 340_000),
    (110, 600_000),
];
/// One number in a thousand was cancelled (issued twice, or in error).
pub(crate) const CANCELLED_ONE_IN: u64 = 1000;

/// The share of people of whom the register knows only the birth year, by the last birth year of the row.
pub(crate) const YEAR_ONLY: [(i16, u32); 5] =
    [(1940, share(35_000)), (1950, share(20_000)), (1960, share(10_000)), (1970, share(4_000)), (1980, share(1_000))];

/// The share of people who once held a nine-digit card, by the last birth year of the row. That card was issued from
/// age 14 until twelve digits replaced it (2016 in some provinces, 2020 in all); none of those born after 2005.
pub(crate) const OLD_NUMBER: [(i16, u32); 3] = [(1990, share(92_000)), (2000, share(75_000)), (2005, share(35_000))];

/// Men and women without a middle name (published, see PROVENANCE.md of the tables).
pub(crate) const NO_MIDDLE_NAME: [u32; 2] = [share(900), share(200)];

/// Which share of those who had turned 14 by then held a chip card on a day: 45.0, 60.0 and 76.0 million cards
/// (6 October 2021, 18 January 2022, 30 November 2022; press) over 77.35 million people; the rest never gets one.
pub(crate) const CARDS_ISSUED: [(Day, u32); 4] = [
    (day_of(2021, 1, 1), 0),
    (day_of(2021, 10, 6), share(58_200)),
    (day_of(2022, 1, 18), share(77_600)),
    (day_of(2022, 11, 30), share(97_000)),
];
/// The share of those who get a first card within a year after they turn 14.
pub(crate) const FIRST_CARD_IN_TIME: u32 = share(95_000);
/// The share of those who renew an expired card, and how many days after the last day the latest comes.
pub(crate) const RENEWS: (u32, u32) = (share(85_000), 90);
/// Cards reported lost, replaced by a newer one while the old one is still in hand, and cancelled, within
/// [`INCIDENT_DAYS`] of the issue.
pub(crate) const CARD_LOST: u32 = share(1_500);
/// See [`CARD_LOST`].
pub(crate) const CARD_REISSUED: u32 = share(600);
/// See [`CARD_LOST`].
pub(crate) const CARD_CANCELLED: u32 = share(200);
/// Days after the issue over which the incidents spread.
pub(crate) const INCIDENT_DAYS: u32 = 1000;
/// Who lost a card gets another one within that many days, of these (the rest stays without).
pub(crate) const LOST_REPLACED: (u32, u32) = (share(75_000), 120);

/// Of those of 14 and over without a phone of their own, so many go by a relative's number if the household has one.
pub(crate) const BORROWS_A_PHONE: u32 = share(60_000);
/// Nearly every iPhone in use reads chips (iPhone 7 and later); Android's share follows from the table's overall one.
pub(crate) const IOS_WITH_NFC_PERCENT: u32 = 95;
/// Phone owners who change their number once between these days.
pub(crate) const NUMBER_CHANGED: u32 = share(12_000);
/// See [`NUMBER_CHANGED`].
pub(crate) const NUMBER_CHANGES: (Day, Day) = (day_of(2022, 1, 1), day_of(2025, 12, 31));

/// Communes of one kind differ in size: so many percent of the mean, from and to.
pub(crate) const COMMUNE_SPREAD_PERCENT: (u64, u64) = (60, 140);
/// A township holds so many percent of a ward's people.
pub(crate) const TOWNSHIP_PERCENT_OF_WARD: u64 = 80;

/// Households of 18 neighbours, five at a time: 3.6 people each as counted in the census of 2019.
pub(crate) const HOUSEHOLDS: [[u8; 5]; 8] = [
    [4, 4, 4, 3, 3],
    [2, 3, 4, 4, 5],
    [5, 4, 3, 4, 2],
    [2, 2, 4, 4, 6],
    [6, 3, 3, 4, 2],
    [3, 3, 3, 4, 5],
    [5, 5, 3, 3, 2],
    [2, 4, 6, 3, 3],
];
/// People of one row of [`HOUSEHOLDS`].
pub(crate) const NEIGHBOURS: u32 = 18;

/// First GSO code whose people bear the southern forms of two surnames (Huỳnh, Võ): Quảng Nam and southwards.
pub(crate) const SOUTH_FROM: u16 = 48;
/// First GSO code where a hamlet is an ấp: Bình Phước and southwards.
pub(crate) const HAMLET_IS_AP_FROM: u16 = 70;

/// The share of people who ever get a driving licence, by the last birth year of the row. Nearly everybody drives a
/// motorbike; the older the fewer with a plastic card.
pub(crate) const LICENCE: [(i16, u32); 4] =
    [(1950, share(15_000)), (1960, share(35_000)), (1970, share(60_000)), (i16::MAX, share(78_000))];
/// Plastic licences have been issued since then, and who passes does so within so many days after that or the birthday.
pub(crate) const LICENCE_PASSED: (Day, u32) = (day_of(1996, 1, 1), 8 * 365);
/// The classes: share of holders, age from which, years of validity (Law on road traffic 2008, art. 59 and 60; Circular
/// 12/2017/TT-BGTVT art. 17). One card names the highest class alone here.
pub(crate) const LICENCE_CLASSES: [(&str, u64, i16, Option<i16>); 3] =
    [("A1", 84, 18, None), ("B2", 13, 18, Some(10)), ("C", 3, 21, Some(5))];

/// The share of people who ever register a vehicle in their name, by the last birth year of the row: some 70 million
/// motorbikes and 5 million cars were registered, many of them still in a former owner's name.
pub(crate) const VEHICLE: [(i16, u32); 3] = [(1950, share(15_000)), (1960, share(40_000)), (i16::MAX, share(60_000))];
/// The oldest registration, and within how many days after that or the 18th birthday a vehicle is registered.
pub(crate) const VEHICLE_REGISTERED: (Day, u32) = (day_of(2005, 1, 1), 10 * 365);
/// Letters in use for cars out of the twenty; with all twenty and nine digits for motorbikes, 7 vehicles in 100 are cars.
pub(crate) const CAR_LETTERS: u32 = 14;

/// The share of people with health insurance, by the last age of the row: 92 in 100 of all (2022, press).
pub(crate) const INSURED: [(i32, u32); 4] =
    [(5, share(98_000)), (17, share(97_000)), (59, share(89_000)), (i32::MAX, share(97_000))];
/// Of the insured from 18 to 59, so many pay for themselves as members of a household; the rest is paid by an employer or
/// the state.
pub(crate) const PAYS_OWN_INSURANCE: u32 = share(20_000);
/// What the members of a household pay a year, from the first to the fifth and later ones: 4.5 % of the base salary of
/// 1,490,000 đồng for twelve months, then 70, 60, 50 and 40 % of it (Decree 146/2018/NĐ-CP art. 7).
pub(crate) const INSURANCE_VND: [i64; 5] = [804_600, 563_220, 482_760, 402_300, 321_840];

/// The share of people who ever get a personal tax number, by the last birth year of the row.
pub(crate) const TAX_NUMBER: [(i16, u32); 2] = [(1950, share(15_000)), (i16::MAX, share(65_000))];
/// The Law on personal income tax is in force since 2009; who gets a number does so within so many days after that or the
/// 18th birthday.
pub(crate) const TAX_NUMBER_GIVEN: (Day, u32) = (day_of(2009, 1, 1), 7 * 365);

/// Households with a bill for electricity (grid coverage is above 99 %).
pub(crate) const ELECTRICITY: u32 = share(99_000);
/// Households with piped water, in the country and in towns.
pub(crate) const PIPED_WATER: [u32; 2] = [share(50_000), share(92_000)];
/// kWh a month: the least, and the width above it of which the lower of two draws is taken.
pub(crate) const ELECTRICITY_KWH: (u32, u32) = (40, 460);
/// Đồng for a kWh up to so many (Decision 648/QĐ-BCT of 2019), before 10 % of VAT.
pub(crate) const ELECTRICITY_VND: [(u32, i64); 6] =
    [(50, 1678), (100, 1734), (200, 2014), (300, 2536), (400, 2834), (u32::MAX, 2927)];
/// Cubic metres a month, as [`ELECTRICITY_KWH`].
pub(crate) const WATER_M3: (u32, u32) = (4, 36);
/// Đồng for a cubic metre up to so many, before 15 % of VAT and environment fee; the provinces' prices differ.
pub(crate) const WATER_VND: [(u32, i64); 4] = [(10, 7000), (20, 8500), (30, 10_000), (u32::MAX, 14_000)];
/// People from 18 to 59 with voluntary social insurance: 1.46 million (end of 2022, press).
pub(crate) const VOLUNTARY_SOCIAL_INSURANCE: u32 = share(3_000);
/// Its monthly base: from 1,500,000 đồng in so many steps of 50,000; 22 % of it is paid, less 33,000 of support (Law on
/// social insurance 2014, art. 87; Decree 134/2015/NĐ-CP art. 14).
pub(crate) const SOCIAL_INSURANCE_STEPS: u32 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn household_patterns_hold_all_neighbours() {
        for row in HOUSEHOLDS {
            assert_eq!(row.iter().map(|&size| u32::from(size)).sum::<u32>(), NEIGHBOURS);
            assert!(row.iter().all(|size| (2..=6).contains(size)));
        }
    }

    #[test]
    fn steps_rise() {
        assert!(CARDS_ISSUED.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
        assert!(DEATHS_PER_MILLION.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(YEAR_ONLY.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(share(100_000), u32::MAX);
    }
}

//! Papers and bills: what holds for everybody, at any seed.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use songsinh_contract::{Bill, BillKind, CitizenIndex, LifeStatus, Paper, PaperKind};
use songsinh_population::{Population, PopulationConfig};

const DAY: Date = date(2022, 8, 22);

fn population(seed: u64, people: u64) -> Population {
    Population::new(PopulationConfig { seed, people }).unwrap()
}

fn are_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `22A-123.45` or `22-B1 123.45`, and how it is written without its marks.
fn is_plate(painted: &str, plain: &str) -> bool {
    let shape: String = painted
        .chars()
        .map(|letter| match letter {
            '0'..='9' => '9',
            'A'..='Z' if !"IJOQRW".contains(letter) => 'A',
            other => other,
        })
        .collect();
    let bare: String = painted.chars().filter(char::is_ascii_alphanumeric).collect();
    ["99A-999.99", "99-A9 999.99"].contains(&shape.as_str()) && bare == plain
}

/// The rule of the tax authority: the tenth digit of nine weighted ones.
fn is_tax_number(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([31, 29, 23, 19, 17, 13, 7, 5, 3]).map(|(digit, weight)| digit * weight).sum();
    are_digits(text, 10) && !sum.is_multiple_of(11) && digits[9] == 10 - sum % 11
}

fn is_well_formed(paper: &Paper, age: i32, day: Date) -> bool {
    let adult = paper.kind == PaperKind::HealthInsurance || age >= 18;
    let number = match paper.kind {
        PaperKind::DrivingLicence => are_digits(&paper.number, 12) && ["A1", "B2", "C"].contains(&&*paper.detail),
        PaperKind::VehicleRegistration => is_plate(&paper.detail, &paper.number),
        PaperKind::HealthInsurance => are_digits(&paper.number, 10) && paper.detail.starts_with("Trung tâm Y tế "),
        PaperKind::TaxNumber => is_tax_number(&paper.number) && paper.detail.starts_with("Chi cục Thuế "),
    };
    adult && number && paper.issued <= day && paper.expires.is_none_or(|last| last >= day && last > paper.issued)
}

fn rise<T: PartialOrd>(kinds: impl Iterator<Item = T>) -> bool {
    kinds.is_sorted_by(|one, next| one < next)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn holdings_are_well_formed_and_their_holders(
        seed: u64, people in 1000_u64..5_000_000, at: u64, year in 2021_i16..2040, month in 1_i8..13, of_month in 1_i8..29,
    ) {
        let population = population(seed, people);
        let day = date(year, month, of_month);
        let identity = population.identity(CitizenIndex(at % population.len()), day);
        let held = population.holdings(identity.index, day);
        prop_assert_eq!(&held.papers, &population.papers(identity.index, day));
        prop_assert_eq!(&held.bills, &population.bills(identity.index, day));
        if identity.life != LifeStatus::Alive || !identity.is_born(day) {
            prop_assert!(held.papers.is_empty() && held.bills.is_empty());
        }
        prop_assert!(rise(held.papers.iter().map(|paper| paper.kind)));
        prop_assert!(rise(held.bills.iter().map(|bill| bill.kind)));
        for paper in &held.papers {
            prop_assert_eq!(paper.holder, identity.number);
            prop_assert!(is_well_formed(paper, identity.born.age_on(day), day), "{:?}", paper);
        }
        for Bill { id, amount_vnd, paid, .. } in &held.bills {
            prop_assert!(!paid && (20_000..5_000_000).contains(amount_vnd) && id.len() == 17, "{} {}", id, amount_vnd);
            prop_assert!(identity.born.age_on(day) >= 18);
        }
    }

    #[test]
    fn a_number_once_given_stays(seed: u64, at: u64, days in 1_i64..4000) {
        let population = population(seed, 1_000_000);
        let index = CitizenIndex(at % population.len());
        let later = DAY.checked_add(jiff::Span::new().days(days)).unwrap();
        let (now, then) = (population.holdings(index, DAY), population.holdings(index, later));
        let alive = population.identity(index, later).life == LifeStatus::Alive;
        for paper in &now.papers {
            let same = then.paper(paper.kind).map(|then| (&then.number, then.issued >= paper.issued));
            // Health insurance may end when the age group changes; the rest ends with its holder.
            let may_end = !alive || paper.kind == PaperKind::HealthInsurance;
            prop_assert!(same == Some((&paper.number, true)) || (same.is_none() && may_end), "{:?} {:?}", paper, same);
        }
    }
}

#[test]
fn nobody_has_anothers_number_or_bill() {
    let population = population(3, 400_000);
    let mut numbers: [BTreeSet<Box<str>>; 4] = Default::default();
    let mut bills = BTreeSet::new();
    let (mut papers_seen, mut bills_seen, mut payers) = (0, 0, 0);
    for index in (0..40_000).map(CitizenIndex) {
        let held = population.holdings(index, DAY);
        papers_seen += held.papers.len();
        bills_seen += held.bills.len();
        for paper in held.papers {
            numbers[paper.kind as usize].insert(paper.number);
        }
        payers += usize::from(held.bills.iter().any(|bill| bill.kind == BillKind::Electricity));
        bills.extend(held.bills.into_iter().map(|bill| bill.id));
    }
    assert_eq!(numbers.iter().map(BTreeSet::len).sum::<usize>(), papers_seen);
    assert_eq!(bills.len(), bills_seen);
    assert!(papers_seen > 60_000 && payers > 8_000, "{papers_seen} papers, {payers} payers");
}

#[test]
fn a_household_pays_once_and_each_month_anew() {
    let population = population(3, 400_000);
    for index in (0..4000).map(|nth| CitizenIndex(nth * 97)) {
        let members = population.household(index);
        let of = |kind, day| -> Vec<Bill> {
            let all = members.iter().flat_map(|member| population.bills(*member, day));
            all.filter(|bill: &Bill| bill.kind == kind).collect()
        };
        for kind in [BillKind::Electricity, BillKind::Water] {
            let (august, september) = (of(kind, DAY), of(kind, date(2022, 9, 1)));
            assert!(august.len() <= 1 && september.len() <= 1);
            if let (Some(one), Some(next)) = (august.first(), september.first()) {
                assert_ne!(one.id, next.id);
            }
            // The same all month, unless the one who pays dies.
            let first = of(kind, date(2022, 8, 1));
            let died = || members.iter().any(|member| population.identity(*member, DAY).life != LifeStatus::Alive);
            assert!(august == first || (august.is_empty() && died()), "{august:?} {first:?}");
        }
    }
}

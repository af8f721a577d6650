//! What holds for everybody, at any seed and size.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use songsinh_contract::{BirthDate, CardState, CardStatus, CitizenIndex, CitizenNumber, LifeStatus, Truth};
use songsinh_population::{MOST_PEOPLE, Population, PopulationConfig, PopulationError};

const DAY: Date = date(2022, 8, 22);

fn population(seed: u64, people: u64) -> Population {
    Population::new(PopulationConfig { seed, people }).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn numbers_lead_back_to_their_people(seed: u64, people in 1000_u64..5_000_000, at: u64) {
        let population = population(seed, people);
        let index = CitizenIndex(at % population.len());
        let person = population.citizen(index, DAY);
        prop_assert_eq!(population.find(person.number), Some(index));
        prop_assert_eq!(person.index, index);
        prop_assert!(person.number.agrees_with(person.born, person.sex));
        let identity = population.identity(index, DAY);
        prop_assert_eq!(
            (identity.number, identity.born, identity.sex, identity.life),
            (person.number, person.born, person.sex, person.life)
        );
        prop_assert_eq!(population.person(person.number, DAY), identity.is_born(DAY).then_some(person));
    }

    #[test]
    fn any_number_is_somebodys_or_nobodys(seed: u64, digits in 0_u64..1_000_000_000_000) {
        let population = population(seed, 2_000_000);
        let number = CitizenNumber::from_u64(digits).unwrap();
        if let Some(index) = population.find(number) {
            prop_assert_eq!(population.number(index), number);
        }
    }

    #[test]
    fn other_numbers_lead_back_too(seed: u64, people in 1000_u64..5_000_000, at: u64, year in 2015_i16..2030) {
        let population = population(seed, people);
        let index = CitizenIndex(at % population.len());
        let day = date(year, 3, 1);
        if let Some(phone) = population.own_phone(index, day) {
            prop_assert_eq!(population.find_phone(phone.number, day), Some(index));
        }
        if let Some(old) = population.citizen(index, day).old_number {
            prop_assert_eq!(population.find_old(old), Some(index));
        }
    }

    #[test]
    fn a_household_is_the_same_for_each_of_its_members(seed: u64, people in 1000_u64..5_000_000, at: u64) {
        let population = population(seed, people);
        let index = CitizenIndex(at % population.len());
        let members = population.household(index);
        prop_assert!(members.contains(&index) && members.len() <= 6);
        let home = population.residence(index);
        prop_assert_eq!(home.household_size(), members.len());
        for &member in &members {
            prop_assert_eq!(population.household(member), members.clone());
            prop_assert_eq!(population.residence(member), home);
        }
        let (province, commune) = population.commune(&home);
        let person = population.citizen(index, DAY);
        prop_assert_eq!(person.commune, commune.code);
        prop_assert_eq!(person.number.province(), province.code);
        prop_assert!(person.address.contains(&*commune.name) && person.address.ends_with(&*province.name));
    }

    #[test]
    fn draws_of_a_province_are_a_permutation(seed: u64, people in 1000_u64..3_000_000, code in 0_usize..63, at: u64) {
        let population = population(seed, people);
        let province = songsinh_population::provinces().unwrap()[code].code;
        let draw = population.people_of(province).unwrap();
        prop_assert!(draw.nth(draw.len()).is_none());
        if !draw.is_empty() {
            let index = draw.nth(at % draw.len()).unwrap();
            prop_assert_eq!(draw.position(index), Some(at % draw.len()));
            prop_assert_eq!(population.number(index).province(), province);
        }
    }

    #[test]
    fn facts_move_forward_with_the_day(seed: u64, at: u64, first in 0_i32..9000, later in 0_i32..9000) {
        let population = population(seed, 100_000);
        let index = CitizenIndex(at % population.len());
        let (one, two) = (after(first), after(first + later));
        let (before, then) = (population.citizen(index, one), population.citizen(index, two));
        prop_assert_eq!((&before.name, before.born, &before.address), (&then.name, then.born, &then.address));
        prop_assert!(before.life == LifeStatus::Alive || before.life == then.life);
        if let (Some(old), Some(new)) = (before.card, then.card) {
            prop_assert!(old.issued <= new.issued && old.issued <= one && new.issued <= two);
        }
        prop_assert!(before.card.is_none() || then.card.is_some());
    }
}

fn after(days: i32) -> Date {
    date(2021, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap()
}

#[test]
fn people_do_not_depend_on_the_order_of_asking() {
    let (one, other) = (population(3, 50_000), population(3, 50_000));
    let forward: Vec<_> = (0..500).map(|i| one.citizen(CitizenIndex(i * 97), DAY)).collect();
    let mut backward: Vec<_> = (0..500).rev().map(|i| other.citizen(CitizenIndex(i * 97), DAY)).collect();
    backward.reverse();
    assert_eq!(forward, backward);
    assert_ne!(forward[7].number, population(4, 50_000).number(forward[7].index));
}

#[test]
fn every_number_given_out_is_one_of_a_kind() {
    let population = population(11, 30_000);
    let all: Vec<_> = (0..population.len()).map(CitizenIndex).collect();
    let mut numbers: Vec<_> = all.iter().map(|&index| population.number(index)).collect();
    let mut faces: Vec<_> = all.iter().map(|&index| population.portrait(index).face).collect();
    let day = date(2024, 5, 5);
    let mut phones: Vec<_> =
        all.iter().filter_map(|&index| population.own_phone(index, day)).map(|p| p.number).collect();
    let owners = phones.len();
    for (kind, count) in [
        ("numbers", {
            numbers.sort();
            numbers.dedup();
            numbers.len()
        }),
        ("faces", {
            faces.sort();
            faces.dedup();
            faces.len()
        }),
    ] {
        assert_eq!(count as u64, population.len(), "{kind}");
    }
    phones.sort();
    phones.dedup();
    assert_eq!(phones.len(), owners);
    assert!(owners as u64 > population.len() / 2);
}

#[test]
fn shared_phones_belong_to_a_relative() {
    let population = population(5, 60_000);
    let mut shared = 0;
    for index in (0..population.len()).map(CitizenIndex) {
        let Some(phone) = population.phone(index, DAY).filter(|phone| phone.shared) else { continue };
        shared += 1;
        let owner = population.find_phone(phone.number, DAY).unwrap();
        assert_ne!(owner, index);
        assert!(population.household(index).contains(&owner));
        assert!(population.own_phone(index, DAY).is_none());
    }
    assert!((1000..9000).contains(&shared), "{shared}");
}

#[test]
fn every_kind_of_person_exists() {
    let population = population(8, 120_000);
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut note = |what: String| *seen.entry(what).or_default() += 1;
    for index in (0..population.len()).map(CitizenIndex) {
        let person = population.citizen(index, DAY);
        note(format!("{:?}", person.life));
        note(format!("year only {}", matches!(person.born, BirthDate::Year(_))));
        note(format!("old number {}", person.old_number.is_some()));
        note(format!("phone {:?}", person.phone.map(|phone| (phone.os, phone.nfc))));
        note(format!("under 14 {}", person.born.age_on(DAY) < 14));
        match person.card {
            None => note("no card".to_owned()),
            Some(card) => {
                note(format!("{:?} {:?}", card.status, card.state_on(DAY)));
                assert!(person.born.age_on(card.issued) >= 14);
            }
        }
    }
    for (status, state) in [
        (CardStatus::Valid, CardState::InForce),
        (CardStatus::Lost, CardState::Withdrawn),
        (CardStatus::Reissued, CardState::Withdrawn),
        (CardStatus::Cancelled, CardState::Withdrawn),
    ] {
        assert!(
            seen.get(&format!("{status:?} {state:?}")).is_some_and(|&count| count > 5),
            "{status:?} {state:?}: {seen:?}"
        );
    }
    for what in [
        "Alive",
        "Dead",
        "Cancelled",
        "year only true",
        "old number true",
        "old number false",
        "no card",
        "under 14 true",
    ] {
        assert!(seen.get(what).is_some_and(|&count| count > 50), "{what}: {seen:?}");
    }
}

/// A card issued within two years before an age of renewal serves until the next one: so none of those issued from 2021
/// on can run out before 2023.
#[test]
fn cards_run_out_from_2023_on() {
    let population = population(8, 60_000);
    let expired = |day| {
        let cards = (0..population.len()).filter_map(|i| population.citizen(CitizenIndex(i), day).card);
        cards.filter(|card| card.state_on(day) == CardState::Expired).count()
    };
    assert_eq!(expired(date(2022, 12, 31)), 0);
    assert!(expired(date(2024, 7, 1)) > 100);
}

#[test]
fn the_unborn_are_not_looked_up() {
    let population = population(2, 100_000);
    let child = (0..population.len())
        .map(|i| population.citizen(CitizenIndex(i), DAY))
        .find(|person| matches!(person.born, BirthDate::Full(born) if born >= date(2022, 3, 1)))
        .unwrap();
    assert!(population.person(child.number, date(2022, 2, 1)).is_none());
    assert_eq!(population.person(child.number, DAY).unwrap(), child);
    assert_eq!(population.find(child.number), Some(child.index));
}

#[test]
fn people_of_a_commune_live_there() {
    let population = population(2, 200_000);
    let person = population.citizen(CitizenIndex(4711), DAY);
    let people = population.people_of_commune(person.commune).unwrap();
    assert!(people.contains(&person.index));
    for index in people {
        assert_eq!(population.citizen(index, DAY).commune, person.commune);
    }
    assert!(population.people_of_commune(99_999).is_none());
}

#[test]
fn impossible_sizes_are_refused() {
    for people in [0, 999, MOST_PEOPLE + 1, u64::MAX] {
        let error = Population::new(PopulationConfig { seed: 1, people }).unwrap_err();
        assert!(matches!(error, PopulationError::Size { .. }), "{error}");
    }
    let most = population(1, MOST_PEOPLE);
    let last = CitizenIndex(most.len() - 1);
    assert_eq!(most.find(most.number(last)), Some(last));
    assert!(population(1, 1000).people_of(99).is_err());
}

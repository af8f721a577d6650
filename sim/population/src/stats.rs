//! Shares among computed people beside those of the tables.
//!
//! Invariant: both sides are over the same people: the counted ones are a keyed draw from a province (or from the
//! whole population in proportion), the wanted shares come from the tables' rows for that province.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use songsinh_contract::{CitizenIndex, LifeStatus, Os, Purpose};

use crate::assumed::PYRAMID_DAY;
use crate::days::{date_of, day_number};
use crate::layout::Role;
use crate::tables::{AGE_GROUPS, Ethnicity, Tables, age_group};
use crate::weighted::Weighted;
use crate::{Population, PopulationError, Province, Shuffle};

const SAMPLE: Purpose = Purpose::named("population/stats-sample");

/// One value of a topic: how often it was counted, and the share that the tables tell.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The value: a surname, an age group.
    pub value: String,
    /// People counted with it.
    pub count: u64,
    /// Its share by the tables, 0 to 1; none where no table tells.
    pub wanted: Option<f64>,
}

/// One topic: its values, in the table's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// What is counted.
    pub name: &'static str,
    /// Among how many people.
    pub among: u64,
    /// The values.
    pub values: Vec<Count>,
}

/// Shares among a sample of people.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    /// The province, or all of Viet Nam.
    pub of: String,
    /// People drawn.
    pub sample: u64,
    /// The topics.
    pub topics: Vec<Topic>,
}

impl Topic {
    /// Pearson's χ² against the wanted shares, with its degrees of freedom. Values of which fewer than `least` are
    /// wanted are put together. None if a value has no wanted share.
    #[must_use]
    pub fn chi_square(&self, least: f64) -> Option<(f64, u32)> {
        let among = self.among as f64;
        let (mut sum, mut groups) = (0.0, 0_u32);
        let (mut rest_count, mut rest_wanted) = (0.0, 0.0);
        for value in &self.values {
            let wanted = value.wanted? * among;
            if wanted < least {
                rest_count += value.count as f64;
                rest_wanted += wanted;
            } else {
                sum += (value.count as f64 - wanted).powi(2) / wanted;
                groups += 1;
            }
        }
        if rest_wanted > 0.0 {
            sum += (rest_count - rest_wanted).powi(2) / rest_wanted;
            groups += 1;
        } else if rest_count > 0.0 {
            sum = f64::INFINITY;
        }
        Some((sum, groups.saturating_sub(1)))
    }
}

/// Counts `sample` people drawn by `seed` from a province (all of Viet Nam if none is given) as of a day.
///
/// # Errors
/// [`PopulationError::Province`] when there is no such province.
pub fn stats(
    population: &Population,
    province: Option<u16>,
    sample: u64,
    seed: u64,
    day: Date,
) -> Result<Stats, PopulationError> {
    let place = match province {
        None => None,
        Some(code) => {
            let place = population.tables.place_of(code);
            Some(place.ok_or(PopulationError::Province { given: code.to_string(), near: None })?)
        }
    };
    let (start, len) = place.map_or((0, population.layout.len()), |place| population.layout.province(place));
    let order = Shuffle::new(seed, SAMPLE, 0, len);
    let sample = sample.min(u64::from(len));
    let mut tally = Tally::default();
    for n in 0..sample {
        if let Some(offset) = order.forward(0, n as u32) {
            tally.add(population, CitizenIndex(u64::from(start + offset)), day);
        }
    }
    let tables = population.tables;
    let of = place.map_or("Việt Nam".to_owned(), |place| tables.provinces[place].name.to_string());
    Ok(Stats { of, sample, topics: tally.topics(tables, place) })
}

/// Counts by value, and among how many.
type Counts = BTreeMap<String, u64>;

/// Everything that is counted.
#[derive(Default)]
struct Tally {
    province: Counts,
    life: Counts,
    sex: Counts,
    age: Counts,
    surname: Counts,
    given: [[Counts; 2]; 2],
    ethnicity: Counts,
    smartphone: [(u64, u64); 6],
    phone: Counts,
    carrier: Counts,
    card: Counts,
}

fn bump(counts: &mut Counts, value: impl Into<String>) {
    *counts.entry(value.into()).or_default() += 1;
}

fn age_band(age: i32) -> String {
    let low = age / 5 * 5;
    if low >= 100 { "100+".to_owned() } else { format!("{low:02}-{:02}", low + 4) }
}

impl Tally {
    fn add(&mut self, population: &Population, index: CitizenIndex, day: Date) {
        let (place, spot) = population.spot(index);
        let identity = population.identity(index, day);
        bump(&mut self.life, format!("{:?}", identity.life));
        if spot.role != Role::Living || !identity.is_born(day) {
            return;
        }
        let province: &Province = &population.tables.provinces[spot.province];
        let ethnicity = population.ethnicity(&population.residence(index));
        let name = population.name_parts(place, &spot, ethnicity);
        bump(&mut self.province, &*province.name);
        bump(&mut self.sex, if spot.sex == 0 { "male" } else { "female" });
        bump(&mut self.age, age_band(population.true_age(index, date_of(PYRAMID_DAY))));
        bump(&mut self.ethnicity, &*ethnicity.name);
        bump(&mut self.given[spot.sex][usize::from(spot.year >= 1980)], name.given);
        if ethnicity.surnames.is_none() {
            bump(&mut self.surname, name.surname);
        }
        if identity.life == LifeStatus::Alive {
            self.add_things(population, index, &identity, day);
        }
    }

    fn add_things(&mut self, population: &Population, index: CitizenIndex, identity: &crate::Identity, day: Date) {
        let Some(phone) = population.own_phone(index, day) else {
            if identity.born.age_on(day) >= 14 {
                self.smartphone[age_group(identity.born.age_on(date_of(PYRAMID_DAY)))].1 += 1;
                bump(&mut self.phone, if population.phone(index, day).is_some() { "relative's" } else { "none" });
                self.add_card(population, index, day);
            }
            return;
        };
        let group = &mut self.smartphone[age_group(identity.born.age_on(date_of(PYRAMID_DAY)))];
        group.1 += 1;
        group.0 += u64::from(phone.os != Os::Feature);
        let kind = match (phone.os, phone.nfc) {
            (Os::Feature, _) => "feature phone",
            (Os::Ios, true) => "iOS, NFC",
            (Os::Ios, false) => "iOS, no NFC",
            (Os::Android, true) => "Android, NFC",
            (Os::Android, false) => "Android, no NFC",
        };
        bump(&mut self.phone, kind);
        bump(&mut self.carrier, format!("{:?}", phone.carrier));
        self.add_card(population, index, day);
    }

    fn add_card(&mut self, population: &Population, index: CitizenIndex, day: Date) {
        let (place, spot) = population.spot(index);
        let card = population.card(place, &population.life(place, &spot, day), day);
        let words = card.map_or("none".to_owned(), |card| format!("{:?}, {:?}", card.status, card.state_on(day)));
        bump(&mut self.card, words);
    }

    fn topics(self, tables: &Tables, place: Option<usize>) -> Vec<Topic> {
        let mut topics = Vec::new();
        if place.is_none() {
            let pairs = tables.provinces.iter().map(|province| (province.name.to_string(), province.people_2019));
            topics.push(topic("province", self.province, shares(pairs)));
        }
        topics.push(free_topic("life in the register", self.life));
        topics.push(topic("sex", self.sex, sex_shares(tables)));
        topics.push(topic("age on 1 July 2022", self.age, age_shares(tables)));
        if let Some(place) = place {
            let wanted =
                weighted_shares(&tables.ethnicities[place], |ethnicity: &Ethnicity| ethnicity.name.to_string());
            topics.push(topic("ethnicity", self.ethnicity, wanted));
            let surnames = tables.surnames_of(&tables.provinces[place], &Ethnicity { name: "".into(), surnames: None });
            topics.push(topic(
                "surname (Kinh forms)",
                self.surname,
                weighted_shares(surnames, |name| name.to_string()),
            ));
        }
        let names = [
            ["given name, men before 1980", "given name, men from 1980"],
            ["given name, women before 1980", "given name, women from 1980"],
        ];
        for (sex, eras) in self.given.into_iter().enumerate() {
            for (era, counts) in eras.into_iter().enumerate() {
                let wanted = weighted_shares(&tables.given[sex][era], |name| name.to_string());
                topics.push(topic(names[sex][era], counts, wanted));
            }
        }
        if let Some(place) = place {
            topics.extend(smartphone_topics(&self.smartphone, tables.phones[place].smartphone));
        }
        topics.push(free_topic("phone, ages 14 and over", self.phone));
        let carriers = tables.prefixes.items().iter().zip(tables.prefixes.weights());
        let carriers = carriers.map(|(prefix, weight)| (format!("{:?}", prefix.carrier), *weight));
        topics.push(topic("carrier", self.carrier, shares(carriers)));
        topics.push(free_topic("chip card, ages 14 and over", self.card));
        topics
    }
}

/// Shares by value, values given more than once added up, in the order of the first.
fn shares(pairs: impl Iterator<Item = (String, u64)>) -> Vec<(String, f64)> {
    let mut sums: Vec<(String, u64)> = Vec::new();
    for (value, weight) in pairs {
        match sums.iter_mut().find(|(known, _)| *known == value) {
            Some((_, sum)) => *sum += weight,
            None => sums.push((value, weight)),
        }
    }
    let total: u64 = sums.iter().map(|(_, sum)| sum).sum();
    sums.into_iter().map(|(value, sum)| (value, sum as f64 / total.max(1) as f64)).collect()
}

fn weighted_shares<T>(weighted: &Weighted<T>, name: impl Fn(&T) -> String) -> Vec<(String, f64)> {
    shares(weighted.items().iter().map(name).zip(weighted.weights().iter().copied()))
}

fn sex_shares(tables: &Tables) -> Vec<(String, f64)> {
    let people = |sex| (0..=100).map(|age| tables.ages.people(sex, age)).sum();
    shares([("male".to_owned(), people(0)), ("female".to_owned(), people(1))].into_iter())
}

fn age_shares(tables: &Tables) -> Vec<(String, f64)> {
    shares((0..=100).map(|age| (age_band(age), tables.ages.people(0, age as u32) + tables.ages.people(1, age as u32))))
}

/// A topic whose values the tables tell; what they do not tell is listed with a share of zero.
fn topic(name: &'static str, mut counts: Counts, wanted: Vec<(String, f64)>) -> Topic {
    let among = counts.values().sum();
    let mut values: Vec<Count> = wanted
        .into_iter()
        .map(|(value, share)| Count { count: counts.remove(&value).unwrap_or(0), value, wanted: Some(share) })
        .collect();
    values.extend(counts.into_iter().map(|(value, count)| Count { value, count, wanted: Some(0.0) }));
    Topic { name, among, values }
}

fn free_topic(name: &'static str, counts: Counts) -> Topic {
    let among = counts.values().sum();
    let values = counts.into_iter().map(|(value, count)| Count { value, count, wanted: None }).collect();
    Topic { name, among, values }
}

/// One topic an age group, since each has a share of its own.
fn smartphone_topics(counts: &[(u64, u64); 6], bounds: [u32; 6]) -> Vec<Topic> {
    const NAMES: [&str; 6] = [
        "smartphone, ages 14-17",
        "smartphone, ages 18-29",
        "smartphone, ages 30-44",
        "smartphone, ages 45-59",
        "smartphone, ages 60-69",
        "smartphone, ages 70 and over",
    ];
    debug_assert_eq!(NAMES.len(), AGE_GROUPS.len());
    let topics = NAMES.into_iter().zip(counts).zip(bounds).map(|((name, &(with, among)), bound)| {
        let share = f64::from(bound) / (1_u64 << 32) as f64;
        let value = |value: &str, count, share| Count { value: value.to_owned(), count, wanted: Some(share) };
        Topic { name, among, values: vec![value("yes", with, share), value("no", among - with, 1.0 - share)] }
    });
    topics.collect()
}

impl Population {
    /// The age by the true day of birth, also of those of whom the register knows only the year.
    fn true_age(&self, index: CitizenIndex, day: Date) -> i32 {
        let born = date_of(self.birth_day(index));
        debug_assert!(day_number(born) <= PYRAMID_DAY);
        songsinh_contract::BirthDate::Full(born).age_on(day)
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Long topics show so many values and sum up the rest.
        const SHOWN: usize = 12;
        writeln!(f, "{}: {} numbers drawn", self.of, self.sample)?;
        for topic in &self.topics {
            writeln!(f, "\n{} (among {})", topic.name, topic.among)?;
            let among = topic.among.max(1) as f64;
            let mut order: Vec<&Count> = topic.values.iter().collect();
            if order.len() > 2 * SHOWN {
                order.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
            }
            let shown = if order.len() > 2 * SHOWN { SHOWN } else { order.len() };
            for value in &order[..shown] {
                write!(f, "  {:<28}{:>10} {:>8.3} %", value.value, value.count, value.count as f64 / among * 100.0)?;
                match value.wanted {
                    Some(wanted) => writeln!(f, "   table {:>8.3} %", wanted * 100.0)?,
                    None => writeln!(f)?,
                }
            }
            if shown < order.len() {
                let rest: u64 = order[shown..].iter().map(|value| value.count).sum();
                writeln!(
                    f,
                    "  {:<28}{rest:>10} {:>8.3} %",
                    format!("{} more", order.len() - shown),
                    rest as f64 / among * 100.0
                )?;
            }
            if let Some((chi_square, freedom)) = topic.chi_square(5.0) {
                writeln!(f, "  χ² {chi_square:.1} with {freedom} degrees of freedom")?;
            }
        }
        Ok(())
    }
}

//! The people of the provinces in their order, sorted by what they can play.
//!
//! Invariant: people are drawn one after the other and handed out at most once; what is drawn depends on what is asked
//! for alone.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::Date;
use songsinh_contract::{CardState, CitizenIndex, LifeStatus, Os, Person};
use songsinh_population::{PeopleOfProvince, Population, PopulationError, province_named};
use songsinh_scenario::{Need, Scenario};

use crate::roster::{ProvinceCode, Slice, Span};

/// A province's people, and the next of them.
struct Lane {
    code: ProvinceCode,
    name: String,
    people: PeopleOfProvince,
    from: u64,
    next: u64,
}

/// The people of several provinces, each in its own order.
pub(super) struct Order {
    lanes: Vec<Lane>,
    turn: usize,
}

impl Order {
    pub(super) fn of(
        scenario: &Scenario,
        population: &Population,
        from: &BTreeMap<ProvinceCode, u64>,
    ) -> Result<Self, PopulationError> {
        let (mut lanes, mut named) = (Vec::new(), BTreeSet::new());
        for province in &scenario.people.from {
            let code = ProvinceCode(province_named(province.name())?.code);
            if named.insert(code) {
                let people = population.people_of(code.0)?;
                let from = from.get(&code).copied().unwrap_or(0);
                lanes.push(Lane { code, name: province.name().to_owned(), people, from, next: from });
            }
        }
        Ok(Self { lanes, turn: 0 })
    }
    /// The next person of the province whose turn it is, as long as each lasts.
    fn next(&mut self) -> Option<CitizenIndex> {
        let count = self.lanes.len();
        for _ in 0..count {
            let lane = &mut self.lanes[self.turn];
            self.turn = (self.turn + 1) % count;
            if let Some(index) = lane.people.nth(lane.next) {
                lane.next += 1;
                return Some(index);
            }
        }
        None
    }
    /// Whether somebody lives in one of the provinces.
    pub(super) fn has(&self, index: CitizenIndex) -> bool {
        self.lanes.iter().any(|lane| lane.people.position(index).is_some())
    }
    /// What was taken so far.
    pub(super) fn slice(&self) -> Slice {
        self.lanes.iter().map(|lane| (lane.code, Span { from: lane.from, to: lane.next })).collect()
    }
    pub(super) fn words(&self) -> String {
        let words =
            self.lanes.iter().map(|lane| format!("{} (from {} of {})", lane.name, lane.from, lane.people.len()));
        words.collect::<Vec<_>>().join(", ")
    }
}

/// Sorts people by what they can play, and hands them out.
pub(super) struct Pool<'a> {
    pub(super) order: Order,
    population: &'a Population,
    day: Date,
    minimum_age_years: i32,
    drawn: u64,
    waiting: [VecDeque<Person>; Need::ALL.len()],
    barren: [bool; Need::ALL.len()],
}

/// Of each kind only so many wait; those beyond go unused.
const MOST_WAITING: usize = 4_096;
/// Among so many people a kind that is there at all has somebody; else it is not looked for any more.
const FAR_ENOUGH: u64 = 100_000;

impl<'a> Pool<'a> {
    /// The people of a scenario's provinces, from the given places on.
    pub(super) fn of(
        scenario: &Scenario,
        population: &'a Population,
        minimum_age_years: i32,
        places: &BTreeMap<ProvinceCode, u64>,
    ) -> Result<Self, PopulationError> {
        Ok(Self {
            order: Order::of(scenario, population, places)?,
            population,
            day: scenario.day,
            minimum_age_years,
            drawn: 0,
            waiting: std::array::from_fn(|_| VecDeque::new()),
            barren: [false; Need::ALL.len()],
        })
    }
    /// Whether somebody can play that, wherever they stand in the order.
    pub(super) fn fits(&self, index: CitizenIndex, need: Need) -> bool {
        self.sort(index)
            .is_some_and(|(_, own)| own == need || (need == Need::Any && matches!(own, Need::NoNfc | Need::Nfc)))
    }
    /// Somebody, as on the day.
    pub(super) fn person(&self, index: CitizenIndex) -> Person {
        self.population.citizen(index, self.day)
    }
    /// The next person who can play that; none if there is nobody left.
    pub(super) fn take(&mut self, need: Need) -> Option<Person> {
        let begin = self.drawn;
        loop {
            if let Some(person) = self.waiting[need as usize].pop_front() {
                return Some(person);
            }
            // Anybody will do for `Any`: with or without a chip reader.
            if need == Need::Any
                && let Some(person) =
                    [Need::NoNfc, Need::Nfc].into_iter().find_map(|need| self.waiting[need as usize].pop_front())
            {
                return Some(person);
            }
            if self.barren[need as usize] || self.drawn - begin > FAR_ENOUGH {
                self.barren[need as usize] = true;
                return None;
            }
            let index = self.order.next()?;
            self.drawn += 1;
            if let Some((person, need)) = self.sort(index) {
                let waiting = &mut self.waiting[need as usize];
                if waiting.len() < MOST_WAITING {
                    waiting.push_back(person);
                }
            }
        }
    }
    fn sort(&self, index: CitizenIndex) -> Option<(Person, Need)> {
        let identity = self.population.identity(index, self.day);
        match identity.life {
            LifeStatus::Dead => return Some((self.population.citizen(index, self.day), Need::Dead)),
            LifeStatus::Cancelled => return Some((self.population.citizen(index, self.day), Need::Cancelled)),
            LifeStatus::Alive => {}
        }
        if !identity.is_born(self.day) {
            return None;
        }
        let age = identity.born.age_on(self.day);
        // Toddlers type no forms: those just under age do.
        if (self.minimum_age_years - 4..self.minimum_age_years).contains(&age) {
            return Some((self.population.citizen(index, self.day), Need::UnderAge));
        }
        if age < self.minimum_age_years {
            return None;
        }
        let person = self.population.citizen(index, self.day);
        let phone = person.phone.filter(|phone| !phone.shared && phone.os != Os::Feature)?;
        let need = match person.card.as_ref()?.state_on(self.day) {
            CardState::InForce if phone.nfc => Need::Nfc,
            CardState::InForce => Need::NoNfc,
            CardState::Expired if !phone.nfc => Need::ExpiredCard,
            CardState::Withdrawn if !phone.nfc => Need::WithdrawnCard,
            _ => return None,
        };
        Some((person, need))
    }
}

//! Casting: which people of the population play which arrival.
//!
//! The people of each province are taken in one fixed order (a permutation that belongs to the population, not to the
//! run), from where the roster says that its unused people begin, province by province in turn. Invariants: nobody plays
//! twice in a run; the same population, roster positions and plan give the same cast, whatever the number of workers; a
//! cell's people share no phone number with another cell's.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::civil::Date;
use songsinh_contract::{
    ArrivalId, CardState, Carrier, Chance, CitizenIndex, DeviceId, LifeStatus, MemberRole, Os, Person, PhoneFacts,
    PhoneNumber, Purpose, Rulebook, ShardId,
};
use songsinh_journey::{Actor, Cast, Handset};
use songsinh_phone::{Keys, Phone};
use songsinh_population::{PeopleOfProvince, Population, PopulationConfig, PopulationError, province_named};
use songsinh_scenario::Need;
use songsinh_scenario::{Plan, Planned, Scenario};

use crate::roster::{ProvinceCode, Slice, Span};

/// Who plays an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// Whose journey it is.
    pub main: CitizenIndex,
    /// The others on the stage.
    pub others: Vec<CitizenIndex>,
}

/// The cast of a whole plan.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Casting {
    roles: Vec<Option<Roles>>,
    shards: Vec<ShardId>,
    reserves: Vec<CitizenIndex>,
    canary: Option<CitizenIndex>,
    canary_slice: Slice,
    slice: Slice,
}

/// Why nobody can be cast.
#[derive(Debug, thiserror::Error)]
pub enum CastingError {
    /// The population knows no such province.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// The provinces are used up.
    #[error(
        "the people of {provinces} are used up: {wanted} arrivals wanted somebody, {found} found anybody\n  name more \
         provinces under people.from, or delete the roster {roster} after resetting the target"
    )]
    UsedUp {
        /// Where people were looked for, each with its places.
        provinces: String,
        /// How many were wanted.
        wanted: usize,
        /// How many were found.
        found: usize,
        /// Which roster says so.
        roster: String,
    },
}

/// Spare people for those whom the target knows already: one for fifty arrivals, and a few.
const RESERVE_SHARE: usize = 50;
const RESERVE_LEAST: usize = 32;

/// A province's people, and the next of them.
struct Lane {
    code: ProvinceCode,
    name: String,
    people: PeopleOfProvince,
    from: u64,
    next: u64,
}

/// The people of several provinces, each in its own order.
struct Order {
    lanes: Vec<Lane>,
    turn: usize,
}

impl Order {
    fn of(
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
    /// What was taken so far.
    fn slice(&self) -> Slice {
        self.lanes.iter().map(|lane| (lane.code, Span { from: lane.from, to: lane.next })).collect()
    }
    fn words(&self) -> String {
        let words =
            self.lanes.iter().map(|lane| format!("{} (from {} of {})", lane.name, lane.from, lane.people.len()));
        words.collect::<Vec<_>>().join(", ")
    }
}

/// Sorts people by what they can play, and hands them out.
struct Pool<'a> {
    order: Order,
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

impl Pool<'_> {
    fn take(&mut self, need: Need) -> Option<Person> {
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

impl Casting {
    /// Casts a plan by a rulebook, with the people that no run has used: those from the given place of each province's
    /// order on, from the first where none is given.
    ///
    /// # Errors
    /// When a province is unknown, or nobody at all is left.
    pub fn of(
        plan: &Plan,
        scenario: &Scenario,
        book: &Rulebook,
        population: &Arc<Population>,
        places: &BTreeMap<ProvinceCode, u64>,
        roster: &str,
    ) -> Result<Self, CastingError> {
        let mut pool = Pool {
            order: Order::of(scenario, population, places)?,
            population,
            day: scenario.day,
            minimum_age_years: book.minimum_age_years,
            drawn: 0,
            waiting: std::array::from_fn(|_| VecDeque::new()),
            barren: [false; Need::ALL.len()],
        };
        // The canary is taken before all others, so that a run which ends with it has used up hardly anybody.
        let canary = pool.take(Need::NoNfc).map(|one| one.index);
        let mut casting = Self { canary, canary_slice: pool.order.slice(), ..Self::default() };
        for planned in &plan.arrivals {
            let (roles, shard) = match cast_one(&mut pool, planned) {
                Some((roles, shard)) => (Some(roles), shard),
                None => (None, ShardId(0)),
            };
            casting.roles.push(roles);
            casting.shards.push(shard);
        }
        let found = casting.roles.iter().flatten().count();
        if found == 0 && !plan.arrivals.is_empty() {
            return Err(CastingError::UsedUp {
                provinces: pool.order.words(),
                wanted: plan.arrivals.len(),
                found,
                roster: roster.to_owned(),
            });
        }
        let wanted = plan.arrivals.len() / RESERVE_SHARE + RESERVE_LEAST;
        casting.reserves = std::iter::from_fn(|| pool.take(Need::NoNfc)).take(wanted).map(|one| one.index).collect();
        casting.slice = pool.order.slice();
        Ok(casting)
    }
    /// Who plays an arrival.
    #[must_use]
    pub fn cast(&self, arrival: ArrivalId) -> Option<&Roles> {
        self.roles.get(usize::try_from(arrival.0).ok()?)?.as_ref()
    }
    /// The shard of an arrival: that of the main person's commune.
    #[must_use]
    pub fn shard_of(&self, arrival: ArrivalId) -> Option<ShardId> {
        self.shards.get(usize::try_from(arrival.0).ok()?).copied()
    }
    /// The `nth` spare person, for an arrival whose person the target knew.
    #[must_use]
    pub fn reserve(&self, _arrival: ArrivalId, nth: usize) -> Option<CitizenIndex> {
        self.reserves.get(nth).copied()
    }
    /// The person who goes first, alone, before any load.
    #[must_use]
    pub fn canary(&self) -> Option<Roles> {
        Some(Roles { main: self.canary?, others: Vec::new() })
    }
    /// The people among whom the canary was found: the beginning of [`Casting::slice`].
    #[must_use]
    pub fn canary_slice(&self) -> &Slice {
        &self.canary_slice
    }
    /// The people whom this cast used or passed over, by province.
    #[must_use]
    pub fn slice(&self) -> &Slice {
        &self.slice
    }
}

fn cast_one(pool: &mut Pool<'_>, planned: &Planned) -> Option<(Roles, ShardId)> {
    let need = planned.twist.map_or_else(|| planned.journey.need(), |twist| twist.need());
    let main = pool.take(need)?;
    let mut others = Vec::new();
    let further = planned.twist.map_or(0, |twist| twist.further());
    // Who has no phone of their own borrows one.
    let lender = usize::from(main.phone.is_none_or(|phone| phone.shared) && further == 0);
    for _ in 0..usize::from(further) + lender {
        let need = planned.twist.map_or(Need::Any, |twist| twist.further_need());
        others.push(pool.take(need)?.index);
    }
    let shard = ShardId((main.commune % 256) as u8);
    Some((Roles { main: main.index, others }, shard))
}

/// Makes actors of people.
#[derive(Clone)]
pub struct People {
    /// Where they live.
    pub population: Arc<Population>,
    /// The world's day.
    pub day: Date,
    /// What their phones sign with.
    pub keys: Keys,
}

impl People {
    /// Puts the people of an arrival on the stage.
    #[must_use]
    pub fn cast(&self, roles: &Roles) -> Cast {
        let others: Vec<Person> = roles.others.iter().map(|&index| self.population.citizen(index, self.day)).collect();
        let lender = others.first().and_then(|person| person.phone);
        let main = self.population.citizen(roles.main, self.day);
        let main = self.actor(main, lender.map(|phone| phone.number));
        let others = others
            .into_iter()
            .map(|person| Actor { role: MemberRole::Relative, ..self.actor(person, None) })
            .collect();
        Cast { main, others }
    }
    fn actor(&self, person: Person, lent: Option<PhoneNumber>) -> Actor {
        // Who has no phone of their own has a borrowed one in hand; a number of nobody stands in where none was lent.
        let own = person.phone.filter(|phone| !phone.shared).unwrap_or_else(|| PhoneFacts {
            number: lent.unwrap_or(PhoneNumber::from_parts(99, person.index.0 as u32)),
            carrier: Carrier::Gmobile,
            os: Os::Android,
            nfc: false,
            shared: true,
        });
        let handset = |nth: u64| {
            let device = device_of(self.keys.seed, person.index, nth);
            Handset::new(Phone::new(self.keys, device, &own, 0))
        };
        let (phone, spare) = (handset(0), handset(1));
        Actor::new(person, phone, spare, self.keys.seed)
    }
}

/// The `nth` device of a person: the same in every run with the same keys.
#[must_use]
pub fn device_of(seed: u64, person: CitizenIndex, nth: u64) -> DeviceId {
    DeviceId(Chance::new(seed, Purpose::named("device"), person.0 << 2 | nth).bits())
}

/// The population of a world, computed here as it is there.
///
/// # Errors
/// When the size is out of range.
pub fn population(seed: u64, people: u64) -> Result<Arc<Population>, CastingError> {
    Ok(Arc::new(Population::new(PopulationConfig { seed, people })?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const DOC: &str = "scenario: t\nday: 2022-08-27\npeople: {from: [PROVINCES]}\ntarget: built-in\nphases:\n  \
                       - {name: all, for: 20s, start: 5/s}\nmix:\n  - {share: 1, journey: activate}\n";

    fn cast(provinces: &str, places: &BTreeMap<ProvinceCode, u64>) -> (BTreeSet<u64>, Casting) {
        let scenario = Scenario::parse("t.yaml", DOC.replace("PROVINCES", provinces).as_bytes()).unwrap();
        let plan = songsinh_scenario::plan(&scenario, 1);
        assert!(plan.ends > Duration::ZERO && !plan.arrivals.is_empty());
        let population = population(1, 1_000_000).unwrap();
        let casting = Casting::of(&plan, &scenario, &Rulebook::default(), &population, places, "none").unwrap();
        let roles = plan.arrivals.iter().filter_map(|planned| casting.cast(planned.id));
        let played = roles.flat_map(|roles| std::iter::once(roles.main).chain(roles.others.iter().copied()));
        let all: Vec<u64> = played.chain(casting.reserves.clone()).chain(casting.canary).map(|one| one.0).collect();
        let once: BTreeSet<u64> = all.iter().copied().collect();
        assert_eq!(once.len(), all.len(), "nobody plays twice");
        (once, casting)
    }
    fn behind(places: &mut BTreeMap<ProvinceCode, u64>, casting: &Casting) {
        places.extend(casting.slice().iter().map(|(&code, span)| (code, span.to)));
    }

    #[test]
    fn runs_in_overlapping_provinces_use_nobody_twice() {
        let mut places = BTreeMap::new();
        let mut used = BTreeSet::new();
        for provinces in ["Tuyên Quang", "Hà Nội, Tuyên Quang", "Hà Nội", "Tuyên Quang, Hà Nội, Tuyên Quang"]
        {
            let (people, casting) = cast(provinces, &places);
            assert!(people.len() > 50 && used.is_disjoint(&people), "{provinces}");
            used.extend(people);
            behind(&mut places, &casting);
        }
    }

    #[test]
    fn the_canary_stands_at_the_beginning_of_the_slice() {
        let (_, casting) = cast("Tuyên Quang", &BTreeMap::from([(ProvinceCode(8), 40)]));
        let (canary, all) = (casting.canary_slice()[&ProvinceCode(8)], casting.slice()[&ProvinceCode(8)]);
        assert_eq!((canary.from, all.from), (40, 40));
        assert!(40 < canary.to && canary.to < all.to, "{canary:?} {all:?}");
    }
}

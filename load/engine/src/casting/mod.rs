//! Casting: which people of the population play which arrival, and in which role.
//!
//! The people of each province are taken in one fixed order (a permutation that belongs to the population, not to the
//! run), from where the roster says that its unused people begin, province by province in turn. Who must begin in some
//! state is taken from those whom the roster knows to be in it, then from the unused ones, to be prepared. Invariants:
//! nobody but officials and officers plays twice in a run; the same population, roster and plan give the same cast,
//! whatever the number of workers; a cell's people share no phone number with another cell's.

mod people;
mod pool;
mod wants;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use songsinh_contract::{ArrivalId, CitizenIndex, MemberRole, Rulebook, ShardId};
use songsinh_population::{Population, PopulationError};
use songsinh_scenario::{Need, Plan, Planned, PreparedBy, Scenario};

use crate::prepare::Goal;
use crate::roster::{ProvinceCode, Slice};

pub use people::{Known, People, device_of, population};
use pool::Pool;
use wants::Wants;

/// Who plays an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// Whose journey it is.
    pub main: CitizenIndex,
    /// The others on the stage, in the order of the catalogue.
    pub others: Vec<Other>,
    /// Whether the story asks for papers and bills.
    pub holdings: bool,
}

/// Somebody beside the main citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Other {
    /// What they are in the story.
    pub role: MemberRole,
    /// Who they are.
    pub person: CitizenIndex,
    /// Of an officer: which of the target's officers.
    pub pass: Option<usize>,
}

impl Roles {
    /// One citizen, alone.
    #[must_use]
    pub fn alone(main: CitizenIndex) -> Self {
        Self { main, others: Vec::new(), holdings: false }
    }
}

/// What casting may draw on.
#[derive(Debug, Clone, Default)]
pub struct Grounds<'a> {
    /// Where the unused people of each province begin; at the first where none is given.
    pub places: BTreeMap<ProvinceCode, u64>,
    /// What earlier runs at this target have left people with.
    pub known: Known,
    /// How many officers the target knows.
    pub officers: usize,
    /// The roster in messages.
    pub roster: &'a str,
}

/// The cast of a whole plan.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Casting {
    first: u64,
    roles: Vec<Option<Roles>>,
    shards: Vec<ShardId>,
    reserves: Vec<CitizenIndex>,
    canary: Option<CitizenIndex>,
    canary_slice: Slice,
    slice: Slice,
    states: BTreeMap<CitizenIndex, Goal>,
    spares: VecDeque<CitizenIndex>,
    officials: Vec<CitizenIndex>,
    officers: Vec<CitizenIndex>,
}

/// Why nobody can be cast.
#[derive(Debug, thiserror::Error)]
pub enum CastingError {
    /// The population knows no such province.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// Somebody must sit at a counter, and the target knows nobody who does.
    #[error(
        "the scenario needs police officers at a counter, and none is known: name a file of theirs in the target's \
         profile, as `officers: {{file: officers.csv}}`"
    )]
    NoOfficers,
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
/// Spare people for those who cannot be prepared: one for ten, and a few.
const SPARE_SHARE: usize = 10;
const SPARE_LEAST: usize = 8;

impl Casting {
    /// Casts a plan by a rulebook: with people in their wanted state as far as the roster knows any, else with people
    /// that no run has used.
    ///
    /// # Errors
    /// When a province is unknown, or nobody at all is left.
    pub fn of(
        plan: &Plan,
        scenario: &Scenario,
        book: &Rulebook,
        population: &Arc<Population>,
        grounds: &Grounds<'_>,
    ) -> Result<Self, CastingError> {
        let mut pool = Pool::of(scenario, population, book.minimum_age_years, &grounds.places)?;
        // The canary is taken before all others, so that a run which ends with it has used up hardly anybody.
        let canary = pool.take(Need::NoNfc).map(|one| one.index);
        let mut casting = Self { canary, canary_slice: pool.order.slice(), ..Self::default() };
        let have = &scenario.people.citizens.have;
        let wants: Vec<Wants> = plan
            .arrivals
            .iter()
            .map(|planned| match scenario.mix.get(usize::from(planned.entry)).and_then(|entry| entry.script.as_ref()) {
                Some(script) => Wants::of_script(script, have),
                None => Wants::of(planned, have),
            })
            .collect();
        let mut ready = Ready::of(&pool, scenario, &grounds.known);
        casting.take_servants(&mut pool, &mut ready, scenario, &wants, grounds.officers)?;
        for (planned, wants) in plan.arrivals.iter().zip(&wants) {
            let (roles, shard) = match casting.cast_one(&mut pool, &mut ready, planned, wants) {
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
                roster: grounds.roster.to_owned(),
            });
        }
        casting.reserves = some(&mut pool, plan.arrivals.len() / RESERVE_SHARE + RESERVE_LEAST).collect();
        let unready = casting.states.keys().filter(|person| !grounds.known.contains_key(person)).count();
        if unready > 0 {
            casting.spares = some(&mut pool, unready / SPARE_SHARE + SPARE_LEAST).collect();
        }
        casting.slice = pool.order.slice();
        Ok(casting)
    }

    /// Takes those who serve many stories: officials, and people to stand behind the counters.
    fn take_servants(
        &mut self,
        pool: &mut Pool<'_>,
        ready: &mut Ready,
        scenario: &Scenario,
        wants: &[Wants],
        passes: usize,
    ) -> Result<(), CastingError> {
        let people = &scenario.people;
        let most = |role| wants.iter().map(|wants| wants.count(role)).max().unwrap_or(0);
        let citizens_by_counter = wants.iter().any(|wants| wants.state.is_some_and(Goal::needs_officer));
        let officials = most(MemberRole::Official);
        if officials > 0 {
            let count = usize::try_from(people.officials.count.get()).unwrap_or(usize::MAX).max(officials);
            let goal = Goal::official();
            self.officials = (0..count)
                .map_while(|_| {
                    ready
                        .take(goal, |person| pool.fits(person, Need::Any))
                        .or_else(|| pool.take(Need::Any).map(|one| one.index))
                })
                .collect();
            self.states.extend(self.officials.iter().map(|&person| (person, goal)));
        }
        if most(MemberRole::Officer) > 0 || citizens_by_counter || officials > 0 {
            if passes == 0 {
                return Err(CastingError::NoOfficers);
            }
            self.officers = (0..passes).map_while(|_| pool.take(Need::Any).map(|one| one.index)).collect();
        }
        Ok(())
    }

    fn cast_one(
        &mut self,
        pool: &mut Pool<'_>,
        ready: &mut Ready,
        planned: &Planned,
        wants: &Wants,
    ) -> Option<(Roles, ShardId)> {
        let known = wants.state.and_then(|goal| ready.take(goal, |person| pool.fits(person, wants.main)));
        let main = match known {
            Some(person) => pool.person(person),
            None => pool.take(wants.main)?,
        };
        // Who has no phone of their own borrows one.
        let lender = main.phone.is_none_or(|phone| phone.shared) && wants.others.is_empty();
        let lenders = lender.then_some(MemberRole::Relative);
        let roles = wants.others.iter().copied().chain(lenders);
        let others = self.others(planned.id, roles, || pool.take(wants.further).map(|one| one.index))?;
        if let Some(goal) = wants.state {
            self.states.insert(main.index, goal);
        }
        let shard = ShardId((main.commune % 256) as u8);
        Some((Roles { main: main.index, others, holdings: wants.holdings }, shard))
    }

    /// The others of an arrival: officials and officers in turn, the rest as `next` gives them.
    fn others(
        &self,
        arrival: ArrivalId,
        roles: impl Iterator<Item = MemberRole>,
        mut next: impl FnMut() -> Option<CitizenIndex>,
    ) -> Option<Vec<Other>> {
        let turn = usize::try_from(arrival.0).unwrap_or(0);
        let (mut officials, mut officers) = (0, 0);
        let in_turn = |all: &[CitizenIndex], nth: &mut usize| {
            let place = (turn + *nth).checked_rem(all.len())?;
            *nth += 1;
            (*nth <= all.len()).then(|| (place, all[place]))
        };
        roles
            .map(|role| match role {
                MemberRole::Official => {
                    let (_, person) = in_turn(&self.officials, &mut officials)?;
                    Some(Other { role, person, pass: None })
                }
                MemberRole::Officer => {
                    let (pass, person) = in_turn(&self.officers, &mut officers)?;
                    Some(Other { role, person, pass: Some(pass) })
                }
                role => Some(Other { role, person: next()?, pass: None }),
            })
            .collect()
    }

    /// Who plays an arrival.
    #[must_use]
    pub fn cast(&self, arrival: ArrivalId) -> Option<&Roles> {
        self.roles.get(self.place(arrival)?)?.as_ref()
    }
    /// The shard of an arrival: that of the main person's commune.
    #[must_use]
    pub fn shard_of(&self, arrival: ArrivalId) -> Option<ShardId> {
        self.shards.get(self.place(arrival)?).copied()
    }
    fn place(&self, arrival: ArrivalId) -> Option<usize> {
        usize::try_from(arrival.0.checked_sub(self.first)?).ok()
    }
    /// The `nth` spare person, for an arrival whose person the target knew; none for one who must begin in some state.
    #[must_use]
    pub fn reserve(&self, arrival: ArrivalId, nth: usize) -> Option<CitizenIndex> {
        let main = self.cast(arrival)?.main;
        if self.states.contains_key(&main) { None } else { self.reserves.get(nth).copied() }
    }
    /// The person who goes first, alone, before any load.
    #[must_use]
    pub fn canary(&self) -> Option<Roles> {
        self.canary.map(Roles::alone)
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
    /// Who must be in which state before the load begins.
    #[must_use]
    pub fn states(&self) -> &BTreeMap<CitizenIndex, Goal> {
        &self.states
    }
    /// The officials, who serve many stories and are changed by none.
    #[must_use]
    pub fn officials(&self) -> &[CitizenIndex] {
        &self.officials
    }

    /// The cast of a round of the preparation: of each story its main person, and who serves them: officers, and those of
    /// the officials who are `ready`.
    pub(crate) fn of_round(&self, steps: &[(Planned, CitizenIndex)], ready: impl Fn(CitizenIndex) -> bool) -> Self {
        let officials = self.officials.iter().copied().filter(|&person| ready(person)).collect();
        let first = steps.first().map_or(0, |(planned, _)| planned.id.0);
        let mut round = Self { first, officials, officers: self.officers.clone(), ..Self::default() };
        for (planned, main) in steps {
            let others = round.others(planned.id, wants::beside(planned).into_iter(), || None);
            round.roles.push(others.map(|others| Roles { main: *main, others, holdings: false }));
            round.shards.push(ShardId((main.0 % 256) as u8));
        }
        round
    }
    /// Puts a spare person in the place of one who could not be prepared; gives who it is, if there is one.
    pub(crate) fn substitute(&mut self, failed: CitizenIndex) -> Option<CitizenIndex> {
        let goal = self.states.remove(&failed)?;
        let spare = self.spares.pop_front()?;
        self.states.insert(spare, goal);
        for roles in self.roles.iter_mut().flatten() {
            if roles.main == failed {
                roles.main = spare;
            }
            for other in roles.others.iter_mut().filter(|other| other.person == failed) {
                other.person = spare;
            }
        }
        for official in self.officials.iter_mut().filter(|official| **official == failed) {
            *official = spare;
        }
        Some(spare)
    }
}

/// So many people who can play any part.
fn some<'p>(pool: &'p mut Pool<'_>, wanted: usize) -> impl Iterator<Item = CitizenIndex> + 'p {
    std::iter::from_fn(|| pool.take(Need::NoNfc)).take(wanted).map(|one| one.index)
}

/// The people whom the roster knows to be in a wanted state, in the order of the population.
struct Ready(Vec<(Goal, VecDeque<CitizenIndex>)>);

/// Among so many who wait, somebody is looked for who can play a certain part.
const FAR_AMONG_READY: usize = 64;

impl Ready {
    fn of(pool: &Pool<'_>, scenario: &Scenario, known: &Known) -> Self {
        let by_roster = scenario.prepare.by.contains(&PreparedBy::Roster);
        let goals = [Some(Goal::official()), Goal::of(&scenario.people.citizens.have)];
        let waiting = |goal: Goal| {
            let fits = known.iter().filter(|(person, standing)| goal.is_met_by(standing) && pool.order.has(**person));
            fits.filter(|_| by_roster).map(|(&person, _)| person).collect()
        };
        Self(goals.into_iter().flatten().map(|goal| (goal, waiting(goal))).collect())
    }
    /// Somebody in that state who fits, and nobody's any more.
    fn take(&mut self, goal: Goal, fits: impl Fn(CitizenIndex) -> bool) -> Option<CitizenIndex> {
        let (_, waiting) = self.0.iter().find(|(own, _)| *own == goal)?;
        let person = waiting.iter().copied().take(FAR_AMONG_READY).find(|&person| fits(person))?;
        for (_, waiting) in &mut self.0 {
            // Whoever is taken stands near the front of the list they are taken from; elsewhere they may stand anywhere.
            if let Ok(place) = waiting.binary_search(&person) {
                waiting.remove(place);
            }
        }
        Some(person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use songsinh_contract::{Bound, Digest, Level, PhoneNumber, Standing};
    use songsinh_scenario::Journey;
    use std::collections::BTreeSet;
    use std::time::Duration;

    const DOC: &str = "scenario: t\nday: 2022-08-27\npeople: {from: [PROVINCES]}\ntarget: built-in\nphases:\n  \
                       - {name: all, for: 20s, start: 5/s}\nmix:\n  - {share: 1, journey: activate}\n";

    fn cast(provinces: &str, places: &BTreeMap<ProvinceCode, u64>) -> (BTreeSet<u64>, Casting) {
        let scenario = Scenario::parse("t.yaml", DOC.replace("PROVINCES", provinces).as_bytes()).unwrap();
        let plan = songsinh_scenario::plan(&scenario, 1);
        assert!(plan.ends > Duration::ZERO && !plan.arrivals.is_empty());
        let population = population(1, 1_000_000).unwrap();
        let grounds = Grounds { places: places.clone(), officers: 3, roster: "none", ..Grounds::default() };
        let casting = Casting::of(&plan, &scenario, &Rulebook::default(), &population, &grounds).unwrap();
        let roles = plan.arrivals.iter().filter_map(|planned| casting.cast(planned.id));
        let played =
            roles.flat_map(|roles| std::iter::once(roles.main).chain(roles.others.iter().map(|one| one.person)));
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

    fn cast_of(citizens: &str, mix: &str, known: Known) -> (Plan, Casting) {
        cast_behind(citizens, mix, known, &Casting::default())
    }
    fn cast_behind(citizens: &str, mix: &str, known: Known, last: &Casting) -> (Plan, Casting) {
        let text = format!(
            "scenario: t\nday: 2022-08-27\npeople: {{from: [Tuyên Quang], officials: {{count: 4}}{citizens}}}\nphases:\n  \
             - {{name: all, for: 20s, start: 5/s}}\nmix:\n{mix}"
        );
        let scenario = Scenario::parse("t.yaml", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"));
        let plan = songsinh_scenario::plan(&scenario, 1);
        let mut places = BTreeMap::new();
        behind(&mut places, last);
        let grounds = Grounds { places, officers: 3, known, roster: "none" };
        let population = population(1, 1_000_000).unwrap();
        let casting = Casting::of(&plan, &scenario, &Rulebook::default(), &population, &grounds).unwrap();
        (plan, casting)
    }
    const LEVEL2: &str = ", citizens: {have: {account: level2}}";

    #[test]
    fn officials_and_officers_serve_many_stories_and_everybody_else_one() {
        let (plan, casting) = cast_of("", "  - {share: 1, journey: verify-qr}\n", Known::new());
        let mut served: BTreeMap<CitizenIndex, usize> = BTreeMap::new();
        let mut mains = BTreeSet::new();
        for planned in &plan.arrivals {
            let roles = casting.cast(planned.id).unwrap();
            let company: Vec<MemberRole> = roles.others.iter().map(|one| one.role).collect();
            assert_eq!(company, [MemberRole::Official, MemberRole::Officer]);
            assert!(roles.others[0].pass.is_none() && roles.others[1].pass.is_some_and(|pass| pass < 3));
            assert!(mains.insert(roles.main) && roles.holdings);
            roles.others.iter().for_each(|one| *served.entry(one.person).or_default() += 1);
        }
        assert_eq!(served.len(), 7);
        assert!(served.values().all(|&times| times > 10), "{served:?}");
        assert!(served.keys().all(|person| !mains.contains(person)));
        let wanted: BTreeSet<CitizenIndex> = casting.states().keys().copied().collect();
        assert_eq!(wanted, casting.officials().iter().copied().collect(), "citizens begin with nothing here");
    }

    #[test]
    fn citizens_begin_in_their_state_where_their_story_can() {
        let mix = "  - {share: 1, journey: wallet}\n  - {share: 1, journey: login}\n  - {share: 1, journey: register}\n  \
                   - {share: 1, journey: level2-after-level1}\n";
        let (plan, casting) = cast_of(LEVEL2, mix, Known::new());
        for planned in &plan.arrivals {
            let main = casting.cast(planned.id).unwrap().main;
            let prepared = matches!(planned.journey, Journey::Wallet | Journey::Login);
            assert_eq!(casting.states().contains_key(&main), prepared, "{}", planned.journey);
            assert_eq!(casting.reserve(planned.id, 0).is_none(), prepared);
        }
    }

    #[test]
    fn whom_the_roster_knows_in_the_wanted_state_is_taken_first_and_once() {
        let mix = "  - {share: 1, journey: wallet}\n";
        let (_, fresh) = cast_of(LEVEL2, mix, Known::new());
        let standing = |person: &CitizenIndex, level| {
            let questions = vec![(1, Digest(1)), (2, Digest(2))];
            let (device, key) = (device_of(1, *person, 0), Digest(3));
            let bound = Bound { device, key, passcode: Digest(4), questions, qr_switch: false };
            let phone = PhoneNumber::from_parts(32, person.0 as u32);
            Standing { phone, level, password: Some(Digest(5)), bound: Some(bound) }
        };
        let mut known: Known =
            fresh.states().keys().take(30).map(|person| (*person, standing(person, Level::Two))).collect();
        let other = *fresh.states().keys().last().unwrap();
        known.insert(other, standing(&other, Level::One));
        let (plan, again) = cast_behind(LEVEL2, mix, known.clone(), &fresh);
        let taken = again.states().keys().filter(|person| known.contains_key(person)).count();
        assert_eq!(taken, 30, "all that fit, and not the one of level 1");
        assert_eq!(again.states().len(), plan.arrivals.len(), "nobody twice");
    }

    #[test]
    fn a_counter_without_officers_is_named_before_anybody_is_asked_for_anything() {
        let cast = |journey: &str| {
            let text = DOC.replace("PROVINCES", "Tuyên Quang").replace("activate", journey);
            let scenario = Scenario::parse("t.yaml", text.as_bytes()).unwrap();
            let (plan, population) = (songsinh_scenario::plan(&scenario, 1), population(1, 1_000_000).unwrap());
            Casting::of(&plan, &scenario, &Rulebook::default(), &population, &Grounds::default())
        };
        assert!(cast("activate").is_ok());
        let error = cast("wallet").unwrap_err().to_string();
        assert!(error.contains("`officers: {file: officers.csv}`"), "{error}");
    }

    #[test]
    fn a_spare_person_takes_every_part_of_one_who_failed() {
        let (plan, mut casting) = cast_of(LEVEL2, "  - {share: 1, journey: verify-qr}\n", Known::new());
        let official = casting.officials()[0];
        let main = casting.cast(plan.arrivals[0].id).unwrap().main;
        for failed in [official, main] {
            let spare = casting.substitute(failed).unwrap();
            let plays = |person| {
                let roles = plan.arrivals.iter().filter_map(|planned| casting.cast(planned.id));
                roles
                    .filter(|roles| roles.main == person || roles.others.iter().any(|one| one.person == person))
                    .count()
            };
            assert!(plays(failed) == 0 && plays(spare) > 0);
            assert!(!casting.states().contains_key(&failed) && casting.states().contains_key(&spare));
        }
        assert!(!casting.officials().contains(&official));
    }
}

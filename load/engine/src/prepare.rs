//! What people must have before the load begins, and by which journeys they come to it.
//!
//! ```text
//! round 1  |--everybody who is not ready--|
//! round 2                                 |--the next step of those, others for those who failed--|
//! ...                                                             until all are ready, or time is up
//! ```
//!
//! Invariants: nobody begins the load in a state that no story of this or an earlier run has left them in; who failed is
//! replaced by somebody fresh, never tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use songsinh_contract::{Act, ArrivalId, CitizenIndex, Level, Standing};
use songsinh_record::InvalidReason;
use songsinh_scenario::{Account, Have, Journey, Plan, Planned, Prepare, PreparedBy};

use crate::casting::{Casting, Known};
use crate::progress::Progress;
use crate::roster;

/// The arrivals of the preparation are none of the plan's.
const FIRST_ARRIVAL: u64 = 1 << 46;
/// Rounds at the most: the steps to a state, and the times that others are looked for.
const MOST_ROUNDS: usize = 8;
/// What a preparation waits where its rate is 0.
const A_WHILE: Duration = Duration::from_millis(100);

/// The state in which somebody begins the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    account: Account,
    qr_switch: bool,
}

impl Goal {
    /// What a scenario gives to its citizens; none: they begin with nothing.
    #[must_use]
    pub fn of(have: &Have) -> Option<Self> {
        (have.account != Account::None).then_some(Self { account: have.account, qr_switch: have.qr_switch })
    }
    /// What an official has.
    #[must_use]
    pub fn official() -> Self {
        Self { account: Account::Level2, qr_switch: false }
    }
    pub(crate) fn is_level1(self) -> bool {
        self.account == Account::Level1
    }
    pub(crate) fn needs_officer(self) -> bool {
        self.account == Account::Level2
    }
    /// Whether this account is that of the goal, no less and no more.
    #[must_use]
    pub fn is_met_by(self, standing: &Standing) -> bool {
        self.has_level(standing) && standing.bound.as_ref().is_none_or(|bound| bound.qr_switch == self.qr_switch)
    }
    fn has_level(self, standing: &Standing) -> bool {
        let level = match self.account {
            Account::None => Level::None,
            Account::App => Level::App,
            Account::Level1 => Level::One,
            Account::Level2 => Level::Two,
        };
        let is_active = matches!(self.account, Account::Level1 | Account::Level2);
        standing.level == level && standing.password.is_some() && standing.bound.is_some() == is_active
    }
    /// The journey that brings somebody nearer to it; none: they are there, or no journey does.
    #[must_use]
    pub fn next_journey(self, standing: Option<&Standing>) -> Option<Journey> {
        match standing {
            None => match self.account {
                Account::None => None,
                Account::App => Some(Journey::Register),
                Account::Level1 => Some(Journey::Activate),
                Account::Level2 => Some(Journey::ActivateLevel2),
            },
            Some(standing) if self.has_level(standing) && self.qr_switch && !self.is_met_by(standing) => {
                Some(Journey::QrSwitch)
            }
            Some(_) => None,
        }
    }
}

/// A round of the preparation: what is played, and by whom.
pub(crate) struct Round {
    pub(crate) plan: Arc<Plan>,
    pub(crate) casting: Arc<Casting>,
    pub(crate) known: Arc<Known>,
}

/// The preparation of a run.
pub(crate) struct Preparation {
    casting: Casting,
    known: Known,
    prepare: Prepare,
    seed: u64,
    rounds: usize,
    next: u64,
    tried: BTreeMap<CitizenIndex, Journey>,
    /// Whose story left them in a state that nobody knows.
    lost: BTreeSet<CitizenIndex>,
    given_up: BTreeSet<CitizenIndex>,
}

impl Preparation {
    /// What is to be done for this cast, when so much is known of its people.
    pub(crate) fn new(casting: Casting, known: &Known, prepare: &Prepare, seed: u64) -> Self {
        let known = known.iter().filter(|(person, _)| casting.states().contains_key(person));
        let known = known.map(|(&person, standing)| (person, standing.clone())).collect();
        Self {
            casting,
            known,
            prepare: prepare.clone(),
            seed,
            rounds: 0,
            next: FIRST_ARRIVAL,
            tried: BTreeMap::new(),
            lost: BTreeSet::new(),
            given_up: BTreeSet::new(),
        }
    }
    /// How many people are wanted in some state, and how many are in it.
    pub(crate) fn count(&self) -> (u64, u64) {
        let states = self.casting.states();
        let ready = states.iter().filter(|&(&person, &goal)| self.is_ready(person, goal)).count();
        ((states.len() + self.given_up.len()) as u64, ready as u64)
    }
    fn is_ready(&self, person: CitizenIndex, goal: Goal) -> bool {
        self.known.get(&person).is_some_and(|standing| goal.is_met_by(standing))
    }
    /// Whether everybody is in the wanted state.
    pub(crate) fn is_done(&self) -> bool {
        let (wanted, ready) = self.count();
        wanted == ready
    }
    /// How long it may last.
    pub(crate) fn within(&self) -> Duration {
        self.prepare.journeys.within
    }
    /// The next round, begun so long after the first; none: everybody is ready, or nobody can be got ready any more.
    pub(crate) fn round(&mut self, elapsed: Duration) -> Option<Round> {
        if self.rounds == MOST_ROUNDS || !self.prepare.by.contains(&PreparedBy::Journeys) {
            return None;
        }
        self.rounds += 1;
        self.replace_failed();
        let (mut at, mut steps) = (elapsed, Vec::new());
        for (&person, &goal) in self.casting.states() {
            let standing = self.known.get(&person);
            if self.is_ready(person, goal) {
                continue;
            }
            let Some(journey) = goal.next_journey(standing) else { continue };
            at = self.next_start(at);
            if at >= self.within() {
                break;
            }
            self.tried.insert(person, journey);
            let (id, act, twist) = (ArrivalId(self.next + steps.len() as u64), Act::Prepare, None);
            steps.push((
                Planned { id, at: at.saturating_sub(elapsed), act, phase: 0, entry: 0, journey, twist },
                person,
            ));
        }
        self.next += steps.len() as u64;
        let last = steps.last()?.0.at;
        let is_ready = |person| self.known.get(&person).is_some_and(|standing| Goal::official().is_met_by(standing));
        let casting = Arc::new(self.casting.of_round(&steps, is_ready));
        let arrivals = steps.into_iter().map(|(planned, _)| planned).collect();
        let given_up = self.within().saturating_sub(elapsed);
        let plan = Plan { seed: self.seed, arrivals, begins: Duration::ZERO, ends: last, given_up };
        Some(Round { plan: Arc::new(plan), casting, known: Arc::new(self.known.clone()) })
    }
    /// When the next story may begin, if the last one began at `at`.
    fn next_start(&self, at: Duration) -> Duration {
        let rate = &self.prepare.journeys.rate;
        let mut at = at;
        loop {
            let part = at.as_secs_f64() / self.within().as_secs_f64().max(f64::MIN_POSITIVE);
            let per_s = rate.at(part);
            if per_s > 0.0 {
                return at + Duration::from_secs_f64(1.0 / per_s);
            }
            at += A_WHILE;
            if at >= self.within() {
                return at;
            }
        }
    }
    /// Puts others in the place of those whose last story did not bring them on.
    fn replace_failed(&mut self) {
        let stuck = |(&person, &goal): (&CitizenIndex, &Goal)| {
            let next = goal.next_journey(self.known.get(&person));
            let tried = self.tried.get(&person).is_some_and(|&tried| next.is_none_or(|next| next == tried));
            let stuck = tried || next.is_none() || self.lost.contains(&person);
            (!self.is_ready(person, goal) && stuck).then_some(person)
        };
        let stuck: Vec<CitizenIndex> = self.casting.states().iter().filter_map(stuck).collect();
        for person in stuck {
            self.known.remove(&person);
            if self.casting.substitute(person).is_none() {
                self.given_up.insert(person);
            }
        }
    }
    /// Takes what stories have left people with.
    pub(crate) fn hear(&mut self, standings: &[roster::Standing]) {
        for standing in standings {
            match &standing.account {
                Some(account) => _ = self.known.insert(standing.person, Standing::clone(account)),
                None => {
                    self.known.remove(&standing.person);
                    self.lost.insert(standing.person);
                }
            }
        }
    }
    /// The cast of the load, with what is known of its people; or why there can be none.
    pub(crate) fn end(self, progress: &Progress) -> Result<(Casting, Known), InvalidReason> {
        let (wanted, ready) = self.count();
        if wanted == ready {
            return Ok((self.casting, self.known));
        }
        let mut reasons = progress.reasons();
        if !self.prepare.by.contains(&PreparedBy::Journeys) {
            reasons.push("`prepare.by` names the roster alone, and it knows no more".to_owned());
        }
        if reasons.is_empty() {
            reasons.push(format!("the time of {} s was up", self.within().as_secs_f64()));
        }
        Err(InvalidReason::Unprepared { wanted, ready, why: reasons.join("; ") })
    }
}

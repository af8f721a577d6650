//! What a scenario comes to with a seed: every arrival with its time, its phase and its line of the mix.
//!
//! Invariant: the plan is a function of scenario and seed alone; arrivals are in the order of their times. The lines of
//! the mix get their shares to the nearest whole journey, in an order that is drawn.

mod summary;

use std::time::Duration;

use songsinh_contract::{Act, ArrivalId, Chance, Purpose};

use crate::catalogue::{Journey, Twist};
use crate::file::{Arrivals, Entry, MAX_ARRIVALS, Phase, Scenario};
use crate::units::{Course, Stretch};

pub use summary::Summary;

const ARRIVE: Purpose = Purpose::named("plan.arrive");
const WARM_UP: Purpose = Purpose::named("plan.warm-up");
const MIX: Purpose = Purpose::named("plan.mix");

/// One journey that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Counted from 0 in the order of time.
    pub id: ArrivalId,
    /// When, from the start of the run.
    pub at: Duration,
    /// Warm-up or load.
    pub act: Act,
    /// The phase, by its place in the scenario.
    pub phase: u16,
    /// The line of the mix, by its place in the scenario.
    pub entry: u16,
    /// What the citizen sets out to do.
    pub journey: Journey,
    /// The mistake or attack on the way.
    pub twist: Option<Twist>,
}

/// Everything that is due, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// The arrivals in the order of time: those of the warm-up first.
    pub arrivals: Vec<Planned>,
    /// When the first phase begins: the length of the warm-up.
    pub begins: Duration,
    /// When the last phase ends: no arrival is later.
    pub ends: Duration,
    /// When journeys still under way are given up.
    pub given_up: Duration,
}

/// Makes the plan of a scenario for a seed.
#[must_use]
pub fn plan(scenario: &Scenario, seed: u64) -> Plan {
    let begins = scenario.warm_up.unwrap_or_default();
    let warm_up = warm_up(scenario, begins, seed);
    let warming = warm_up.len();
    let mut due = warm_up;
    let mut ends = begins;
    for (at, phase) in scenario.phases.iter().enumerate() {
        let index = u16::try_from(at).unwrap_or(u16::MAX);
        let chance = Chance::new(seed, ARRIVE, at as u64);
        let times = spread(phase, phase.arrivals.unwrap_or(scenario.arrivals), chance);
        due.extend(times.into_iter().map(|time| (ends + time, index)));
        ends += phase.length;
    }
    due.truncate(usize::try_from(MAX_ARRIVALS).unwrap_or(usize::MAX));
    let warming = warming.min(due.len());
    let mut entries = deal(&scenario.mix, warming, Chance::new(seed, MIX, 1));
    entries.extend(deal(&scenario.mix, due.len() - warming, Chance::new(seed, MIX, 0)));
    let arrivals = due
        .into_iter()
        .zip(entries)
        .enumerate()
        .filter_map(|(id, ((at, phase), entry))| {
            let line = scenario.mix.get(usize::from(entry))?;
            let act = if id < warming { Act::WarmUp } else { Act::Load };
            let id = ArrivalId(id as u64);
            Some(Planned { id, at, act, phase, entry, journey: line.journey, twist: line.twist() })
        })
        .collect();
    Plan { seed, arrivals, begins, ends, given_up: ends + scenario.drain }
}

impl Plan {
    /// The arrivals of the load, without those of the warm-up.
    pub fn load(&self) -> impl Iterator<Item = &Planned> {
        self.arrivals.iter().filter(|planned| planned.act == Act::Load)
    }
}

/// The arrivals of the warm-up: at the rate with which the first phase begins, or its mean where it begins with none.
fn warm_up(scenario: &Scenario, length: Duration, seed: u64) -> Vec<(Duration, u16)> {
    let Some(first) = scenario.phases.first().filter(|_| !length.is_zero()) else { return Vec::new() };
    let begins = first.start.first_per_s();
    let rate = if begins > 0.0 { begins } else { first.start.mean_per_s() };
    let start = Course { stretches: vec![Stretch { from_per_s: rate, to_per_s: rate }] };
    let phase = Phase { length, start, ..first.clone() };
    let chance = Chance::new(seed, WARM_UP, 0);
    spread(&phase, first.arrivals.unwrap_or(scenario.arrivals), chance).into_iter().map(|at| (at, 0)).collect()
}

fn spread(phase: &Phase, arrivals: Arrivals, chance: Chance) -> Vec<Duration> {
    match arrivals {
        Arrivals::Poisson => poisson(phase, chance),
        Arrivals::Even => even(phase),
    }
}

/// Arrivals independent of each other: drawn at the phase's highest rate, then thinned to the rate of the moment
/// (Lewis and Shedler 1979).
fn poisson(phase: &Phase, mut chance: Chance) -> Vec<Duration> {
    let peak_per_s = phase.start.peak_per_s();
    let length_s = phase.length.as_secs_f64();
    let mut times = Vec::new();
    if peak_per_s <= 0.0 {
        return times;
    }
    let mut at_s = 0.0;
    loop {
        at_s -= (1.0 - chance.unit()).ln() / peak_per_s;
        if at_s >= length_s || times.len() as u64 >= MAX_ARRIVALS {
            return times;
        }
        if chance.unit() * peak_per_s < phase.start.at(at_s / length_s) {
            times.push(within(at_s, phase));
        }
    }
}

/// Arrivals evenly spaced: the n-th when n and a half of them are expected.
fn even(phase: &Phase) -> Vec<Duration> {
    let count = phase.expected().round().min(MAX_ARRIVALS as f64) as u64;
    let step = phase.expected() / count.max(1) as f64;
    let stretch_s = phase.length.as_secs_f64() / phase.start.stretches.len().max(1) as f64;
    let mut stretches = phase.start.stretches.iter().enumerate().peekable();
    let (mut before, mut times) = (0.0, Vec::new());
    for n in 0..count {
        let expected = (n as f64 + 0.5) * step;
        while let Some((_, stretch)) = stretches.peek() {
            let here = f64::midpoint(stretch.from_per_s, stretch.to_per_s) * stretch_s;
            if expected <= before + here {
                break;
            }
            before += here;
            stretches.next();
        }
        let Some(&(nth, stretch)) = stretches.peek() else { break };
        let (from, slope) = (stretch.from_per_s, (stretch.to_per_s - stretch.from_per_s) / stretch_s);
        // from·t + slope·t²/2 = expected, in the form that stays exact for small slopes.
        let rest = expected - before;
        let root = (from * from + 2.0 * slope * rest).max(0.0).sqrt();
        times.push(within(nth as f64 * stretch_s + 2.0 * rest / (from + root), phase));
    }
    times
}

fn within(at_s: f64, phase: &Phase) -> Duration {
    let last = phase.length.saturating_sub(Duration::from_nanos(1));
    Duration::try_from_secs_f64(at_s).unwrap_or(last).min(last)
}

/// How many of `count` journeys each line gets: shares by largest remainder.
pub(crate) fn quotas(mix: &[Entry], count: usize) -> Vec<usize> {
    let total: f64 = mix.iter().map(|entry| entry.share.get()).sum();
    let exact = |entry: &Entry| if total > 0.0 { entry.share.get() / total * count as f64 } else { 0.0 };
    let mut quotas: Vec<usize> = mix.iter().map(|entry| exact(entry).floor() as usize).collect();
    let mut order: Vec<usize> = (0..mix.len()).filter(|&at| mix[at].share.get() > 0.0).collect();
    let rest = |at: usize| exact(&mix[at]) - exact(&mix[at]).floor();
    order.sort_by(|&one, &other| rest(other).total_cmp(&rest(one)).then(one.cmp(&other)));
    let missing = count.saturating_sub(quotas.iter().sum());
    order.iter().cycle().take(if order.is_empty() { 0 } else { missing }).for_each(|&at| quotas[at] += 1);
    quotas
}

/// Deals the lines of the mix in a drawn order (Fisher and Yates).
fn deal(mix: &[Entry], count: usize, mut chance: Chance) -> Vec<u16> {
    let mut cards = Vec::with_capacity(count);
    for (line, quota) in quotas(mix, count).into_iter().enumerate() {
        cards.extend(std::iter::repeat_n(u16::try_from(line).unwrap_or(u16::MAX), quota));
    }
    for at in (1..cards.len()).rev() {
        let other = usize::try_from(chance.below(at as u64 + 1)).unwrap_or(0);
        cards.swap(at, other);
    }
    cards
}

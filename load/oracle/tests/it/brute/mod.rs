//! The oracle against brute force. Each machine is a small sequential specification, written from the domain page and
//! not from the guards; a search of every order of the calls that their times allow says whether a history can be
//! explained.
//!
//! ```text
//!   calls      |--- a ---|                    orders: a b, b a
//!                   |--- b ---|               a lost call acts at any time after its sending, or never
//! ```
//!
//! Invariant: a history is convicted exactly if no order explains it. Where a machine may act in several ways, since the
//! domain page leaves a point open, one of them is enough.

mod accounts;
mod activation;
mod clocks;
mod codes;
mod payments;
mod qr;

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::support::*;
use songsinh_contract::{Chance, Outcome, Purpose, Reasons, Rule};
use songsinh_oracle::{CellVerdict, Judge};

/// What a machine says: done, with what it tells, or refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Done(i64),
    Refused,
}

/// One call: what, when, and its answer; none: lost. Times in milliseconds after the beginning.
#[derive(Debug, Clone, Copy)]
pub struct Event<A> {
    pub ask: A,
    pub sent: u64,
    pub done: u64,
    pub said: Option<Said>,
}

impl<A> Event<A> {
    /// The outcome as an observation has it.
    pub fn outcome(&self, done: impl FnOnce(i64) -> Outcome) -> Outcome {
        match self.said {
            Some(Said::Done(told)) => done(told),
            Some(Said::Refused) => Outcome::Refused(Reasons::default()),
            None => lost(),
        }
    }
}

/// A sequential specification.
pub trait Machine: Clone + Default + PartialEq {
    type Ask: Copy + Debug + PartialEq;
    /// Rules that must be decided where one explanation alone is left.
    const RULES: &'static [Rule];
    /// Every way in which the target may act at this time.
    fn act(&self, at: u64, ask: Self::Ask) -> Vec<(Self, Said)>;
    /// Answers that a target may think of.
    fn sayings(ask: Self::Ask) -> Vec<Said>;
    /// What comes before the calls.
    fn opening() -> Story;
    /// The calls, as observations of the story; `start` is the beginning in milliseconds.
    fn write(story: &mut Story, start: u64, history: &[Event<Self::Ask>]);
    /// A random question; `before` are those of the history so far.
    fn ask(chance: &mut Chance, before: &[Self::Ask]) -> Self::Ask;
    /// Whether the oracle may let this history pass though nothing explains it: a point that it leaves open for good.
    fn spared(_history: &[Event<Self::Ask>]) -> bool {
        false
    }
}

/// The beginning of a machine's stories, judged again and again with other calls at the end.
pub struct Stage {
    story: Story,
    judge: Judge,
}

impl Stage {
    pub fn of<M: Machine>() -> Self {
        let story = M::opening();
        let judge = Judge::new(story.book.clone(), story.settings.clone());
        assert_eq!(story.findings(), vec![], "the opening is right");
        Self { story, judge }
    }
    pub fn verdict<M: Machine>(&mut self, history: &[Event<M::Ask>]) -> CellVerdict {
        let s = &mut self.story;
        let (calls, messages, start) = (s.observations.len(), s.messages.len(), s.now);
        M::write(s, start, history);
        let verdict = self.judge.cell(&s.facts, &s.observations, &s.messages);
        s.observations.truncate(calls);
        s.messages.truncate(messages);
        s.now = start;
        verdict
    }
}

/// How many orders explain the answers of the calls that are left (bits of `left`), at most `most`. Calls act at their
/// earliest time or at one of `points`.
pub fn explanations<M: Machine>(
    machine: &M,
    now: u64,
    events: &[Event<M::Ask>],
    left: u32,
    points: &[u64],
    most: usize,
) -> usize {
    let open = |at: &usize| left & (1 << at) != 0;
    let answered = (0..events.len()).filter(open).filter(|&at| events[at].said.is_some());
    let Some(end) = answered.map(|at| events[at].done).min() else { return 1 };
    let mut found = 0;
    for at in (0..events.len()).filter(open) {
        let event = events[at];
        let earliest = now.max(event.sent);
        let times = std::iter::once(earliest).chain(points.iter().copied().filter(|&p| p > earliest));
        for time in times.filter(|&time| time <= end) {
            let mut ways = machine.act(time, event.ask);
            match event.said {
                Some(said) => ways.retain(|(_, says)| *says == said),
                // A lost call that changes nothing explains no more than one that never acts.
                None => ways.retain(|(next, _)| next != machine),
            }
            for (next, _) in ways {
                found += explanations(&next, time, events, left & !(1 << at), points, most - found);
                if found >= most {
                    return found;
                }
            }
        }
    }
    found
}

/// How many explanations a history has: 0, 1, or 2 for more.
pub fn explained<M: Machine>(history: &[Event<M::Ask>]) -> usize {
    explanations(&M::default(), 0, history, (1 << history.len()) - 1, &[], 2)
}

/// Whether at every answer one explanation alone was left of what was seen until then.
pub fn certain<M: Machine>(history: &[Event<M::Ask>]) -> bool {
    history.iter().filter(|e| e.said.is_some()).all(|last| {
        let seen = history.iter().filter(|e| e.sent < last.done);
        let seen = seen.map(|e| Event { said: e.said.filter(|_| e.done <= last.done), ..*e });
        explained::<M>(&seen.collect::<Vec<_>>()) == 1
    })
}

/// What a comparison came to.
#[derive(Debug, Default)]
pub struct Sums {
    pub histories: u32,
    pub convicted: u32,
    /// Not convicted, and some rule of the machine undecided.
    pub undecided: u32,
    /// Of one explanation alone at every answer.
    pub certain: u32,
    /// Not explained, and spared.
    pub spared: u32,
}

impl Sums {
    /// Judges one history both ways.
    pub fn compare<M: Machine>(&mut self, stage: &mut Stage, history: &[Event<M::Ask>]) {
        let (verdict, ways) = (stage.verdict::<M>(history), explained::<M>(history));
        assert!(!verdict.overflowed, "{history:#?}");
        let convicted = !verdict.findings.is_empty();
        self.histories += 1;
        self.convicted += u32::from(convicted);
        let open: Vec<&Rule> = M::RULES.iter().filter(|rule| verdict.counts.of(**rule).undecided > 0).collect();
        self.undecided += u32::from(!convicted && !open.is_empty());
        if ways == 0 && !convicted && M::spared(history) {
            self.spared += 1;
            return;
        }
        assert_eq!(convicted, ways == 0, "{ways} explanations of {history:#?}\n{:#?}", verdict.findings);
        if ways == 1 && certain::<M>(history) {
            self.certain += 1;
            assert!(open.is_empty(), "one explanation, and {open:?} undecided: {history:#?}");
        }
    }
}

/// A history whose answers the machine gave, each call acting at some time within its own, lost ones late or never.
fn simulate<M: Machine>(chance: &mut Chance, history: &mut [Event<M::Ask>]) {
    let mut order: Vec<(u64, usize)> = Vec::new();
    for (at, event) in history.iter_mut().enumerate() {
        let point = event.sent + chance.below(event.done - event.sent);
        match (event.said, chance.below(3)) {
            (Some(_), _) | (None, 0) => order.push((point, at)),
            (None, 1) => order.push((event.done + chance.below(2_000), at)),
            _ => {}
        }
    }
    order.sort_unstable();
    let mut machine = M::default();
    for (time, at) in order {
        let mut ways = machine.act(time, history[at].ask);
        let (next, said) = ways.swap_remove(chance.below(ways.len() as u64) as usize);
        machine = next;
        history[at].said = history[at].said.map(|_| said);
    }
}

/// A random history of up to `calls` calls: answers at random, those of the machine, or those with one of them changed.
pub fn random<M: Machine>(chance: &mut Chance, calls: u64) -> Vec<Event<M::Ask>> {
    let mut asks: Vec<M::Ask> = Vec::new();
    for _ in 0..2 + chance.below(calls - 1) {
        asks.push(M::ask(chance, &asks));
    }
    let mut history: Vec<Event<M::Ask>> = Vec::new();
    for (n, ask) in asks.into_iter().enumerate() {
        // Times are spread so that no two are equal.
        let (sent, long) = (chance.below(60), 1 + chance.below(40));
        let sayings = M::sayings(ask);
        let said = sayings[chance.below(sayings.len() as u64) as usize];
        let said = (chance.below(5) > 0).then_some(said);
        history.push(Event { ask, sent: sent * 20 + n as u64, done: (sent + long) * 20 + 10 + n as u64, said });
    }
    history.sort_by_key(|e| e.sent);
    let kind = chance.below(3);
    if kind > 0 {
        simulate::<M>(chance, &mut history);
    }
    if kind == 2 {
        let at = chance.below(history.len() as u64) as usize;
        let sayings = M::sayings(history[at].ask);
        let other = sayings[chance.below(sayings.len() as u64) as usize];
        history[at].said = history[at].said.map(|_| other);
    }
    history
}

/// Compares so many random histories of up to `calls` calls.
pub fn agrees<M: Machine>(name: &'static str, histories: u64, calls: u64) -> Sums {
    let mut stage = Stage::of::<M>();
    let mut sums = Sums::default();
    for index in 0..histories {
        let mut chance = Chance::new(4, Purpose::named(name), index);
        sums.compare::<M>(&mut stage, &random::<M>(&mut chance, calls));
    }
    // The comparison says something only if both verdicts came often, and certain ones among them.
    assert!(sums.convicted > sums.histories / 10 && sums.convicted < sums.histories * 9 / 10, "{sums:?}");
    assert!(sums.certain > sums.histories / 20, "{sums:?}");
    sums
}

/// All ways in which `calls` calls can lie in time, as interval orders: each once, with the shortest times.
pub fn overlaps(calls: usize) -> Vec<Vec<(u64, u64)>> {
    let mut out = Vec::new();
    let mut times = Vec::new();
    for points in 1..=calls as u64 {
        place(calls, points, &mut times, &mut out);
    }
    out
}

/// Adds every placing of the calls that are left at so many points, each of which begins one call and ends one.
fn place(left: usize, points: u64, times: &mut Vec<(u64, u64)>, out: &mut Vec<Vec<(u64, u64)>>) {
    if left == 0 {
        let all = |end: fn(&(u64, u64)) -> u64| (0..points).all(|p| times.iter().any(|t| end(t) == p));
        if all(|t| t.0) && all(|t| t.1) {
            out.push(times.clone());
        }
        return;
    }
    for first in 0..points {
        for last in first..points {
            times.push((first, last));
            place(left - 1, points, times, out);
            times.pop();
        }
    }
}

/// Which calls were answered before which were sent, as bits. A lost call comes before none.
fn precedence<A>(history: &[Event<A>]) -> u32 {
    let before = |one: &Event<A>, two: &Event<A>| one.said.is_some() && one.done < two.sent;
    let pairs = history.iter().flat_map(|one| history.iter().map(move |two| before(one, two)));
    pairs.enumerate().map(|(at, is)| u32::from(is) << at).sum()
}

/// Compares every history of these calls: all orders and overlaps, each answer done, refused or lost. Equal calls that
/// stand together are not told apart.
pub fn exhausts<M: Machine>(asks: &[M::Ask]) -> Sums {
    let mut stage = Stage::of::<M>();
    let mut sums = Sums::default();
    let answers = [Some(Said::Done(0)), Some(Said::Refused), None];
    let mut seen: BTreeSet<(usize, u32)> = BTreeSet::new();
    for times in overlaps(asks.len()) {
        for kind in 0..3_usize.pow(asks.len() as u32) {
            let said = |at: usize| answers[kind / 3_usize.pow(at as u32) % 3];
            let twins = |at: &usize| asks[*at - 1] == asks[*at];
            let rank = |at: usize| (times[at], kind / 3_usize.pow(at as u32) % 3);
            if (1..asks.len()).filter(twins).any(|at| rank(at - 1) > rank(at)) {
                continue;
            }
            let mut history: Vec<Event<M::Ask>> = Vec::new();
            for (at, (&ask, &(first, last))) in asks.iter().zip(&times).enumerate() {
                let n = at as u64;
                history.push(Event { ask, sent: first * 100 + n, done: last * 100 + 50 + n, said: said(at) });
            }
            if !seen.insert((kind, precedence(&history))) {
                continue;
            }
            history.sort_by_key(|e| e.sent);
            sums.compare::<M>(&mut stage, &history);
        }
    }
    sums
}

#[test]
fn there_are_as_many_overlaps_as_labelled_interval_orders() {
    // OEIS A079144.
    assert_eq!((1..=5).map(|n| overlaps(n).len()).collect::<Vec<_>>(), [1, 3, 19, 207, 3_451]);
}

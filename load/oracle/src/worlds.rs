//! The possible worlds of a cell, and how an answer thins them out: just-in-time linearization.
//!
//! ```text
//!   phone A  |------ set-questions ------|            A returns second
//!   phone B       |-- set-questions --|               B returns first
//!
//!   at B's return every world must have carried out B: { B } and { A, B }
//!   at A's return every world must have carried out A: { B, A }, { A, B }; a world whose answers do not fit dies
//! ```
//!
//! A call takes effect at one point between its sending and its answer; a call whose answer was lost may take effect
//! at any later point, or never. At the return of a call each world must have taken it in, possibly after other calls
//! that are still under way, in any order.
//!
//! Worlds that no later answer can tell apart are one: the same state however it came about, and of two in which
//! different lost calls took effect with the same result the one that has more of them before it.
//!
//! Invariant: if a world dies, no order of the calls explains the answers through it. Worlds are bounded: beyond
//! [`WORLDS`] the rest of the cell is undecided, never a violation.

use songsinh_contract::{Loss, Outcome};

use crate::answer::{self, Notes};
use crate::cell::{Cell, Step};
use crate::guards::{self, Guards};
use crate::model::{self, State};
use crate::time::Tri;

/// At most so many worlds are followed.
const WORLDS: usize = 256;
/// At most so many partial orders are looked at for one answer.
const STEPS: usize = 4_096;
/// Worlds and partial orders for an answer after histories were too many: nothing is decided any more.
const TIRED: (usize, usize) = (4, 32);

/// One world, and the calls that it took in before their answers came.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) state: State,
    /// Calls under way that took effect already, in the order of sending, with what they decide.
    pub(crate) early: Vec<(u16, Notes)>,
    /// Lost calls that took effect.
    pub(crate) late: Vec<u16>,
}

impl World {
    /// Whether both have the same state and took in the same calls under way.
    fn is_like(&self, other: &Self) -> bool {
        let calls = |world: &Self| world.early.len();
        calls(self) == calls(other)
            && self.early.iter().zip(&other.early).all(|((one, _), (two, _))| one == two)
            && self.state == other.state
    }
    /// The world that follows when a call under way takes effect.
    fn then(&self, ix: u16, (state, notes): Branch) -> Self {
        let mut early = self.early.clone();
        early.push((ix, notes));
        early.sort_by_key(|(ix, _)| *ix);
        Self { state, early, late: self.late.clone() }
    }
}

/// What follows a call in a world.
type Branch = (State, Notes);

/// How the calls of a cell are taken in.
pub(crate) struct Taking<'c, 'a> {
    pub(crate) cell: &'c Cell<'a>,
    /// A refused call that is supposed to have been carried out all the same.
    pub(crate) supposed: Option<u16>,
    /// A call whose refusal must give a reason of the guard that explains it.
    pub(crate) exact: Option<usize>,
    pub(crate) guards: Guards,
}

impl Taking<'_, '_> {
    /// The worlds that follow from `state` when the call takes effect now. None: its answer does not fit.
    fn branches(&mut self, state: &State, step: &Step<'_>) -> Vec<Branch> {
        let (cell, ix) = (self.cell, step.ix16());
        if self.supposed == Some(ix) {
            let mut after = state.clone();
            model::suppose(cell, &mut after, step);
            return vec![(after, Notes::default())];
        }
        guards::ask(cell, state, step, &mut self.guards);
        match &step.observation.outcome {
            outcome @ (Outcome::Done(_) | Outcome::Refused(_)) => {
                let Some(notes) = self.fits(step, outcome) else { return Vec::new() };
                let mut after = state.clone();
                take(cell, &mut after, step);
                vec![(after, notes)]
            }
            _ => {
                let mut out = vec![(state.clone(), Notes::default())];
                out.extend(self.effects(state, step).into_iter().map(|after| (after, Notes::default())));
                out
            }
        }
    }
    fn fits(&self, step: &Step<'_>, outcome: &Outcome) -> Option<Notes> {
        let list = &self.guards.list;
        if let (true, Outcome::Refused(reasons)) = (self.exact == Some(step.ix), outcome)
            && !list.iter().any(|g| g.tri == Tri::Broken && g.reasons.meets(*reasons))
        {
            return None;
        }
        answer::fits(list, outcome, self.cell.settings.message_texts)
    }
    /// The worlds in which a call without a verdict left a trace.
    fn effects(&mut self, state: &State, step: &Step<'_>) -> Vec<State> {
        let mut out = Vec::new();
        guards::ask(self.cell, state, step, &mut self.guards);
        let asked = || self.guards.list.iter().filter(|g| g.told.is_none());
        let (broken, sure) = (asked().any(|g| g.tri == Tri::Broken), asked().all(|g| g.tri == Tri::Holds));
        if !broken {
            let mut after = state.clone();
            model::carry_out(self.cell, &mut after, step);
            if after != *state {
                out.push(after);
            }
        }
        if !sure {
            let mut after = state.clone();
            model::refuse(self.cell, &mut after, step);
            if after != *state {
                out.push(after);
            }
        }
        out
    }
    /// The fast way, when no other call is under way: the world changes in place. Gives none if the answer does not fit.
    pub(crate) fn alone(&mut self, state: &mut State, step: &Step<'_>) -> Option<Notes> {
        guards::ask(self.cell, state, step, &mut self.guards);
        let notes = self.fits(step, &step.observation.outcome)?;
        take(self.cell, state, step);
        Some(notes)
    }
    /// Every world in which `step` took effect, possibly after other calls under way. `tired`: the search was cut short
    /// before. The second value tells that it was cut short now.
    pub(crate) fn take_in(
        &mut self,
        worlds: &[World],
        step: &Step<'_>,
        under_way: &[usize],
        lost: &[usize],
        tired: bool,
    ) -> (Vec<World>, bool) {
        let (most, steps) = if tired { TIRED } else { (WORLDS, STEPS) };
        let target = step.ix16();
        let (taken, open): (Vec<&World>, Vec<&World>) =
            worlds.iter().partition(|world| world.early.iter().any(|(ix, _)| *ix == target));
        let mut out: Vec<World> = Vec::new();
        // However short the search is cut, these have nothing left to look for.
        taken.into_iter().for_each(|world| keep(&mut out, world.clone()));
        let mut looked = 0;
        let too_many = |looked: usize, found: usize| looked > steps || found > most;
        'search: for world in open {
            let mut stack = vec![world.clone()];
            let mut seen: Vec<World> = Vec::new();
            while let Some(world) = stack.pop() {
                looked += 1;
                if too_many(looked, out.len()) {
                    break 'search;
                }
                for branch in self.branches(&world.state, step) {
                    keep(&mut out, world.then(target, branch));
                }
                let mut fresh = Vec::new();
                self.before(&world, step, under_way, lost, &mut fresh);
                for next in fresh {
                    let known =
                        |w: &World| w.early == next.early && is_within(&w.late, &next.late) && w.state == next.state;
                    if !seen.iter().any(known) {
                        seen.push(next.clone());
                        stack.push(next);
                    }
                }
            }
        }
        let cut = too_many(looked, out.len());
        out.truncate(most);
        (out, cut)
    }
    /// Pushes the worlds in which one more call under way, or one lost call, took effect.
    fn before(
        &mut self,
        world: &World,
        target: &Step<'_>,
        under_way: &[usize],
        lost: &[usize],
        fresh: &mut Vec<World>,
    ) {
        for &other in under_way {
            let step = self.cell.steps[other];
            let ix = step.ix16();
            if ix == target.ix16() || world.early.iter().any(|(taken, _)| *taken == ix) {
                continue;
            }
            let branches = self.branches(&world.state, &step).into_iter();
            fresh.extend(branches.map(|branch| world.then(ix, branch)));
        }
        for &other in lost {
            let mut step = self.cell.steps[other];
            let ix = step.ix16();
            if world.late.contains(&ix) {
                continue;
            }
            step.span.hi = step.span.hi.min(target.span.hi);
            for state in self.effects(&world.state, &step) {
                let mut late = world.late.clone();
                late.push(ix);
                fresh.push(World { state, early: world.early.clone(), late });
            }
        }
    }
}

/// The answer's effect: as carried out, or as refused.
pub(crate) fn take(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.outcome {
        Outcome::Done(_) => model::carry_out(cell, state, step),
        Outcome::Refused(_) => model::refuse(cell, state, step),
        _ => {}
    }
}

/// Adds a world that is not there yet. Of two that differ only in which lost calls took effect, the one that has more of
/// them before it can become all that the other can; what both decide is decided.
pub(crate) fn keep(worlds: &mut Vec<World>, world: World) {
    for old in worlds.iter_mut() {
        if !world.is_like(old) {
            continue;
        }
        if is_within(&world.late, &old.late) {
            old.late.clone_from(&world.late);
        } else if !is_within(&old.late, &world.late) {
            continue;
        }
        for ((_, mine), (_, other)) in old.early.iter_mut().zip(&world.early) {
            mine.meet(other);
        }
        return;
    }
    worlds.push(world);
}

/// Whether every call of the one list is in the other.
fn is_within(one: &[u16], other: &[u16]) -> bool {
    one.iter().all(|ix| other.contains(ix))
}

/// Whether the call was never sent.
pub(crate) fn is_unsent(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Indeterminate(Loss::NotSent))
}

#[cfg(test)]
mod tests {
    use songsinh_contract::{
        Act, ArrivalId, Call, Caller, CellFacts, CellId, CitizenIndex, DeviceId, Digest, Moment, Observation,
        Operation, ProofShown, Rule, Rulebook, TraceId, UnixMillis,
    };

    use super::*;
    use crate::Settings;
    use crate::answer::Note;
    use crate::model::Account;

    fn world(early: &[u16], late: &[u16]) -> World {
        let early = early.iter().map(|&ix| (ix, Notes::default())).collect();
        World { early, late: late.to_vec(), ..World::default() }
    }

    /// The calls that the worlds took in early, and the lost ones, after the worlds were added one by one.
    fn kept(worlds: &[World]) -> Vec<(Vec<u16>, Vec<u16>)> {
        let mut out = Vec::new();
        worlds.iter().for_each(|world| keep(&mut out, world.clone()));
        out.into_iter().map(|w| (w.early.into_iter().map(|(ix, _)| ix).collect(), w.late)).collect()
    }

    #[test]
    fn worlds_that_no_later_answer_can_tell_apart_are_one() {
        assert_eq!(kept(&[world(&[], &[]), world(&[], &[])]), [(vec![], vec![])]);
        assert_eq!(kept(&[world(&[1, 2], &[]), world(&[1, 2], &[])]), [(vec![1, 2], vec![])]);
        for other in [&[1, 3][..], &[3, 2], &[1], &[1, 2, 3], &[]] {
            assert_eq!(kept(&[world(&[1, 2], &[]), world(other, &[])]).len(), 2, "{other:?}");
        }
        let state = State { accounts: vec![Account::default()].into(), ..State::default() };
        assert_eq!(kept(&[world(&[], &[]), World { state, ..World::default() }]).len(), 2);
    }

    #[test]
    fn of_worlds_that_differ_in_lost_calls_alone_the_one_with_more_of_them_to_come_stays() {
        for (one, other, left) in [
            (&[1, 2][..], &[2][..], &[&[2][..]][..]),
            (&[2], &[1, 2], &[&[2]]),
            (&[2, 1], &[1, 2], &[&[1, 2]]),
            (&[], &[1], &[&[]]),
            (&[1], &[2], &[&[1], &[2]]),
            (&[1, 2], &[2, 3], &[&[1, 2], &[2, 3]]),
        ] {
            let found: Vec<Vec<u16>> =
                kept(&[world(&[], one), world(&[], other)]).into_iter().map(|(_, late)| late).collect();
            assert_eq!(found, left, "{one:?} {other:?}");
        }
    }

    #[test]
    fn worlds_that_become_one_decide_what_both_decide() {
        let decides = |decided, late: &[u16]| {
            let notes = Notes { notes: vec![Note { rule: Rule::OtpExpires, decided }], edges: Vec::new() };
            World { early: vec![(1, notes)], late: late.to_vec(), ..World::default() }
        };
        for (one, other) in [(true, false), (false, true), (true, true)] {
            for (mine, theirs) in [(&[][..], &[][..]), (&[5], &[]), (&[], &[5])] {
                let mut out = Vec::new();
                keep(&mut out, decides(one, mine));
                keep(&mut out, decides(other, theirs));
                let decided: Vec<bool> = out.iter().map(|w| w.early[0].1.notes[0].decided).collect();
                assert_eq!(decided, [one && other], "{mine:?} {theirs:?}");
            }
        }
    }

    /// A call that anybody may make at any time.
    fn health() -> Observation {
        let caller =
            Caller { device: DeviceId(1), session: None, proof: ProofShown::Missing, key: Digest(1), signer: None };
        Observation {
            cell: CellId(1),
            arrival: ArrivalId(1),
            seq: 0,
            member: CitizenIndex(1),
            call: Call { operation: Operation::ServiceHealth, caller },
            intended: Moment(1),
            sent: Moment(1),
            first_byte: None,
            done: Moment(2),
            outcome: Outcome::done(),
            wording: None,
            codes_seen: vec![],
            numbers_seen: vec![],
            trace: TraceId(0, 1),
        }
    }

    /// How many worlds are left of these after a call, and whether the search was cut short.
    fn taken_in(worlds: &[World], tired: bool) -> (usize, bool) {
        let facts = CellFacts {
            cell: CellId(1),
            arrival: ArrivalId(1),
            journey: "register".into(),
            twist: None,
            act: Act::Load,
            members: vec![],
            phones: vec![],
        };
        let (book, settings, seen) = (Rulebook::default(), Settings::new(UnixMillis(0)), [health()]);
        let cell = Cell::new(&facts, &seen, &[], &book, &settings);
        let mut taking = Taking { cell: &cell, supposed: None, exact: None, guards: Guards::default() };
        let (out, cut) = taking.take_in(worlds, &cell.steps[0], &[0], &[], tired);
        (out.len(), cut)
    }

    #[test]
    fn so_many_worlds_and_partial_orders_are_followed_and_no_more() {
        for (tired, (most, steps)) in [(false, (256, 4_096)), (true, (4, 32))] {
            // They took in different calls.
            let different = |count: u16| (1..=count).map(|ix| world(&[ix], &[])).collect::<Vec<_>>();
            assert_eq!(taken_in(&different(most), tired), (usize::from(most), false));
            assert_eq!(taken_in(&different(most + 1), tired), (usize::from(most), true));
            assert_eq!(taken_in(&vec![World::default(); steps], tired), (1, false));
            assert_eq!(taken_in(&vec![World::default(); steps + 1], tired), (1, true));
        }
    }
}

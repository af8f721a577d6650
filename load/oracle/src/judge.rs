//! Judges one cell: walks its calls in time, lets answers thin out the possible worlds, and writes down what they
//! decide.
//!
//! When no world explains an answer it is a violation. It is then asked whether the answer becomes right if an earlier
//! refused call was carried out all the same: if so, that is `refusal-changes-nothing`. The walk goes on as the target
//! claims, so that one fault is one finding.

use songsinh_contract::{
    CellFacts, Moment, Observation, Operation as Op, Outcome, Reason, Reasons, Rule, Rulebook, SmsEvent,
};

use crate::answer::{self, Notes};
use crate::cell::{Cell, Step};
use crate::guards::{self, Guard, Guards};
use crate::model::{self, State};
use crate::time::{self, Span, Tri};
use crate::worlds::{self, Taking, World};
use crate::{CellVerdict, Finding, FindingKind, Settings, collect, messages, story};

/// A cell with more observations is not judged.
const OBSERVATIONS: usize = 8_192;
/// At most so many refused calls are tried as the explanation of a violation.
const SUPPOSED: usize = 8;
/// For a cell, at most so many calls are walked through again for that; later violations are what they look like.
const WALKED_AGAIN: usize = 65_536;

/// Judges cells under one rulebook.
#[derive(Debug, Clone)]
pub struct Judge {
    rulebook: Rulebook,
    settings: Settings,
}

impl Judge {
    /// A judge under these numbers and circumstances.
    #[must_use]
    pub fn new(rulebook: Rulebook, settings: Settings) -> Self {
        Self { rulebook, settings }
    }
    /// The rulebook.
    #[must_use]
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }
    /// The circumstances.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
    /// The verdict on a closed cell: all its observations, in any order, and every message of the ledger that went to
    /// one of its phones (others are ignored).
    #[must_use]
    pub fn cell(&self, facts: &CellFacts, observations: &[Observation], messages: &[SmsEvent]) -> CellVerdict {
        let mut verdict =
            CellVerdict { answers: u64::try_from(observations.len()).unwrap_or(u64::MAX), ..CellVerdict::default() };
        if observations.len() > OBSERVATIONS || facts.members.len() > usize::from(u8::MAX) {
            verdict.overflowed = true;
            return verdict;
        }
        let cell = Cell::new(facts, observations, messages, &self.rulebook, &self.settings);
        let mut walk = Walk::new(&cell, None);
        walk.verdict = verdict;
        walk.until(usize::MAX);
        walk.close()
    }
}

/// When something begins or ends. Sorts returns before later sendings at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    at: Moment,
    instant: bool,
    ix: usize,
    ends: bool,
}

fn events(cell: &Cell<'_>) -> Vec<Event> {
    let mut out = Vec::with_capacity(cell.steps.len() * 2);
    for step in &cell.steps {
        let outcome = &step.observation.outcome;
        if worlds::is_unsent(outcome) {
            continue;
        }
        let (sent, done) = (step.observation.sent, step.observation.done.max(step.observation.sent));
        out.push(Event { at: sent, instant: true, ix: step.ix, ends: false });
        out.push(Event { at: done, instant: sent == done, ix: step.ix, ends: true });
    }
    out.sort_unstable();
    out
}

/// A walk through the cell.
struct Walk<'c, 'a> {
    cell: &'c Cell<'a>,
    taking: Taking<'c, 'a>,
    worlds: Vec<World>,
    under_way: Vec<usize>,
    lost: Vec<usize>,
    /// Calls that were violations.
    broken: Vec<usize>,
    /// For which calls some rule was decided, each once.
    decided: Vec<usize>,
    /// Calls walked through again to explain violations.
    walked_again: usize,
    verdict: CellVerdict,
}

impl<'c, 'a> Walk<'c, 'a> {
    fn new(cell: &'c Cell<'a>, supposed: Option<u16>) -> Self {
        let state = State::first(cell);
        Self {
            cell,
            taking: Taking { cell, supposed, exact: None, guards: Guards::default() },
            worlds: vec![World { state, ..World::default() }],
            under_way: Vec::new(),
            lost: Vec::new(),
            broken: Vec::new(),
            decided: Vec::new(),
            walked_again: 0,
            verdict: CellVerdict::default(),
        }
    }
    /// Walks up to and including the answer of call `last`.
    fn until(&mut self, last: usize) {
        for event in events(self.cell) {
            // A call whose answer is lost stays open for ever: it may take effect at any time, once.
            let lost = time::is_lost(&self.cell.steps[event.ix].observation.outcome);
            if !event.ends {
                if lost {
                    self.begin_lost(event.ix);
                } else {
                    self.under_way.push(event.ix);
                }
                continue;
            }
            collect::answer(self.cell, &self.worlds, &self.cell.steps[event.ix], &mut self.verdict);
            if !lost {
                self.answered(event.ix);
                self.retire();
            }
            self.under_way.retain(|&ix| ix != event.ix);
            if event.ix == last {
                return;
            }
        }
    }
    /// A call whose answer will be lost is sent: it may keep its session alive for ever. If it can do nothing else, it is
    /// done with.
    fn begin_lost(&mut self, ix: usize) {
        let step = self.cell.steps[ix];
        for world in &mut self.worlds {
            model::may_use_session(&mut world.state, &step);
        }
        if !model::only_reads(&step.observation.call.operation) {
            self.lost.push(ix);
        }
    }
    /// Lost calls whose request was carried out in every world can do nothing more: following them would take time and
    /// change nothing.
    fn retire(&mut self) {
        let (cell, worlds) = (self.cell, &self.worlds);
        self.lost.retain(|&ix| !worlds.iter().all(|w| w.state.keeps(&cell.steps[ix].observation.call)));
    }
    fn answered(&mut self, ix: usize) {
        let step = self.cell.steps[ix];
        let outcome = &step.observation.outcome;
        let plain =
            matches!(outcome, Outcome::Done(_) | Outcome::Refused(_)) && self.taking.supposed != Some(step.ix16());
        let alone = self.under_way.len() == 1 && self.lost.is_empty() && plain;
        if let (true, [world]) = (alone, self.worlds.as_mut_slice())
            && world.early.is_empty()
        {
            match self.taking.alone(&mut world.state, &step) {
                Some(notes) => {
                    self.write(ix, notes.notes.iter().map(|n| (n.rule, n.decided)), notes.edges);
                }
                None => self.unexplained(&step),
            }
            return;
        }
        let tired = self.verdict.overflowed;
        let (next, cut) = self.taking.take_in(&self.worlds, &step, &self.under_way, &self.lost, tired);
        self.verdict.overflowed |= cut;
        if next.is_empty() {
            return self.unexplained(&step);
        }
        let mut all: Vec<Notes> = Vec::with_capacity(next.len());
        self.worlds.clear();
        for mut world in next {
            let target = step.ix16();
            if let Some(at) = world.early.iter().position(|(ix, _)| *ix == target) {
                all.push(world.early.remove(at).1);
            }
            worlds::keep(&mut self.worlds, world);
        }
        let (notes, edges) = agree(&all);
        self.write(ix, notes.into_iter(), edges);
    }
    fn write(&mut self, ix: usize, notes: impl Iterator<Item = (Rule, bool)>, edges: Vec<crate::Edge>) {
        for (rule, decided) in notes {
            let decided = decided && !self.verdict.overflowed;
            let slot = self.verdict.counts.slot(rule);
            if decided {
                slot.allowed += 1;
            } else {
                slot.undecided += 1;
            }
            if decided && self.decided.last() != Some(&ix) {
                self.decided.push(ix);
            }
        }
        if !self.verdict.overflowed {
            self.verdict.edges.extend(edges);
        }
    }
    /// No world explains the answer.
    fn unexplained(&mut self, step: &Step<'_>) {
        self.broken.push(step.ix);
        let wrong = self.wrongs(step);
        // Only where not all histories were followed can one be left that explains it.
        debug_assert!(!wrong.is_empty() || self.verdict.overflowed, "an answer that fits is said not to");
        let supposed = if self.taking.supposed.is_none() { self.supposition(step) } else { None };
        match supposed {
            Some((origin, walk)) => {
                self.worlds = walk.worlds;
                self.verdict.overflowed |= walk.verdict.overflowed;
                let rule = Rule::RefusalChangesNothing;
                if self.in_doubt(rule, step) {
                    return;
                }
                if let Some(guard) = wrong.first() {
                    self.report(rule, kind(step, guard), origin, step);
                }
            }
            None => {
                for guard in &wrong {
                    self.blamed(guard, step);
                }
                self.go_on(step);
            }
        }
    }
    /// The guards against which the answer is held, in the world that it contradicts least.
    fn wrongs(&mut self, step: &Step<'_>) -> Vec<Guard> {
        let asked = self.worlds.iter().map(|world| {
            guards::ask(self.cell, &world.state, step, &mut self.taking.guards);
            against(&self.taking.guards.list, &step.observation.outcome)
        });
        asked.min_by_key(Vec::len).unwrap_or_default()
    }
    /// Whether the answer convicts nobody: not all histories were followed, or another client can be behind it. Counts
    /// it as undecided.
    fn in_doubt(&mut self, rule: Rule, step: &Step<'_>) -> bool {
        let doubt = self.verdict.overflowed || self.foreign_hand(step);
        self.verdict.counts.slot(rule).undecided += u64::from(doubt);
        doubt
    }
    fn blamed(&mut self, guard: &Guard, step: &Step<'_>) {
        if self.in_doubt(guard.rule, step) {
            return;
        }
        if let Some(timed) = guard.timed {
            let accepted = step.observation.outcome.is_done();
            self.verdict.edges.push(answer::edge(guard.rule, timed, accepted, false));
        }
        self.report(guard.rule, kind(step, guard), guard.origin, step);
    }
    fn report(&mut self, rule: Rule, what: FindingKind, origin: u16, step: &Step<'_>) {
        let seq = step.observation.seq;
        // Data shown and numbers found may be the same leak.
        if self.verdict.findings.iter().rev().take_while(|f| f.seq == seq).any(|f| f.rule == rule) {
            return;
        }
        self.verdict.counts.slot(rule).violation += 1;
        if self.decided.last() != Some(&step.ix) {
            self.decided.push(step.ix);
        }
        let o = step.observation;
        let story = story::of(self.cell, self.worlds.first().map(|w| &w.state), rule, origin, step);
        self.verdict.findings.push(Finding {
            rule,
            cell: o.cell,
            seq: o.seq,
            what,
            story,
            when: o.done,
            trace: o.trace,
        });
    }
    /// Whether another client can be behind the refusal. A code that the cell did not ask for is a sign of a newer
    /// challenge, which ends an older one in whatever words the guards accept for that.
    fn foreign_hand(&self, step: &Step<'_>) -> bool {
        use Reason as R;
        if self.cell.settings.exclusive {
            return false;
        }
        let refused = |reasons: Reasons| step.observation.outcome.reasons().is_some_and(|r| r.meets(reasons));
        let newer: Reasons = [R::CodeWrong, R::CodeExpired, R::HandleUnknown].into_iter().collect();
        if refused(newer) && self.cell.may_have_stray_codes(step.observation.done) {
            return true;
        }
        let possible: Reasons = [
            R::AccountExists,
            R::PhoneTaken,
            R::ResendTooSoon,
            R::ResendTooMany,
            R::Locked,
            R::AttemptsExhausted,
            R::AlreadyActivated,
            R::DeviceInUse,
            R::BoundElsewhere,
            R::ApplicationExists,
            R::CredentialsWrong,
            R::CodeVoid,
            R::CodeUsed,
            R::PhoneNotRegistered,
            R::SessionMissing,
            R::SessionExpired,
            R::RefreshUsed,
            R::NotIdentified,
            R::MoveNotAsked,
            R::UnlockOff,
            R::NotActivated,
            R::SwitchOff,
            R::QrFake,
            R::QrReplaced,
            R::QrUsed,
            R::UtilitiesLocked,
            R::PasscodeWanted,
            R::PasscodeWrong,
            R::BillPaid,
            R::BalanceLow,
            R::RecipientUnfit,
        ]
        .into_iter()
        .collect();
        refused(possible)
    }
    /// The worlds go on as the target claims.
    fn go_on(&mut self, step: &Step<'_>) {
        for mut world in std::mem::take(&mut self.worlds) {
            worlds::take(self.cell, &mut world.state, step);
            worlds::keep(&mut self.worlds, world);
        }
    }
    /// A refused call which, had it been carried out, would explain the answer; and the walk up to it then.
    fn supposition(&mut self, step: &Step<'_>) -> Option<(u16, Walk<'c, 'a>)> {
        let cell = self.cell;
        let earlier = cell.steps.iter().rev().filter(|s| {
            s.ix != step.ix
                && s.observation.done <= step.observation.sent
                && matches!(s.observation.outcome, Outcome::Refused(_))
                && !self.broken.contains(&s.ix)
                && leaves_a_trace(&s.observation.call.operation)
                && concerns_same(s.observation, step.observation)
        });
        let earlier: Vec<u16> = earlier.take(SUPPOSED).map(Step::ix16).collect();
        for candidate in earlier {
            self.walked_again += cell.steps.len();
            if self.walked_again > WALKED_AGAIN {
                return None;
            }
            let mut walk = Walk::new(cell, Some(candidate));
            walk.taking.exact = Some(step.ix);
            walk.until(step.ix);
            if walk.broken.iter().all(|ix| *ix != step.ix && self.broken.contains(ix)) {
                return Some((candidate, walk));
            }
        }
        None
    }
    fn close(mut self) -> CellVerdict {
        let end = agreed(&self.worlds);
        let everywhere = |member: usize| {
            self.worlds.iter().all(|w| w.state.accounts.get(member).is_some_and(|a| a.dirty)) && !self.worlds.is_empty()
        };
        let people = self.cell.facts.members.iter().enumerate();
        self.verdict.dirty = people.filter(|(at, _)| everywhere(*at)).map(|(_, m)| m.person.index).collect();
        collect::codes(self.cell, &mut self.verdict);
        collect::refusals(self.cell, &self.decided, &mut self.verdict);
        messages::judge(self.cell, &end, &mut self.verdict);
        self.verdict.decided = u64::try_from(self.decided.len()).unwrap_or(u64::MAX);
        self.verdict
    }
}

/// Operations whose effect a later call can see.
pub(crate) fn leaves_a_trace(operation: &Op) -> bool {
    matches!(
        operation,
        Op::AccountRegister { .. }
            | Op::AccountSetPassword { .. }
            | Op::Level1Portrait { .. }
            | Op::Level1Submit { .. }
            | Op::ActivationRequest { .. }
            | Op::ActivationSetPassword { .. }
            | Op::ActivationSetPasscode { .. }
            | Op::ActivationSetQuestions { .. }
            | Op::SessionLogout
            | Op::UnlockSwitch { .. }
            | Op::PasswordChange { .. }
            | Op::PasscodeChange { .. }
            | Op::ResetSetPassword { .. }
            | Op::Level2File { .. }
            | Op::ApplicationDecide { .. }
            | Op::DeviceRelease
            | Op::DeviceMoveConfirm { .. }
            | Op::QrSwitch { .. }
            | Op::QrMint
            | Op::QrScan { .. }
            | Op::WalletAdd { .. }
            | Op::FormSubmit { .. }
            | Op::PaymentPay { .. }
            | Op::PaymentTransfer { .. }
    )
}

fn concerns_same(one: &Observation, other: &Observation) -> bool {
    one.member == other.member || one.call.caller.device == other.call.caller.device
}

/// The guards of a world against which an answer that does not fit is held, one for each rule.
fn against(list: &[Guard], outcome: &Outcome) -> Vec<Guard> {
    if let Outcome::Refused(reasons) = outcome {
        let worded = |tri| list.iter().find(|g| g.tri == tri && (g.prescribed || g.named));
        let strict = worded(Tri::Broken).or_else(|| worded(Tri::Unknown));
        return vec![strict.copied().unwrap_or_else(|| guards::blame(list, *reasons))];
    }
    let mut broken: Vec<Guard> = Vec::new();
    for guard in list.iter().filter(|g| g.tri == Tri::Broken) {
        if broken.iter().all(|other| other.rule != guard.rule) {
            broken.push(*guard);
        }
    }
    broken
}

fn kind(step: &Step<'_>, guard: &Guard) -> FindingKind {
    if let Some(told) = guard.told {
        return told.kind();
    }
    match &step.observation.outcome {
        Outcome::Refused(reasons) if guard.tri != Tri::Holds => FindingKind::WrongMessage(*reasons),
        Outcome::Refused(reasons) => FindingKind::WronglyRefused(*reasons),
        _ => FindingKind::WronglyDone,
    }
}

/// The first world at the end, with those decisions on applications that are made in all of them, by when they are in all.
fn agreed(worlds: &[World]) -> State {
    let Some(first) = worlds.first() else { return State::default() };
    let mut end = first.state.clone();
    for one in end.applications.iter_mut() {
        let settled = |w: &World| w.state.applications.iter().find(|a| a.ix == one.ix)?.settled_by();
        match worlds.iter().map(settled).collect::<Option<Vec<Moment>>>().and_then(|all| all.into_iter().max()) {
            Some(latest) => {
                one.approved_by = one.approved_by.map(|by| by.max(latest));
                one.decided = one.decided.map(|(approve, at, ix)| (approve, Span { hi: at.hi.max(latest), ..at }, ix));
            }
            None => (one.decided, one.approved_by) = (None, None),
        }
    }
    end
}

/// What all worlds agree on: allowed in every one is allowed, anything else is undecided.
fn agree(all: &[Notes]) -> (Vec<(Rule, bool)>, Vec<crate::Edge>) {
    let mut out: Vec<(Rule, bool)> = Vec::new();
    for note in all.iter().flat_map(|n| &n.notes) {
        if out.iter().all(|(rule, _)| *rule != note.rule) {
            let allowed = |n: &Notes| n.notes.iter().any(|other| other.rule == note.rule && other.decided);
            out.push((note.rule, all.iter().all(allowed)));
        }
    }
    let edges = match all {
        [first, rest @ ..] if rest.iter().all(|n| n.edges == first.edges) => first.edges.clone(),
        _ => Vec::new(),
    };
    (out, edges)
}

#[cfg(test)]
mod tests {
    use songsinh_contract::Level;

    use super::*;
    use crate::guards::NOBODY;
    use crate::model::{Applied, Witness};

    const FILED: Applied = Applied {
        member: 0,
        level: Level::One,
        phone: None,
        at: Span { lo: Moment(1), hi: Moment(2) },
        ix: 3,
        approved_by: None,
        decided: None,
        maybe_decided: false,
    };
    const APPROVED: Applied = Applied { approved_by: Some(Moment(9)), ..FILED };
    const DECIDED: Applied = Applied { decided: Some((true, FILED.at, Witness(7))), ..FILED };

    fn world(applications: &[Applied]) -> World {
        let state = State { applications: applications.to_vec().into(), ..State::default() };
        World { state, ..World::default() }
    }

    #[test]
    fn at_the_end_stand_those_decisions_that_were_made_in_all_worlds() {
        let other = |applied| Applied { ix: 4, ..applied };
        let by_nine = Applied { decided: Some((true, Span { hi: Moment(9), ..FILED.at }, Witness(7))), ..FILED };
        for (what, rest, left) in [
            ("the only world", vec![], DECIDED),
            ("decided too", vec![vec![DECIDED]], DECIDED),
            ("proved by an answer instead, later", vec![vec![APPROVED]], by_nine),
            ("open", vec![vec![FILED]], FILED),
            ("not filed", vec![vec![]], FILED),
            ("another one is settled", vec![vec![FILED, other(DECIDED)]], FILED),
            ("another one is open", vec![vec![DECIDED, other(FILED)]], DECIDED),
            ("open in the last of three", vec![vec![DECIDED], vec![FILED]], FILED),
        ] {
            let worlds: Vec<World> =
                std::iter::once(world(&[DECIDED])).chain(rest.iter().map(|all| world(all))).collect();
            assert_eq!(agreed(&worlds).applications.to_vec(), [left], "{what}");
        }
        let later = |at: u64| Applied { approved_by: Some(Moment(at)), ..FILED };
        for order in [[2, 9, 5], [9, 2, 5], [2, 5, 9]] {
            let worlds = order.map(|at| world(&[later(at)]));
            assert_eq!(agreed(&worlds).applications.to_vec(), [later(9)], "{order:?}");
        }
        let both = Applied { decided: DECIDED.decided, ..later(1) };
        assert_eq!(agreed(&[world(&[both]), world(&[later(1)])]).applications.to_vec(), [both]);
        assert_eq!(agreed(&[world(&[FILED])]).applications.to_vec(), [FILED]);
        assert_eq!(agreed(&[world(&[APPROVED]), world(&[FILED])]).applications.to_vec(), [FILED]);
        assert_eq!(agreed(&[world(&[APPROVED]), world(&[DECIDED])]).applications.to_vec(), [APPROVED]);
    }

    fn guard(rule: Rule, tri: Tri, origin: u16) -> Guard {
        Guard {
            rule,
            tri,
            reasons: Reasons::default(),
            origin,
            silent: false,
            prescribed: false,
            named: false,
            told: None,
            timed: None,
        }
    }

    #[test]
    fn an_accepted_call_is_held_once_against_each_rule_that_it_breaks() {
        let (ended, idle) =
            (guard(Rule::SessionExpires, Tri::Broken, 1), guard(Rule::SessionExpires, Tri::Broken, NOBODY));
        let expired = guard(Rule::OtpExpires, Tri::Broken, 2);
        let fine = [guard(Rule::StepsInOrder, Tri::Holds, 0), guard(Rule::PasswordPolicy, Tri::Unknown, 0)];
        let list = [fine[0], ended, expired, idle, fine[1], expired];
        assert_eq!(against(&list, &Outcome::done()), [ended, expired]);
        assert_eq!(against(&fine, &Outcome::done()), []);
    }
}

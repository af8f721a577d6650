//! Judges one cell: walks its calls in time, lets answers thin out the possible worlds, and writes down what they
//! decide.
//!
//! When no world explains an answer it is a violation. It is then asked whether the answer becomes right if an earlier
//! refused call was carried out all the same: if so, that is `refusal-changes-nothing`. The walk goes on as the target
//! claims, so that one fault is one finding.

use songsinh_contract::{
    CellFacts, Digest, Moment, Observation, Operation as Op, Outcome, Reason, Reasons, Rule, Rulebook, SmsEvent, Token,
};

use crate::answer::{self, Notes};
use crate::cell::{Cell, Step};
use crate::guards::{self, Guard, Guards, NOBODY};
use crate::model::{Applied, State};
use crate::time::{self, Tri};
use crate::worlds::{self, Taking, WORLDS, World};
use crate::{CellVerdict, Finding, FindingKind, Settings, collect, messages};

/// A cell with more observations is not judged.
const OBSERVATIONS: usize = 8_192;
/// At most so many refused calls are tried as the explanation of a violation.
const SUPPOSED: usize = 8;
/// At most so many calls for the same thing go into a story.
const RIVALS: usize = 3;

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
    /// For which calls some rule was decided.
    decided: Vec<usize>,
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
            verdict: CellVerdict::default(),
        }
    }
    /// Walks up to and including the answer of call `last`.
    fn until(&mut self, last: usize) {
        for event in events(self.cell) {
            // A call whose answer is lost stays open for ever: it may take effect at any time, once.
            let lost = time::is_lost(&self.cell.steps[event.ix].observation.outcome);
            if !event.ends {
                if lost { &mut self.lost } else { &mut self.under_way }.push(event.ix);
                continue;
            }
            collect::answer(self.cell, &self.worlds, &self.cell.steps[event.ix], &mut self.verdict);
            if !lost {
                self.answered(event.ix);
            }
            self.under_way.retain(|&ix| ix != event.ix);
            if event.ix == last {
                return;
            }
        }
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
                    self.write(ix, &notes.notes.iter().map(|n| (n.rule, n.decided)).collect::<Vec<_>>(), notes.edges)
                }
                None => self.unexplained(&step),
            }
            return;
        }
        let (next, cut) = self.taking.take_in(&self.worlds, &step, &self.under_way, &self.lost);
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
        self.verdict.overflowed |= self.worlds.len() > WORLDS;
        self.worlds.truncate(WORLDS);
        let (notes, edges) = agree(&all);
        self.write(ix, &notes, edges);
    }
    fn write(&mut self, ix: usize, notes: &[(Rule, bool)], edges: Vec<crate::Edge>) {
        for &(rule, decided) in notes {
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
        let supposed = if self.taking.supposed.is_none() { self.supposition(step) } else { None };
        match supposed {
            Some((origin, walk)) => {
                self.worlds = walk.worlds;
                self.verdict.overflowed |= walk.verdict.overflowed;
                let rule = Rule::RefusalChangesNothing;
                if self.in_doubt(rule, step) {
                    return;
                }
                let what = kind(step, &wrong[..1]);
                self.report(rule, what, origin, step);
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
        let mut best: Option<Vec<Guard>> = None;
        for world in self.worlds.iter().filter(|w| w.early.iter().all(|(ix, _)| *ix != step.ix16())) {
            guards::ask(self.cell, &world.state, step, &mut self.taking.guards);
            let list = &self.taking.guards.list;
            let found: Vec<Guard> = match &step.observation.outcome {
                Outcome::Refused(reasons) => {
                    let strict = list.iter().find(|g| g.tri == Tri::Broken && (g.prescribed || g.named));
                    vec![strict.copied().unwrap_or_else(|| guards::blame(list, *reasons))]
                }
                _ => {
                    let mut broken: Vec<Guard> = list.iter().filter(|g| g.tri == Tri::Broken).copied().collect();
                    let mut rules: Vec<Rule> = Vec::new();
                    broken.retain(|g| {
                        !rules.contains(&g.rule) && {
                            rules.push(g.rule);
                            true
                        }
                    });
                    broken
                }
            };
            // A world that fits by itself died of another call under way; it cannot be blamed.
            if !found.is_empty() && best.as_ref().is_none_or(|old| found.len() < old.len()) {
                best = Some(found);
            }
        }
        best.unwrap_or_else(|| vec![guards::blame(&[], Reasons::default())])
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
        self.report(guard.rule, kind(step, &[*guard]), guard.origin, step);
    }
    fn report(&mut self, rule: Rule, what: FindingKind, origin: u16, step: &Step<'_>) {
        let seq = step.observation.seq;
        // Data shown and numbers found may be the same leak.
        if self.verdict.findings.iter().rev().take(4).any(|f| (f.rule, f.seq) == (rule, seq)) {
            return;
        }
        self.verdict.counts.slot(rule).violation += 1;
        if self.decided.last() != Some(&step.ix) {
            self.decided.push(step.ix);
        }
        let o = step.observation;
        let story = self.story(origin, step);
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
    /// The calls that one must see to agree: what opened the account, the session and the challenge, what the rule looks
    /// at, and the answer itself.
    fn story(&self, origin: u16, step: &Step<'_>) -> Vec<u32> {
        let mut scene = vec![origin];
        if let Some(world) = self.worlds.first() {
            scene.extend(world.state.scene(self.cell, step));
        }
        scene.retain(|&ix| ix != NOBODY && usize::from(ix) < step.ix);
        scene.sort_unstable();
        scene.dedup();
        let earlier = scene.iter().filter_map(|&ix| self.cell.steps.get(usize::from(ix)));
        let mut story: Vec<u32> = earlier.map(|s| s.observation.seq).collect();
        story.extend(self.rivals(step));
        story.extend(self.minting(step));
        story.sort_unstable();
        story.dedup();
        story.retain(|&seq| seq != step.observation.seq);
        story.push(step.observation.seq);
        story
    }
    /// The call that gave the ticket of a scanned QR.
    fn minting(&self, step: &Step<'_>) -> Option<u32> {
        let Op::QrScan { qr } = &step.observation.call.operation else { return None };
        let ticket = qr.ticket.as_ref()?.digest();
        let gave = |s: &&Step<'_>| {
            let values = s.observation.outcome.values();
            values.and_then(|values| values.ticket.as_ref()).is_some_and(|given| given.id.digest() == ticket)
        };
        self.cell.steps.iter().find(gave).map(|s| s.observation.seq)
    }
    /// The calls that were carried out beside this one or before it and asked for the same thing: the other half of a
    /// race, the first use of what serves once.
    fn rivals(&self, step: &Step<'_>) -> Vec<u32> {
        let o = step.observation;
        let same = |s: &&Step<'_>| {
            let other = s.observation;
            let meets = other.sent < o.done && o.sent < other.done;
            let repeats = other.sent < o.done
                && subject(&other.call.operation).is_some_and(|one| subject(&o.call.operation) == Some(one));
            s.ix != step.ix
                && other.call.operation.name() == o.call.operation.name()
                && other.outcome.is_done()
                && (meets || repeats)
        };
        self.cell.steps.iter().filter(same).map(|s| s.observation.seq).take(RIVALS).collect()
    }
    /// Whether another client can be behind the refusal.
    fn foreign_hand(&self, step: &Step<'_>) -> bool {
        use Reason as R;
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
        !self.cell.settings.exclusive && step.observation.outcome.reasons().is_some_and(|r| r.meets(possible))
    }
    /// The worlds go on as the target claims.
    fn go_on(&mut self, step: &Step<'_>) {
        let mut next = Vec::new();
        for mut world in std::mem::take(&mut self.worlds) {
            match world.early.iter().position(|(ix, _)| *ix == step.ix16()) {
                Some(at) => {
                    world.early.remove(at);
                }
                None => worlds::take(self.cell, &mut world.state, step),
            }
            worlds::keep(&mut next, world);
        }
        self.worlds = next;
    }
    /// A refused call which, had it been carried out, would explain the answer; and the walk up to it then.
    fn supposition(&self, step: &Step<'_>) -> Option<(u16, Walk<'c, 'a>)> {
        let earlier = self.cell.steps.iter().rev().filter(|s| {
            s.ix != step.ix
                && s.observation.done <= step.observation.sent
                && matches!(s.observation.outcome, Outcome::Refused(_))
                && !self.broken.contains(&s.ix)
                && leaves_a_trace(&s.observation.call.operation)
                && concerns_same(s.observation, step.observation)
        });
        for candidate in earlier.take(SUPPOSED) {
            let mut walk = Walk::new(self.cell, Some(candidate.ix16()));
            walk.taking.exact = Some(step.ix);
            walk.until(step.ix);
            if walk.broken.iter().all(|ix| *ix != step.ix && self.broken.contains(ix)) {
                return Some((candidate.ix16(), walk));
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
        self.decided.sort_unstable();
        self.decided.dedup();
        self.verdict.decided = u64::try_from(self.decided.len()).unwrap_or(u64::MAX);
        self.verdict
    }
}

/// What a call is about, where a second one of the kind may have to be refused.
fn subject(operation: &Op) -> Option<Digest> {
    match operation {
        Op::AccountConfirm { challenge, .. }
        | Op::ActivationConfirm { challenge, .. }
        | Op::ResetConfirm { challenge, .. }
        | Op::DeviceMoveConfirm { challenge, .. }
        | Op::ActivationSetQuestions { challenge, .. } => Some(challenge.digest()),
        Op::QrScan { qr } => qr.ticket.as_ref().map(Token::digest),
        Op::FormSubmit { request, .. } | Op::PaymentPay { request, .. } | Op::PaymentTransfer { request, .. } => {
            Some(request.digest())
        }
        Op::SessionRefresh { refresh } => Some(refresh.digest()),
        _ => None,
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

fn kind(step: &Step<'_>, guards: &[Guard]) -> FindingKind {
    if let Some(told) = guards.first().and_then(|g| g.told) {
        return told.kind();
    }
    match &step.observation.outcome {
        Outcome::Refused(reasons) if guards.iter().any(|g| g.tri == Tri::Broken) => FindingKind::WrongMessage(*reasons),
        Outcome::Refused(reasons) => FindingKind::WronglyRefused(*reasons),
        _ => FindingKind::WronglyDone,
    }
}

/// The first world at the end, with those decisions on applications that are made in all of them.
fn agreed(worlds: &[World]) -> State {
    let Some((first, rest)) = worlds.split_first() else { return State::default() };
    let mut end = first.state.clone();
    let settled = |a: &Applied| a.decided.is_some() || a.approved_by.is_some();
    for one in &mut end.applications {
        let there = |w: &World| w.state.applications.iter().any(|a| a.ix == one.ix && settled(a));
        if !rest.iter().all(there) {
            (one.decided, one.approved_by) = (None, None);
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

//! One answer against the guards of one world: does it fit, and what does it decide?
//!
//! | answer | a guard is broken | none is broken, some unknown | all hold |
//! | --- | --- | --- | --- |
//! | done | does not fit | allowed for those that hold, undecided for the others | allowed for all |
//! | refused | allowed for the broken ones that its reasons name (for all of them if it names none) | undecided for the unknown ones | does not fit |
//!
//! A refusal in other words than those prescribed does not fit either, if every guard that can be behind it prescribes its
//! words.

use songsinh_contract::{Outcome, Reasons, Rule};

use crate::Edge;
use crate::guards::{Guard, Timed};
use crate::time::Tri;

/// What an answer decides for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) rule: Rule,
    pub(crate) decided: bool,
}

/// What an answer decides in one world.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Notes {
    pub(crate) notes: Vec<Note>,
    pub(crate) edges: Vec<Edge>,
}

impl Notes {
    fn add(&mut self, guard: &Guard, decided: bool) {
        if guard.silent {
            return;
        }
        match self.notes.iter_mut().find(|n| n.rule == guard.rule) {
            Some(note) => note.decided &= decided,
            None => self.notes.push(Note { rule: guard.rule, decided }),
        }
    }
    /// Leaves what both decide.
    pub(crate) fn meet(&mut self, other: &Self) {
        if self == other {
            return;
        }
        let decided = |notes: &[Note], rule| notes.iter().any(|n| n.rule == rule && n.decided);
        for note in &mut self.notes {
            note.decided &= decided(&other.notes, note.rule);
        }
        for note in &other.notes {
            if self.notes.iter().all(|n| n.rule != note.rule) {
                self.notes.push(Note { decided: false, ..*note });
            }
        }
        if self.edges != other.edges {
            self.edges.clear();
        }
    }
    fn edge(&mut self, guard: &Guard, accepted: bool, allowed: bool) {
        if let Some(timed) = guard.timed {
            self.edges.push(edge(guard.rule, timed, accepted, allowed));
        }
    }
}

pub(crate) fn edge(rule: Rule, timed: Timed, accepted: bool, allowed: bool) -> Edge {
    Edge { rule, bound: timed.bound, limit_ns: timed.limit_ns, age: timed.age, accepted, allowed }
}

/// What a done call decides; none if some guard forbids it.
pub(crate) fn done(guards: &[Guard]) -> Option<Notes> {
    if guards.iter().any(|g| g.tri == Tri::Broken) {
        return None;
    }
    let mut notes = Notes::default();
    for guard in guards {
        // Whether an accepted call tells of an account is in its words, which the whole run compares.
        if guard.rule != Rule::NoEnumeration {
            notes.add(guard, guard.tri == Tri::Holds);
        }
        notes.edge(guard, true, guard.tri == Tri::Holds);
    }
    Some(notes)
}

/// What a refused call decides; none if no guard explains the refusal.
pub(crate) fn refused(guards: &[Guard], reasons: Reasons, texts: bool) -> Option<Notes> {
    let mut notes = Notes::default();
    let asked = || guards.iter().filter(|g| g.told.is_none());
    let broken = || asked().filter(|g| g.tri == Tri::Broken);
    if broken().next().is_some() {
        let meets = broken().any(|g| g.reasons.meets(reasons));
        if !meets && !reasons.is_empty() && broken().any(|g| g.named || (texts && g.prescribed)) {
            // Another cause, which cannot be told, may have gone before.
            return unsure(guards, reasons);
        }
        for guard in broken().filter(|g| !meets || g.reasons.meets(reasons)) {
            notes.add(guard, true);
        }
        if let Some(only) = spoken(guards, reasons) {
            notes.edge(only, false, only.tri == Tri::Broken);
        }
        return Some(notes);
    }
    let unknown = || asked().filter(|g| g.tri == Tri::Unknown);
    unknown().next()?;
    let meets = unknown().any(|g| g.reasons.meets(reasons));
    let worded = |g: &Guard| !g.silent && (g.named || (texts && g.prescribed));
    if !meets && !reasons.is_empty() && unknown().all(worded) {
        // Each cause that there may be has words of its own.
        return None;
    }
    for guard in unknown().filter(|g| !meets || g.reasons.meets(reasons)) {
        notes.add(guard, false);
    }
    if let Some(only) = spoken(guards, reasons) {
        notes.edge(only, false, false);
    }
    Some(notes)
}

/// The one guard of which a refusal speaks: what is measured of a bound is measured by this alone.
fn spoken(guards: &[Guard], reasons: Reasons) -> Option<&Guard> {
    let open = guards.iter().filter(|g| g.told.is_none() && g.tri != Tri::Holds);
    let mut meant = open.filter(|g| reasons.is_empty() || g.reasons.meets(reasons));
    let only = meant.next()?;
    meant.next().is_none().then_some(only)
}

/// A refusal that names none of the broken guards that want to be named.
fn unsure(guards: &[Guard], reasons: Reasons) -> Option<Notes> {
    let mut notes = Notes::default();
    let may = |g: &&Guard| g.told.is_none() && g.tri == Tri::Unknown && (g.silent || g.reasons.meets(reasons));
    guards.iter().find(may)?;
    guards.iter().filter(may).for_each(|guard| notes.add(guard, false));
    Some(notes)
}

/// What a carried out or refused call decides in a world, if its answer fits.
pub(crate) fn fits(guards: &[Guard], outcome: &Outcome, texts: bool) -> Option<Notes> {
    match outcome {
        Outcome::Refused(reasons) => refused(guards, *reasons, texts),
        _ => done(guards),
    }
}

#[cfg(test)]
mod tests {
    use songsinh_contract::Reason;

    use super::*;

    fn guard(rule: Rule, tri: Tri, reason: Reason) -> Guard {
        Guard {
            rule,
            tri,
            reasons: Reasons::one(reason),
            origin: 0,
            silent: false,
            prescribed: false,
            named: false,
            told: None,
            timed: None,
        }
    }
    fn decided(notes: Option<Notes>) -> Option<Vec<(Rule, bool)>> {
        notes.map(|notes| notes.notes.iter().map(|note| (note.rule, note.decided)).collect())
    }
    const ONCE: Rule = Rule::ActivateOnce;
    const EXPIRES: Rule = Rule::OtpExpires;
    const WINDOW: Rule = Rule::ActivationWindow;

    #[test]
    fn a_refusal_for_another_reason_is_wrong_where_one_of_several_broken_guards_wants_to_be_named() {
        let named = Guard { named: true, ..guard(ONCE, Tri::Broken, Reason::AlreadyActivated) };
        let plain = guard(EXPIRES, Tri::Broken, Reason::CodeExpired);
        let other = Reasons::one(Reason::CodeWrong);
        assert_eq!(decided(refused(&[named, plain], other, false)), None);
        assert_eq!(decided(refused(&[plain], other, false)), Some(vec![(EXPIRES, true)]));
        let prescribed = Guard { prescribed: true, named: false, ..named };
        assert_eq!(decided(refused(&[prescribed, plain], other, true)), None);
        let both = Some(vec![(ONCE, true), (EXPIRES, true)]);
        assert_eq!(decided(refused(&[prescribed, plain], other, false)), both, "messages are not judged");
        assert_eq!(decided(refused(&[named, plain], Reasons::default(), false)), both, "no reason was given");
        let meets = Reasons::one(Reason::CodeExpired);
        assert_eq!(decided(refused(&[named, plain], meets, false)), Some(vec![(EXPIRES, true)]));
    }

    #[test]
    fn another_cause_that_cannot_be_told_may_have_gone_before_a_named_one() {
        let named = Guard { named: true, ..guard(ONCE, Tri::Broken, Reason::AlreadyActivated) };
        let open = guard(WINDOW, Tri::Unknown, Reason::CodeWrong);
        let reasons = Reasons::one(Reason::CodeWrong);
        assert_eq!(decided(refused(&[named, open], reasons, false)), Some(vec![(WINDOW, false)]));
        let foreign = guard(WINDOW, Tri::Unknown, Reason::CodeVoid);
        assert_eq!(decided(refused(&[named, foreign], reasons, false)), None, "it speaks of something else");
        let holds = guard(WINDOW, Tri::Holds, Reason::CodeWrong);
        assert_eq!(decided(refused(&[named, holds], reasons, false)), None, "it is no cause");
        let told = Guard { told: Some(crate::guards::FindingKindCopy::Untrue), ..open };
        assert_eq!(decided(refused(&[named, told], reasons, false)), None, "what an answer tells explains no refusal");
        // Points that the domain leaves open explain every reason, and count for nothing.
        let silent = Guard { silent: true, ..foreign };
        assert_eq!(decided(refused(&[named, silent], reasons, false)), Some(vec![]));
    }

    #[test]
    fn where_nothing_is_certain_a_refusal_fits_unless_every_cause_has_words_of_its_own() {
        let named = Guard { named: true, ..guard(ONCE, Tri::Unknown, Reason::AlreadyActivated) };
        let plain = guard(EXPIRES, Tri::Unknown, Reason::CodeExpired);
        let other = Reasons::one(Reason::CodeWrong);
        assert_eq!(decided(refused(&[named], other, false)), None);
        assert_eq!(decided(refused(&[named, plain], other, false)), Some(vec![(ONCE, false), (EXPIRES, false)]));
        let silent = Guard { silent: true, ..named };
        assert_eq!(decided(refused(&[silent], other, false)), Some(vec![]));
        assert_eq!(decided(refused(&[], other, false)), None, "nothing explains it");
    }

    #[test]
    fn what_two_worlds_decide_is_what_both_decide() {
        let note = |rule, decided| Note { rule, decided };
        let notes = |notes: &[Note]| Notes { notes: notes.to_vec(), edges: Vec::new() };
        let mut one = notes(&[note(ONCE, true), note(EXPIRES, true), note(WINDOW, true)]);
        one.meet(&notes(&[note(ONCE, true), note(EXPIRES, false), note(Rule::LoginLockout, true)]));
        let left = [(ONCE, true), (EXPIRES, false), (WINDOW, false), (Rule::LoginLockout, false)];
        assert_eq!(decided(Some(one)), Some(left.to_vec()));
    }
}

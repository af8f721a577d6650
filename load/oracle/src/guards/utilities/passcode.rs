//! The passcode that opens the utilities, and the lock.

use songsinh_contract::{Prior, Reason, Rule, Secret};

use crate::Bound;
use crate::cell::{Cell, Step};
use crate::guards::{Guards, NOBODY};
use crate::model::State;
use crate::time::Tri;

const RULE: Rule = Rule::UtilityNeedsPasscode;

/// Whether wrong passcodes lock the utilities.
fn free(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) -> Tri {
    let free = state.utilities_free(cell, member, step.span);
    let Some(lock) = state.utilities_lock(member) else { return free };
    let guard = guards.add(RULE, free, &[Reason::UtilitiesLocked]).from(lock.ix);
    if lock.certain {
        guard.at(Bound::PasscodeLock, cell.book.passcode_lock, step.span.age_since(lock.since));
    }
    free
}

/// `passcode.enter`.
pub(super) fn enter(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, typed: &Secret, guards: &mut Guards) {
    free(cell, state, step, member, guards);
    let older = cell.facts.members[usize::from(member)].prior != Prior::None;
    if older && !state.has_entered(member) && state.utilities_lock(member).is_none() {
        // The utilities may have been locked when the cell began.
        let over = cell.age(step).reached(cell.book.passcode_lock, cell.settings.tolerance(RULE));
        if over != Tri::Holds {
            guards.open_for(step, RULE, &[Reason::UtilitiesLocked]);
        }
    }
    let kept = state.account(member).and_then(|a| a.active).map_or(NOBODY, |b| b.ix);
    let right = state.passcode_fits(cell, member, typed.digest());
    guards.add(RULE, right, &[Reason::PasscodeWrong]).from(kept);
}

/// The passcode was entered in this session, and no lock closed it. False: nothing more is asked.
pub(super) fn opened(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) -> bool {
    free(cell, state, step, member, guards);
    let (entered, origin) = state.passcode_entered(cell, step, member);
    guards.add(RULE, entered, &[Reason::PasscodeWanted, Reason::UtilitiesLocked]).from(origin);
    entered != Tri::Broken
}

//! The passcode that opens the utilities, and the lock.

use songsinh_contract::{Reason, Rule, Secret};

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

//! Changes of the password and of the passcode.

use songsinh_contract::{Reason, Rule, Secret};

use super::Guards;
use super::session::live;
use crate::cell::{Cell, Step};
use crate::model::State;
use crate::time::Tri;

/// `password.change`.
pub(super) fn change(cell: &Cell<'_>, state: &State, step: &Step<'_>, old: &Secret, new: &Secret, guards: &mut Guards) {
    let Some(member) = live(cell, state, step, Rule::StepsInOrder, guards) else { return };
    let Some(account) = state.account(member).copied() else { return };
    // Whether a lock holds for changes too is left open.
    if state.unlocked(cell, &account, step.span) != Tri::Holds || account.standing {
        guards.open_for(step, Rule::LoginLockout, &[Reason::Locked, Reason::CredentialsWrong]);
    }
    let Some(kept) = account.password else { return guards.open(Rule::LoginNeedsPassword) };
    let right = Tri::of(kept.digest == old.digest());
    guards.add(Rule::LoginNeedsPassword, right, &[Reason::CredentialsWrong]).from(kept.ix);
    let strong = Tri::of(new.shape().is_strong_password());
    guards.add(Rule::PasswordPolicy, strong, &[Reason::PasswordWeak]);
    if new.digest() == old.digest() {
        guards.open_for(step, Rule::PasswordPolicy, &[Reason::PasswordWeak]);
    }
}

/// `passcode.change`.
pub(super) fn passcode(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    old: &Secret,
    new: &Secret,
    guards: &mut Guards,
) {
    let Some(member) = live(cell, state, step, Rule::StepsInOrder, guards) else { return };
    let Some(account) = state.account(member) else { return };
    let Some(bound) = account.active else {
        guards.add(Rule::UtilityNeedsActivation, Tri::Broken, &[Reason::NotActivated, Reason::StepOutOfOrder]);
        return;
    };
    guards.add(Rule::UtilityNeedsActivation, Tri::Holds, &[Reason::NotActivated]).from(bound.ix);
    let right = state.passcode_fits(cell, member, old.digest());
    guards.add(Rule::UtilityNeedsPasscode, right, &[Reason::PasscodeWrong]);
    // Whether the lock of the utilities holds for changes too is left open.
    if state.utilities_free(cell, member, step.span) != Tri::Holds {
        guards.open_for(step, Rule::UtilityNeedsPasscode, &[Reason::UtilitiesLocked, Reason::PasscodeWrong]);
    }
    let formed = Tri::of(new.shape().is_passcode());
    guards.add(Rule::ActivateNeedsPasscode, formed, &[Reason::PasscodeMalformed]);
}

//! Journey 2: the password, the lock, and the device on which the account is active.

use songsinh_contract::{CitizenNumber, ProofShown, Reason, Rule, Secret};

use super::Guards;
use crate::Bound;
use crate::cell::{Cell, Step};
use crate::model::State;
use crate::time::Tri;

/// `session.login`.
pub(super) fn login(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    number: CitizenNumber,
    password: &Secret,
    guards: &mut Guards,
) {
    super::session::gate(state, step, guards);
    let Some(member) = credentials(cell, state, step, number, password, guards) else { return };
    let Some(account) = state.account(member) else { return };
    let Some(bound) = account.active else { return };
    let caller = &step.observation.call.caller;
    if bound.device != caller.device {
        if !cell.book.login_elsewhere_refused {
            return guards.open(Rule::AccountOneDevice);
        }
        let reasons = [Reason::BoundElsewhere];
        guards.add(Rule::AccountOneDevice, Tri::Broken, &reasons).from(bound.ix);
        return;
    }
    guards.add(Rule::AccountOneDevice, Tri::Holds, &[Reason::BoundElsewhere]).from(bound.ix);
    proof(step, bound.key, bound.ix, guards);
}

/// Number and password: the account is there, not locked, the password its own. Gives the owner.
pub(super) fn credentials(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    number: CitizenNumber,
    password: &Secret,
    guards: &mut Guards,
) -> Option<u8> {
    let wrong = [Reason::CredentialsWrong];
    let Some(member) = cell.member_numbered(number) else {
        // A number of nobody in this cell: somebody else's, with a password that is not theirs, or nobody's.
        guards.add(Rule::LoginNeedsPassword, Tri::Broken, &wrong);
        return None;
    };
    let account = state.account(member).copied()?;
    if account.dirty || (account.prior_unknown && account.password.is_none()) {
        guards.open(Rule::LoginNeedsPassword);
        return None;
    }
    if account.standing {
        // It may have been locked when the cell began.
        let over = cell.age(step).reached(cell.book.login_lock, cell.settings.tolerance(Rule::LoginLockout));
        if over != Tri::Holds {
            guards.open_for(step, Rule::LoginLockout, &[Reason::Locked]);
        }
    }
    let free = state.unlocked(cell, &account, step.span);
    let guard = guards.add(Rule::LoginLockout, free, &[Reason::Locked]);
    if let Some(lock) = account.lock {
        guard.from(lock.ix);
        if lock.certain {
            guard.at(Bound::LoginLock, cell.book.login_lock, step.span.age_since(lock.since));
        }
    }
    let Some(kept) = account.password else {
        // The password of an activation that is not finished may count already.
        if state.challenges.iter().any(|c| c.member == member && c.password.is_some()) || account.granted.is_some() {
            guards.open(Rule::LoginNeedsPassword);
            return None;
        }
        let rule = if account.began { Rule::RegisterIncompleteLeavesNothing } else { Rule::LoginNeedsPassword };
        guards.add(rule, Tri::Broken, &wrong);
        return None;
    };
    let right = kept.digest == password.digest();
    if right {
        guards.add(Rule::AcknowledgedIsDurable, Tri::Holds, &wrong).from(kept.ix);
    }
    let former = account.former.is_some_and(|p| p.digest == password.digest());
    let rule = if former && !right { Rule::PasswordChangeEndsSessions } else { Rule::LoginNeedsPassword };
    guards.add(rule, Tri::of(right), &wrong).from(kept.ix);
    right.then_some(member)
}

/// The proof of a bound device's key.
pub(super) fn proof(step: &Step<'_>, key: songsinh_contract::Digest, origin: u16, guards: &mut Guards) {
    let caller = &step.observation.call.caller;
    let own = caller.proof == ProofShown::Own && caller.key == key;
    let reasons: &[Reason] = match (caller.proof, own) {
        (_, true) => &[Reason::ProofMissing, Reason::ProofForeign, Reason::ProofStale, Reason::ProofReplayed],
        (ProofShown::Missing, _) => &[Reason::ProofMissing, Reason::ProofForeign],
        (ProofShown::Stale, _) => &[Reason::ProofStale, Reason::ProofForeign],
        (ProofShown::Replayed, _) => &[Reason::ProofReplayed, Reason::ProofStale],
        (ProofShown::Own | ProofShown::Foreign, _) => &[Reason::ProofForeign, Reason::BoundElsewhere],
    };
    guards.add(Rule::DeviceKeyProof, Tri::of(own), reasons).from(origin);
}

//! Devices of an account: list, release, and the move to a new phone with a code that the old one shows (journey 11).

use songsinh_contract::{CitizenNumber, Code, Operation as Op, Reason, Rule, Secret, Token};

use super::challenge::{confirm, known};
use super::session::live;
use super::{FindingKindCopy, Guards, activation, login};
use crate::cell::{Cell, Step};
use crate::model::{Account, Challenge, State, pending};
use crate::time::Tri;

/// The conditions of an operation of this group.
pub(super) fn ask(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    match &step.observation.call.operation {
        Op::DeviceList => list(cell, state, step, guards),
        Op::DeviceRelease => release(cell, state, step, guards),
        Op::DeviceMove { number, password } => ask_to_move(cell, state, step, *number, password, guards),
        Op::DeviceMoveCode => show_code(cell, state, step, guards),
        Op::DeviceMoveConfirm { challenge, code } => enter_code(cell, state, step, challenge, *code, guards),
        _ => {}
    }
}

/// `device.list`: the bound device stands in it. A list without any phone of the story, or with the target's own names
/// for them, tells nothing.
fn list(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    let Some(member) = live(cell, state, step, Rule::StepsInOrder, guards) else { return };
    let Some(values) = step.observation.outcome.values() else { return };
    let Some(bound) = state.account(member).and_then(|a| a.active) else { return };
    let ours = |device| cell.facts.members.iter().any(|m| m.devices.contains(device));
    let told = match (values.devices.contains(&bound.device), values.devices.len()) {
        (true, 1) => Tri::Holds,
        // Others may be listed that are logged in only.
        (true, _) => Tri::Unknown,
        (false, _) if values.devices.iter().any(ours) => Tri::Broken,
        (false, _) => Tri::Unknown,
    };
    guards.told(Rule::AccountOneDevice, told, FindingKindCopy::Untrue).from(bound.ix);
}

/// `device.release`: only of an activated account.
fn release(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    let Some(member) = live(cell, state, step, Rule::StepsInOrder, guards) else { return };
    let Some(account) = state.account(member) else { return };
    let reasons = [Reason::NotActivated, Reason::StepOutOfOrder];
    let origin = account.active.map_or(super::NOBODY, |b| b.ix);
    guards.add(Rule::StepsInOrder, Tri::of(account.active.is_some()), &reasons).from(origin);
}

/// `device.move`: by number and password, where the account is active elsewhere and the new phone is free.
fn ask_to_move(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    number: CitizenNumber,
    password: &Secret,
    guards: &mut Guards,
) {
    let Some(member) = login::credentials(cell, state, step, number, password, guards) else { return };
    let Some(account) = state.account(member).copied() else { return };
    let Some(bound) = account.active else {
        let reasons = [Reason::NotActivated, Reason::StepOutOfOrder];
        guards
            .add(Rule::StepsInOrder, Tri::Broken, &reasons)
            .from(account.freed.map_or(super::NOBODY, |f| f.ix.into()));
        return;
    };
    guards.add(Rule::StepsInOrder, Tri::Holds, &[Reason::NotActivated]).from(bound.ix);
    let caller = &step.observation.call.caller;
    if bound.device == caller.device && bound.key == caller.key {
        guards.open(Rule::AccountOneDevice);
    }
    if caller.proof != songsinh_contract::ProofShown::Own {
        guards.open(Rule::DeviceKeyProof);
    }
    activation::device_free(cell, state, step, member, guards);
    // How often one may ask is left open.
    let limits = [Reason::ResendTooSoon, Reason::ResendTooMany, Reason::AttemptsExhausted];
    guards.open_for(step, Rule::OtpResendLimited, &limits);
}

/// `device.move-code`: the old phone shows the code of the move that was asked for.
fn show_code(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    let Some(member) = live(cell, state, step, Rule::AccountOneDevice, guards) else { return };
    let Some(account) = state.account(member).copied() else { return };
    let Some(bound) = account.active else {
        let reasons = [Reason::NotActivated, Reason::MoveNotAsked, Reason::StepOutOfOrder];
        guards.add(Rule::StepsInOrder, Tri::Broken, &reasons);
        return;
    };
    if bound.device != step.observation.call.caller.device {
        let reasons = [Reason::BoundElsewhere, Reason::ProofForeign, Reason::NotActivated];
        guards.add(Rule::AccountOneDevice, Tri::Broken, &reasons).from(bound.ix);
        return;
    }
    let reasons = [Reason::MoveNotAsked, Reason::StepOutOfOrder];
    let Some(challenge) = pending(state, member).map(|at| &state.challenges[at]) else {
        guards.add(Rule::StepsInOrder, Tri::Broken, &reasons);
        return;
    };
    // How long a move waits for its code is left open beyond the life of a code.
    let asked = cell.steps.get(usize::from(challenge.first())).map_or(challenge.born, |s| s.lasting);
    let young = step.span.age_since(asked).below(cell.book.otp_lifetime, cell.settings.tolerance(Rule::OtpExpires));
    // Whether a new password voids a move that was asked for with the old one is left open.
    let same_password = !is_changed(&account, challenge);
    let stands = young == Tri::Holds && challenge.over == Some(bound.ix) && challenge.wrong.most == 0 && same_password;
    let tri = if stands { Tri::Holds } else { Tri::Unknown };
    guards.add(Rule::StepsInOrder, tri, &reasons).from(challenge.first());
    let limits = [Reason::ResendTooSoon, Reason::ResendTooMany, Reason::AttemptsExhausted];
    guards.open_for(step, Rule::OtpResendLimited, &limits);
}

/// `device.move-confirm`: the code that the old phone shows binds the account to the new one.
fn enter_code(cell: &Cell<'_>, state: &State, step: &Step<'_>, handle: &Token, code: Code, guards: &mut Guards) {
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    let Some(account) = state.account(challenge.member).copied() else { return };
    let gone =
        [Reason::MoveNotAsked, Reason::HandleUnknown, Reason::CodeVoid, Reason::CodeUsed, Reason::StepOutOfOrder];
    let taken = account.active.filter(|b| challenge.over != Some(b.ix) && challenge.confirmed.is_none());
    if let Some(bound) = taken {
        let raced = bound.since.overlaps(step.span);
        let rule = if raced { Rule::DeviceRaceOneWinner } else { Rule::AccountOneDevice };
        guards.add(rule, Tri::Broken, &gone).from(bound.ix);
        return;
    }
    if account.active.is_none() {
        // Released or displaced meanwhile: the move may be over.
        guards.open(Rule::AccountOneDevice);
    }
    if !challenge.coded {
        let reasons = [Reason::CodeWrong, Reason::MoveNotAsked, Reason::StepOutOfOrder, Reason::HandleUnknown];
        guards.add(Rule::AccountOneDevice, Tri::Broken, &reasons).from(challenge.issue);
        return;
    }
    // Asks for the challenge once more: what that leaves open stands here twice.
    confirm(cell, state, step, handle, code, guards);
    if is_changed(&account, challenge) {
        guards.open_for(step, Rule::StepsInOrder, &gone);
    }
    if raced(cell, state, step, challenge.member) {
        guards.add(Rule::DeviceRaceOneWinner, Tri::Holds, &gone);
    }
    activation::device_free(cell, state, step, challenge.member, guards);
}

/// Whether the account has another password than when the move was asked for.
fn is_changed(account: &Account, challenge: &Challenge) -> bool {
    account.password.is_some_and(|password| password.ix != super::NOBODY && password.ix > challenge.first())
}

/// Whether another move of the same account is confirmed at the same time.
fn raced(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8) -> bool {
    cell.steps.iter().any(|other| match &other.observation.call.operation {
        Op::DeviceMoveConfirm { challenge, .. } => {
            other.ix != step.ix
                && other.span.overlaps(step.span)
                && state.challenge(challenge).is_some_and(|c| c.member == member)
        }
        _ => false,
    })
}

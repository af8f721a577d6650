//! Journey 6: who may activate, on which phone number and which device, and its steps.

use songsinh_contract::{
    CitizenNumber, DeviceInUse, Level, Operation as Op, PhoneNumber, Reason, Rule, Secret, SecretShape, Token,
};

use super::challenge::{code_limits, known, unsettled_past};
use super::{FindingKindCopy, Guards};
use crate::Bound;
use crate::cell::{Cell, Step};
use crate::model::{Approval, Binding, Challenge, Purpose, State};
use crate::time::Tri;

/// `activation.request`.
pub(super) fn request(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    number: CitizenNumber,
    phone: PhoneNumber,
    guards: &mut Guards,
) {
    let first = [Reason::NotIdentified];
    let rule = Rule::ActivateAppAccountRefused;
    let Some(member) = cell.member_numbered(number) else {
        guards.add(rule, Tri::Broken, &first).prescribed = true;
        return;
    };
    let Some(account) = state.account(member).copied() else { return };
    let counter = state.applied(member, Level::Two).is_some();
    if account.dirty || (account.prior_unknown && account.password.is_none()) {
        return guards.open(rule);
    }
    if account.password.is_none() && account.granted.is_none() && !counter {
        guards.add(rule, Tri::Broken, &first).prescribed = true;
        return;
    }
    let registered = Tri::of(account.phone == Some(phone));
    guards.add(Rule::ActivateNeedsRegisteredPhone, registered, &[Reason::PhoneNotRegistered]);
    let entitled = match account.active {
        Some(bound) => upgrade(cell, state, step, member, bound, guards),
        None => identified(cell, state, step, member, guards),
    };
    if !entitled {
        return;
    }
    device_free(cell, state, step, member, guards);
    window(cell, state, step, member, guards);
    code_limits(cell, state, step, Purpose::Activate, member, phone, false, guards);
    unsettled_past(cell, state, step, member, guards);
    if state.window_left(cell, member, phone, step.span) != Tri::Holds {
        guards.open(Rule::OtpAttemptsLimited);
    }
    if let Some(asked) = step.observation.outcome.values().and_then(|v| v.needs_password) {
        let due = if account.password.is_none() && begun_password(state, member) {
            Tri::Unknown
        } else {
            Tri::of(asked == account.password.is_none())
        };
        guards.told(Rule::ActivateSetsPasswordOnlyIfNone, due, FindingKindCopy::Untrue);
    }
}

/// A password was set in an activation that is not finished.
fn begun_password(state: &State, member: u8) -> bool {
    state.challenges.iter().any(|c| c.member == member && c.password.is_some())
}

/// Some level of the account, which is not activated, is approved. False: the rest need not be asked.
fn identified(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) -> bool {
    let first = [Reason::NotIdentified];
    guards.add(Rule::ActivateOnce, Tri::Holds, &[Reason::AlreadyActivated]);
    let levels = [Level::Two, Level::One];
    let filed = levels.iter().find_map(|l| state.applied(member, *l)).map_or(super::NOBODY, |a| a.ix);
    let found = levels.map(|level| state.approval(cell, member, level, step.span));
    let identified = if found.contains(&Approval::Approved) {
        Tri::Holds
    } else if found.contains(&Approval::Open) {
        Tri::Unknown
    } else {
        Tri::Broken
    };
    if identified == Tri::Holds {
        guards.add(Rule::AcknowledgedIsDurable, Tri::Holds, &first).from(filed);
    }
    guards.add(Rule::ActivateAppAccountRefused, identified, &first).from(filed).prescribed = true;
    identified != Tri::Broken
}

/// An account that is active: only level 2 over level 1, and only on the same device. False: the rest need not be asked.
fn upgrade(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, bound: Binding, guards: &mut Guards) -> bool {
    let due = level_due(cell, state, step, member, bound);
    let guard = guards.add(Rule::ActivateOnce, due, &[Reason::AlreadyActivated]).from(bound.ix);
    guard.prescribed = true;
    if due == Tri::Broken {
        return false;
    }
    same_phone(state, step, bound, guards)
}

/// Whether level 2 is to be activated over what is active.
fn level_due(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, bound: Binding) -> Tri {
    match (bound.two, state.two(cell, member, step.span)) {
        (Tri::Holds, _) | (_, Tri::Broken) => Tri::Broken,
        (Tri::Broken, Tri::Holds) => Tri::Holds,
        _ => Tri::Unknown,
    }
}

/// From another device, or with another key, level 2 needs a move first.
fn same_phone(state: &State, step: &Step<'_>, bound: Binding, guards: &mut Guards) -> bool {
    let caller = &step.observation.call.caller;
    let same = bound.device == caller.device && bound.key == caller.key;
    let reasons: &[Reason] = if same {
        &[Reason::BoundElsewhere]
    } else {
        &[Reason::BoundElsewhere, Reason::ProofForeign, Reason::ProofMissing, Reason::DeviceInUse]
    };
    guards.add(Rule::AccountOneDevice, Tri::of(same), reasons).from(bound.ix);
    super::session::gate(state, step, guards);
    same
}

/// The account, other than this member's, that is active on a device.
fn user_of(state: &State, step: &Step<'_>, member: u8) -> Option<Binding> {
    let device = step.observation.call.caller.device;
    let others = state.accounts.iter().enumerate().filter(|(at, _)| *at != usize::from(member));
    others.filter_map(|(_, a)| a.active).find(|b| b.device == device)
}

/// No other account is active on the device.
pub(super) fn device_free(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    if cell.book.device_in_use == DeviceInUse::Transfer {
        return;
    }
    let used = user_of(state, step, member);
    let reasons = [Reason::DeviceInUse];
    let raced = used.is_some_and(|b| b.since.overlaps(step.span));
    let rule = if raced { Rule::DeviceRaceOneWinner } else { Rule::DeviceOneAccount };
    guards.add(rule, Tri::of(used.is_none()), &reasons).from(used.map_or(super::NOBODY, |b| b.ix));
}

fn window(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let rule = Rule::ActivationWindow;
    match state.window_began(cell, member, step.span) {
        Some(notice) => {
            let age = step.span.age_since(notice);
            let tri = age.below(cell.book.activation_window, cell.settings.tolerance(rule));
            let guard = guards.add(rule, tri, &[Reason::WindowClosed]);
            guard.at(Bound::ActivationWindow, cell.book.activation_window, age);
        }
        None => guards.open_for(step, rule, &[Reason::WindowClosed]),
    }
}

/// The window at a step between request and completion: the domain names only these two, so from its end on such a step
/// may go either way.
pub(super) fn window_between(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let rule = Rule::ActivationWindow;
    let Some(notice) = state.window_began(cell, member, step.span) else { return guards.open(rule) };
    let age = step.span.age_since(notice);
    if age.below(cell.book.activation_window, cell.settings.tolerance(rule)) != Tri::Holds {
        guards.add(rule, Tri::Unknown, &[Reason::WindowClosed]);
    }
}

/// The code was entered before. How long before is fixed for the password of a registration alone: after that time an
/// activation may go on, and may be refused.
fn code_entered(cell: &Cell<'_>, step: &Step<'_>, challenge: &Challenge, guards: &mut Guards) {
    let rule = Rule::ActivateNeedsCode;
    let Some((entered, ix)) = challenge.confirmed else {
        guards.add(rule, Tri::Broken, &[Reason::StepOutOfOrder, Reason::HandleUnknown]);
        return;
    };
    let young = step.span.age_since(entered).below(cell.book.after_code, cell.settings.tolerance(rule));
    let tri = if young == Tri::Holds || step.observation.outcome.is_done() { Tri::Holds } else { Tri::Unknown };
    guards.add(rule, tri, &[Reason::StepOutOfOrder, Reason::CodeExpired]).from(ix);
}

/// `activation.set-password`.
pub(super) fn set_password(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    password: &Secret,
    guards: &mut Guards,
) {
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    code_entered(cell, step, challenge, guards);
    let kept = state.account(challenge.member).and_then(|a| a.password);
    let reasons = [Reason::StepOutOfOrder, Reason::AccountExists];
    let unknown = state.account(challenge.member).is_some_and(|a| a.prior_unknown);
    let begun = challenge.password.is_some() || challenge.passcode.is_some() || unknown;
    let none = if kept.is_none() && (begun || begun_password(state, challenge.member)) {
        Tri::Unknown
    } else {
        Tri::of(kept.is_none())
    };
    guards.add(Rule::ActivateSetsPasswordOnlyIfNone, none, &reasons);
    let strong = Tri::of(password.shape().is_strong_password());
    guards.add(Rule::PasswordPolicy, strong, &[Reason::PasswordWeak]);
}

/// `activation.set-passcode`.
pub(super) fn set_passcode(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    passcode: &Secret,
    guards: &mut Guards,
) {
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    code_entered(cell, step, challenge, guards);
    if challenge.passcode.is_some() || challenge.finished {
        guards.open(Rule::StepsInOrder);
    }
    if challenge.password.is_none() && state.account(challenge.member).is_some_and(|a| a.password.is_none()) {
        // The password comes before the passcode.
        guards.open(Rule::StepsInOrder);
    }
    let formed = Tri::of(passcode.shape().is_passcode());
    guards.add(Rule::ActivateNeedsPasscode, formed, &[Reason::PasscodeMalformed]);
}

/// `activation.set-questions`: the last step, which activates.
pub(super) fn set_questions(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    answers: &[(u16, Secret)],
    guards: &mut Guards,
) {
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    let member = challenge.member;
    code_entered(cell, step, challenge, guards);
    if challenge.finished {
        // Whether it serves once more, after a release, is nowhere said.
        guards.open(Rule::StepsInOrder);
    }
    let reasons = [Reason::StepOutOfOrder, Reason::PasscodeMalformed];
    let rule = Rule::ActivateIncompleteIsNotActivated;
    guards.add(rule, Tri::of(challenge.passcode.is_some()), &reasons).from(challenge.issue);
    let none = |a: &crate::model::Account| a.password.is_none() && !a.prior_unknown;
    if challenge.password.is_none() && state.account(member).is_some_and(none) {
        let tri = if begun_password(state, member) { Tri::Unknown } else { Tri::Broken };
        guards.add(rule, tri, &[Reason::StepOutOfOrder]).from(challenge.issue);
    }
    guards.add(Rule::ActivateNeedsTwoSecurityQuestions, two_of(cell, answers), &[Reason::QuestionsWrong]);
    once(cell, state, step, member, guards);
    device_free(cell, state, step, member, guards);
    window(cell, state, step, member, guards);
}

/// Nobody activated this account before; of simultaneous activations one wins.
fn once(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let active = state.account(member).and_then(|a| a.active);
    let reasons = [Reason::AlreadyActivated, Reason::BoundElsewhere, Reason::StepOutOfOrder, Reason::HandleUnknown];
    let Some(bound) = active else {
        if raced(cell, state, step, member) {
            guards.add(Rule::DeviceRaceOneWinner, Tri::Holds, &reasons);
        }
        guards.add(Rule::ActivateOnce, Tri::Holds, &[Reason::AlreadyActivated]);
        guards.add(Rule::AccountOneDevice, Tri::Holds, &[Reason::BoundElsewhere]);
        return;
    };
    let due = level_due(cell, state, step, member, bound);
    if due != Tri::Broken {
        guards.add(Rule::ActivateOnce, due, &[Reason::AlreadyActivated]).from(bound.ix);
        same_phone(state, step, bound, guards);
        return;
    }
    let rule = if bound.since.overlaps(step.span) {
        Rule::DeviceRaceOneWinner
    } else if bound.device == step.observation.call.caller.device {
        Rule::ActivateOnce
    } else {
        Rule::AccountOneDevice
    };
    guards.add(rule, Tri::Broken, &reasons).from(bound.ix);
}

/// Whether another last step for the same account is under way at the same time.
fn raced(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8) -> bool {
    cell.steps.iter().any(|other| match &other.observation.call.operation {
        Op::ActivationSetQuestions { challenge, .. } => {
            other.ix != step.ix
                && other.span.overlaps(step.span)
                && state.challenge(challenge).is_some_and(|c| c.member == member)
        }
        _ => false,
    })
}

fn two_of(cell: &Cell<'_>, answers: &[(u16, Secret)]) -> Tri {
    let answered = answers.iter().all(|(_, answer)| answer.shape().length > 0);
    let [(one, _), (other, _)] = answers else { return Tri::Broken };
    if one == other || !answered {
        return Tri::Broken;
    }
    // What has nothing but blanks or signs may be taken for no answer.
    let wordless = |s: SecretShape| (s.special || s.other) && !(s.upper || s.lower || s.digit);
    if cell.questions.is_empty() || answers.iter().any(|(_, answer)| wordless(answer.shape())) {
        return Tri::Unknown;
    }
    Tri::of(cell.questions.contains(one) && cell.questions.contains(other))
}

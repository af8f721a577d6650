//! One-time codes: whose challenge it is, whether the code is the one that is out, alive, unused and untired, and how
//! often codes may be sent.

use songsinh_contract::{Code, PhoneNumber, Reason, ResendPolicy, Rule, Token};

use super::Guards;
use crate::cell::{Cell, CodeMatch, Step};
use crate::model::{Challenge, Elsewhere, Purpose, Sent, State};
use crate::time::{Tri, within};
use crate::{Bound, Tolerance};

/// The challenge of a handle, if it is this call's to use; else the guard that says why not.
pub(super) fn known<'s>(
    cell: &Cell<'_>,
    state: &'s State,
    step: &Step<'_>,
    handle: &Token,
    guards: &mut Guards,
) -> Option<&'s Challenge> {
    let wanted = Purpose::of(&step.observation.call.operation);
    let Some(challenge) = state.challenge(handle) else {
        if state.stray(handle).is_some() {
            guards.open(Rule::StepsInOrder);
            return None;
        }
        guards.add(Rule::StepsInOrder, Tri::Broken, &[Reason::HandleUnknown, Reason::StepOutOfOrder]);
        return None;
    };
    if state.account(challenge.member).is_none_or(|a| a.dirty) {
        guards.open(Rule::StepsInOrder);
        return None;
    }
    if challenge.purpose != wanted {
        let reasons = [Reason::HandleUnknown, Reason::StepOutOfOrder, Reason::CodeWrong];
        guards.add(Rule::OtpBoundToPurpose, Tri::Broken, &reasons).from(challenge.issue);
        return None;
    }
    if challenge.device != step.observation.call.caller.device {
        let reasons = [Reason::HandleUnknown, Reason::CodeWrong, Reason::StepOutOfOrder];
        guards.add(Rule::OtpBoundToCitizen, Tri::Broken, &reasons).from(challenge.issue);
        return None;
    }
    if matches!(wanted, Purpose::Activate | Purpose::Move) {
        let caller = &step.observation.call.caller;
        if caller.proof != songsinh_contract::ProofShown::Own || caller.key != challenge.key {
            guards.open(Rule::DeviceKeyProof);
        }
    }
    if wanted == Purpose::Activate {
        let active = state.account(challenge.member).and_then(|a| a.active);
        // Another activation was finished meanwhile: the last step decides, the steps before it may go either way.
        if !is_last_step(step) {
            if active.is_some_and(|b| challenge.over != Some(b.ix)) {
                guards.open(Rule::ActivateOnce);
            }
            super::activation::window_between(cell, state, step, challenge.member, guards);
        }
    }
    Some(challenge)
}

fn is_last_step(step: &Step<'_>) -> bool {
    matches!(step.observation.call.operation, songsinh_contract::Operation::ActivationSetQuestions { .. })
}

/// The limits on sending a code: not too soon after the last one for the number and purpose, not too often.
#[expect(clippy::too_many_arguments, reason = "the parts of one question, asked from three operations")]
pub(super) fn code_limits(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    purpose: Purpose,
    member: u8,
    phone: PhoneNumber,
    resend: bool,
    guards: &mut Guards,
) {
    // A reset that sent nothing may count all the same, as it must not be told apart.
    let unsent = |s: &Sent| s.purpose == Purpose::Reset && s.member.is_none();
    let here = || state.sent.iter().filter(|s| s.purpose == purpose && s.phone == phone);
    let mine = || here().filter(|s| !unsent(s));
    let rule = Rule::OtpResendLimited;
    let window = cell.book.otp_window;
    let recent = |s: &&Sent| step.span.age_since(s.at).below(window, Tolerance::default()) != Tri::Broken;
    if here().filter(|s| unsent(s)).any(|s| recent(&s)) {
        guards.open_for(step, rule, &[Reason::ResendTooSoon, Reason::ResendTooMany, Reason::AttemptsExhausted]);
    }
    // A new request is a resend while the last code is young and unused.
    if let Some(last) = mine().max_by_key(|s| (s.at.lo, s.ix)).copied() {
        let age = step.span.age_since(last.at);
        let reached = age.reached(cell.book.otp_resend_gap, cell.settings.tolerance(rule));
        if resend || (!last.used && last.member == Some(member)) {
            let guard = guards.add(rule, reached, &[Reason::ResendTooSoon]);
            guard.from(last.ix).at(Bound::ResendGap, cell.book.otp_resend_gap, age);
        } else if reached != Tri::Holds && last.member != Some(member) {
            guards.open(rule);
        }
    }
    let all = u32::try_from(mine().filter(recent).count()).unwrap_or(u32::MAX);
    let resends = within(mine().filter(|s| s.resend).map(|s| (s.at, true)), step.span, window);
    let limit = cell.book.otp_resends_per_window;
    // Whether new requests count as resends is left open: at least the resends do, at most all codes but the first.
    let left = if all.saturating_sub(1).max(resends.1) < limit {
        Tri::Holds
    } else if resend && resends.0 >= limit {
        Tri::Broken
    } else {
        Tri::Unknown
    };
    if resend || left != Tri::Holds {
        let last = mine().next_back().map_or(super::NOBODY, |s| s.ix);
        guards.add(rule, left, &[Reason::ResendTooMany]).from(last);
    }
}

/// What an earlier story did with codes may count still.
pub(super) fn unsettled_past(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let standing = state.account(member).is_some_and(|a| a.standing || a.granted.is_some());
    let over = cell.age(step).reached(cell.book.otp_window, cell.settings.tolerance(Rule::OtpResendLimited));
    if standing && over != Tri::Holds {
        let limits = [Reason::ResendTooSoon, Reason::ResendTooMany, Reason::AttemptsExhausted];
        guards.open_for(step, Rule::OtpResendLimited, &limits);
    }
}

/// `account.resend`, `activation.resend`, `reset.resend`.
pub(super) fn resend(cell: &Cell<'_>, state: &State, step: &Step<'_>, handle: &Token, guards: &mut Guards) {
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    let (member, phone, purpose) = (challenge.member, challenge.phone, challenge.purpose);
    let waiting = Tri::of(challenge.confirmed.is_none() && !challenge.finished);
    let reasons = [Reason::StepOutOfOrder, Reason::CodeUsed];
    guards
        .add(Rule::StepsInOrder, waiting, &reasons)
        .from(challenge.confirmed.map_or(super::NOBODY, |(_, ix)| ix.into()));
    let exists = state.account(member).is_some_and(|a| a.password.is_some());
    let replaced = challenge.superseded.is_some();
    let expired = state.code_alive(cell, challenge, step.span) != Tri::Holds;
    let tired = state.window_left(cell, member, phone, step.span) != Tri::Holds;
    if replaced || expired || tired || (exists && purpose == Purpose::Register) {
        guards.open(Rule::OtpResendLimited);
    }
    code_limits(cell, state, step, purpose, member, phone, true, guards);
    unsettled_past(cell, state, step, member, guards);
}

/// `account.confirm`, `activation.confirm`, `reset.confirm`, `device.move-confirm`.
pub(super) fn confirm(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    handle: &Token,
    typed: Code,
    guards: &mut Guards,
) {
    let Some(challenge) = known(cell, state, step, handle, guards) else { return };
    let own = state.challenge_at(handle).unwrap_or_default();
    let fits = state.code_fits(cell, challenge, typed);
    if let Some((_, ix)) = challenge.confirmed {
        let reasons = [Reason::CodeUsed, Reason::StepOutOfOrder, Reason::CodeVoid, Reason::CodeWrong];
        guards.add(Rule::OtpSingleUse, Tri::Broken, &reasons).from(ix);
        return;
    }
    guards.add(Rule::OtpSingleUse, Tri::Holds, &[Reason::CodeUsed]);
    let age = step.span.age_since(challenge.born);
    let alive = state.code_alive(cell, challenge, step.span);
    let guard = guards.add(Rule::OtpExpires, alive, &[Reason::CodeExpired]);
    guard.from(challenge.issue).at(Bound::CodeLife, cell.book.otp_lifetime, age);
    let tries =
        state.tries_left(cell, challenge).and(state.window_left(cell, challenge.member, challenge.phone, step.span));
    let last_try = state.tries.iter().rev().find(|t| t.member == challenge.member && t.phone == challenge.phone);
    let reasons = [Reason::CodeVoid, Reason::AttemptsExhausted];
    guards.add(Rule::OtpAttemptsLimited, tries, &reasons).from(last_try.map_or(super::NOBODY, |t| t.ix));
    superseded(cell, challenge, guards);
    right_code(cell, state, challenge, own, fits, typed, guards);
    unsettled_past(cell, state, step, challenge.member, guards);
    let exists = state.account(challenge.member).is_some_and(|a| a.password.is_some());
    if exists && challenge.purpose == Purpose::Register {
        guards.open(Rule::RegisterOneAccountPerCitizen);
    }
}

fn superseded(cell: &Cell<'_>, challenge: &Challenge, guards: &mut Guards) {
    let newest = cell.book.otp_resend_policy == ResendPolicy::NewestOnly;
    match challenge.superseded {
        Some(ix) => {
            let tri = if newest { Tri::Broken } else { Tri::Unknown };
            let reasons = [Reason::CodeVoid, Reason::CodeWrong, Reason::HandleUnknown, Reason::CodeExpired];
            guards.add(Rule::OtpSupersededByNewer, tri, &reasons).from(ix);
        }
        None => {
            // The call that opened a move showed no code.
            let shown = challenge.older.get(usize::from(challenge.purpose == Purpose::Move)..).unwrap_or_default();
            if let Some(&ix) = shown.last() {
                guards.add(Rule::OtpSupersededByNewer, Tri::Holds, &[Reason::CodeWrong]).from(ix);
            }
        }
    }
}

fn right_code(
    cell: &Cell<'_>,
    state: &State,
    challenge: &Challenge,
    own: usize,
    fits: CodeMatch,
    typed: Code,
    guards: &mut Guards,
) {
    let wanted = match challenge.purpose {
        Purpose::Register => Rule::RegisterIncompleteLeavesNothing,
        Purpose::Activate => Rule::ActivateNeedsCode,
        Purpose::Reset => Rule::StepsInOrder,
        Purpose::Move => Rule::AccountOneDevice,
    };
    let reasons = [Reason::CodeWrong];
    match fits {
        CodeMatch::Right => {
            guards.add(wanted, Tri::Holds, &reasons).from(challenge.issue);
        }
        CodeMatch::Unknown => {
            guards.add(wanted, Tri::Unknown, &reasons).from(challenge.issue);
        }
        CodeMatch::Wrong => {
            let elsewhere = state.code_elsewhere(cell, own, typed);
            let (rule, tri) = match elsewhere {
                Some(Elsewhere::Older) => (Rule::OtpSupersededByNewer, Tri::Broken),
                // The newest code, shown with the handle of the challenge that it replaced.
                Some(Elsewhere::Newer) => (Rule::OtpSupersededByNewer, Tri::Unknown),
                Some(Elsewhere::OtherPurpose) => (Rule::OtpBoundToPurpose, Tri::Broken),
                Some(Elsewhere::OtherCitizen) => (Rule::OtpBoundToCitizen, Tri::Broken),
                None => (wanted, Tri::Broken),
            };
            let reasons = [Reason::CodeWrong, Reason::CodeVoid, Reason::CodeExpired];
            guards.add(rule, tri, &reasons).from(challenge.issue);
        }
    }
}

/// The code was entered, and not too long ago for the password of a registration.
pub(super) fn step_in_time(cell: &Cell<'_>, step: &Step<'_>, challenge: &Challenge, rule: Rule, guards: &mut Guards) {
    let Some((entered, ix)) = challenge.confirmed else {
        guards.add(rule, Tri::Broken, &[Reason::StepOutOfOrder, Reason::HandleUnknown]);
        return;
    };
    let age = step.span.age_since(entered);
    let tri = age.below(cell.book.after_code, cell.settings.tolerance(rule));
    let reasons = [Reason::StepOutOfOrder, Reason::CodeExpired];
    guards.add(rule, tri, &reasons).from(ix).at(Bound::AfterCode, cell.book.after_code, age);
}

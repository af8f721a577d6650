//! The calls that one must see to agree with a finding: what opened the account, the session and the challenge, what the
//! rule looks at, every try that a limit counts, the other half of a race, and the answer itself.
//!
//! Invariant: a story is in the order of sending but for the answer itself, which stands last, and names no call twice.

use songsinh_contract::{Digest, Operation as Op, Outcome, Reason, Rule, Token};

use crate::cell::{Cell, Step};
use crate::guards::NOBODY;
use crate::model::{Names, State};

/// At most so many calls for the same thing go into a story.
const RIVALS: usize = 3;

/// The observations of a story, by their numbers. `state`: a world before the answer.
pub(crate) fn of(cell: &Cell<'_>, state: Option<&State>, rule: Rule, origin: u16, step: &Step<'_>) -> Vec<u32> {
    let mut scene = vec![origin];
    if let Some(state) = state {
        scene.extend(state.scene(cell, step));
        scene.extend(counted(cell, state, rule, step));
    }
    scene.retain(|&ix| ix != NOBODY && usize::from(ix) < step.ix);
    let earlier = scene.iter().filter_map(|&ix| cell.steps.get(usize::from(ix)));
    let mut story: Vec<u32> = earlier.map(|s| s.observation.seq).collect();
    story.extend(rivals(cell, step));
    story.extend(minting(cell, step));
    story.sort_unstable();
    story.dedup();
    story.push(step.observation.seq);
    story
}

/// The tries, or the codes, that the limit of a rule counts: as many as it takes, the last ones.
fn counted(cell: &Cell<'_>, state: &State, rule: Rule, step: &Step<'_>) -> Vec<u16> {
    let Some(member) = state.meant(cell, step) else { return Vec::new() };
    let many = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    match rule {
        Rule::LoginLockout => {
            let number = cell.person(member).number;
            let tried = |s: &Step<'_>| matches!(s.observation.call.operation, Op::SessionLogin { number: n, .. } if n == number);
            in_vain(cell, step, tried, Reason::Locked, many(cell.book.login_attempts))
        }
        Rule::UtilityNeedsPasscode => {
            let tried = |s: &Step<'_>| {
                let own = s.observation.member == step.observation.member;
                own && matches!(s.observation.call.operation, Op::PasscodeEnter { .. })
            };
            in_vain(cell, step, tried, Reason::UtilitiesLocked, many(cell.book.passcode_attempts))
        }
        Rule::OtpAttemptsLimited => {
            let handle = step.observation.call.operation.challenge();
            let answered = |s: &Step<'_>| matches!(&s.observation.call.operation, Op::ResetAnswer { challenge, .. } if Some(challenge) == handle);
            let mut out = in_vain(cell, step, answered, Reason::StepOutOfOrder, many(cell.book.reset_answers));
            let tries = || state.tries.iter().filter(|t| t.member == member).map(|t| t.ix).rev();
            let issue = handle.and_then(|handle| state.challenge(handle)).map(|c| c.issue);
            let fresh = tries().filter(|ix| issue.is_none_or(|issue| *ix > issue)).count();
            let all =
                if fresh >= many(cell.book.otp_attempts) { fresh } else { many(cell.book.otp_attempts_per_window) };
            out.extend(tries().take(all).chain(issue));
            out
        }
        Rule::OtpResendLimited => {
            let purpose = crate::model::Purpose::of(&step.observation.call.operation);
            let mine = state.sent.iter().rev().filter(|s| s.purpose == purpose && s.member == Some(member));
            mine.map(|s| s.ix).take(many(cell.book.otp_resends_per_window) + 1).collect()
        }
        _ => Vec::new(),
    }
}

/// The last calls of a kind by the same person that were refused for what they showed, since one was carried out.
/// Those that were refused for the lock itself count nothing.
fn in_vain(
    cell: &Cell<'_>,
    step: &Step<'_>,
    tried: impl Fn(&Step<'_>) -> bool,
    locked: Reason,
    most: usize,
) -> Vec<u16> {
    let earlier = cell.steps.iter().take(step.ix).rev().filter(|s| tried(s));
    let since = earlier.take_while(|s| !s.observation.outcome.is_done());
    let refused = since.filter(|s| match &s.observation.outcome {
        Outcome::Refused(reasons) => !reasons.has(locked),
        _ => false,
    });
    refused.map(|s| s.ix16()).take(most).collect()
}

/// The call that gave the ticket of a scanned QR.
fn minting(cell: &Cell<'_>, step: &Step<'_>) -> Option<u32> {
    let Op::QrScan { qr } = &step.observation.call.operation else { return None };
    let ticket = qr.ticket.as_ref()?.digest();
    let gave = |s: &&Step<'_>| {
        let values = s.observation.outcome.values();
        values.and_then(|values| values.ticket.as_ref()).is_some_and(|given| given.id.digest() == ticket)
    };
    cell.steps.iter().find(gave).map(|s| s.observation.seq)
}

/// The calls that were carried out beside this one or before it and asked for the same thing: the other half of a
/// race, the first use of what serves once.
fn rivals(cell: &Cell<'_>, step: &Step<'_>) -> Vec<u32> {
    let o = step.observation;
    let same = |s: &&Step<'_>| {
        let other = s.observation;
        let repeats = || subject(&other.call.operation).is_some_and(|one| subject(&o.call.operation) == Some(one));
        other.call.operation.name() == o.call.operation.name()
            && other.outcome.is_done()
            && (o.sent < other.done || repeats())
    };
    let before = cell.steps.iter().take(step.ix);
    let beside = cell.steps.iter().skip(step.ix + 1).take_while(|s| s.observation.sent < o.done);
    before.chain(beside).filter(same).map(|s| s.observation.seq).take(RIVALS).collect()
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

//! What an answer tells besides its verdict: server errors, numbers and codes that it must not hold, words that the
//! run-wide rules compare.

use std::collections::BTreeSet;

use songsinh_contract::{CitizenNumber, Code, Digest, Operation as Op, Outcome, PhoneNumber, Prior, Rule};

use crate::cell::{Cell, CodeMatch, Step};
use crate::judge::leaves_a_trace;
use crate::model::{Purpose, Range, State};
use crate::time::Tri;
use crate::worlds::World;
use crate::{CellVerdict, CodeInAnswer, DigitsInAnswer, Finding, FindingKind, Wording};

/// A wrong code in a reset: its stage in [`Wording`].
const RESET: u8 = 128;
/// An accepted request of a reset: its stage in [`Wording`].
const RESET_REQUESTED: u8 = 129;
/// A code of a reset asked for again, accepted: its stage in [`Wording`].
const RESET_RESENT: u8 = 130;
/// A refusal while locked: its stage in [`Wording`].
const LOCKED: u8 = u8::MAX;

/// Looks through one answer. `worlds` are those before it is taken in.
pub(crate) fn answer(cell: &Cell<'_>, worlds: &[World], step: &Step<'_>, verdict: &mut CellVerdict) {
    errors(cell, worlds, step, verdict);
    numbers(cell, worlds, step, verdict);
    words(cell, worlds, step, verdict);
}

fn finding(rule: Rule, step: &Step<'_>, what: FindingKind) -> Finding {
    let o = step.observation;
    Finding { rule, cell: o.cell, seq: o.seq, what, story: vec![o.seq], when: o.done, trace: o.trace }
}

/// `error-is-not-a-verdict`: overload names a wait, and nothing is a server error. `qr-fake-is-said-fake`: least of all the
/// answer to a fake QR, which is this rule's finding then, and no other's. What a gateway says instead of the target is not
/// held against that rule, nor an answer that the profile does not explain.
fn errors(cell: &Cell<'_>, worlds: &[World], step: &Step<'_>, verdict: &mut CellVerdict) {
    let (rule, status) = match &step.observation.outcome {
        Outcome::Unavailable { retry_after: Some(_) } => {
            verdict.counts.slot(Rule::ErrorIsNotAVerdict).allowed += 1;
            return;
        }
        Outcome::Unmapped { .. } if shows_fake(cell, worlds, step, verdict) => {
            verdict.counts.slot(Rule::QrFakeIsSaidFake).undecided += 1;
            return;
        }
        Outcome::Unavailable { retry_after: None } => (Rule::ErrorIsNotAVerdict, 0),
        Outcome::Fault { status } if !matches!(status, 502..=504) && shows_fake(cell, worlds, step, verdict) => {
            (Rule::QrFakeIsSaidFake, *status)
        }
        Outcome::Fault { status } => (Rule::ErrorIsNotAVerdict, *status),
        _ => return,
    };
    verdict.counts.slot(rule).violation += 1;
    verdict.findings.push(finding(rule, step, FindingKind::NoVerdict { status }));
}

/// Whether the call certainly shows a fake QR, by who may scan.
fn shows_fake(cell: &Cell<'_>, worlds: &[World], step: &Step<'_>, verdict: &CellVerdict) -> bool {
    let Op::QrScan { qr } = &step.observation.call.operation else { return false };
    let may = |w: &World| crate::guards::qr::may_scan(cell, &w.state, step);
    qr.flaw.is_some() && !verdict.overflowed && worlds.iter().all(may)
}

/// `no-personal-data-leak`: a number in the answer is the caller's, or that of the handle or session shown.
fn numbers(cell: &Cell<'_>, worlds: &[World], step: &Step<'_>, verdict: &mut CellVerdict) {
    let o = step.observation;
    if o.numbers_seen.is_empty() || !matches!(o.outcome, Outcome::Done(_) | Outcome::Refused(_)) {
        return;
    }
    let Some(world) = worlds.first() else { return };
    let state = &world.state;
    let subject = match &o.call.operation {
        Op::AccountResend { challenge }
        | Op::AccountConfirm { challenge, .. }
        | Op::AccountSetPassword { challenge, .. }
        | Op::ActivationResend { challenge }
        | Op::ActivationConfirm { challenge, .. }
        | Op::ActivationSetPassword { challenge, .. }
        | Op::ActivationSetPasscode { challenge, .. }
        | Op::ActivationSetQuestions { challenge, .. }
        | Op::ResetResend { challenge }
        | Op::ResetConfirm { challenge, .. }
        | Op::ResetAnswer { challenge, .. }
        | Op::ResetSetPassword { challenge, .. }
        | Op::DeviceMoveConfirm { challenge, .. } => state.challenge(challenge).map(|c| c.member),
        _ => state.session(&o.call.caller).map(|s| s.member),
    };
    // An official sees the citizen of the QR.
    let seen = match &o.call.operation {
        Op::QrScan { qr } => match qr.ticket.as_ref().map(|token| state.ticket(token)) {
            Some(None) => return,
            found => found.flatten().map(|ticket| ticket.member),
        },
        _ => None,
    };
    let meant = [subject, cell.member_indexed(o.member), seen];
    let allowed = meant.map(|member| member.map(|m| cell.person(m).number));
    let slot = verdict.counts.slot(Rule::NoPersonalDataLeak);
    // A driving licence has twelve digits too; whether it is the right one is judged where papers are.
    let is_paper = |number: CitizenNumber| {
        let digits = number.to_string();
        let held = meant.iter().flatten().flat_map(|&m| &cell.facts.members[usize::from(m)].holdings.papers);
        let told = o.outcome.values().into_iter().flat_map(|values| &values.papers);
        held.chain(told).any(|paper| *paper.number == *digits)
    };
    // A list of receipts may name with whom the money was moved.
    let listing = subject.filter(|_| matches!((&o.call.operation, &o.outcome), (Op::PaymentBalance, Outcome::Done(_))));
    let dealt = |number| listing.is_some_and(|member| dealt_with(cell, state, step, member, number));
    let fine = |number: &&CitizenNumber| allowed.contains(&Some(**number)) || is_paper(**number) || dealt(**number);
    let mut others = o.numbers_seen.iter().filter(|number| !fine(number)).peekable();
    if others.peek().is_none() {
        slot.allowed += 1;
        return;
    }
    // An account older than the cell may have dealt with anybody outside of it.
    let older = listing.is_some_and(|m| cell.facts.members[usize::from(m)].prior != Prior::None);
    if older && others.all(|&number| cell.member_numbered(number).is_none()) {
        slot.undecided += 1;
        return;
    }
    slot.violation += 1;
    verdict.findings.push(finding(Rule::NoPersonalDataLeak, step, FindingKind::Leak));
}

/// Whether a member sent money to this number, or got some from it, by transfers of the cell that were begun before the
/// answer came and not refused.
fn dealt_with(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, number: CitizenNumber) -> bool {
    let own = cell.person(member).number;
    let other = cell.member_numbered(number);
    cell.steps.iter().map(|s| s.observation).any(|o| {
        let Op::PaymentTransfer { to, .. } = &o.call.operation else { return false };
        let sender = state.session(&o.call.caller).map(|s| s.member).or_else(|| cell.member_indexed(o.member));
        let parties = (sender == Some(member) && *to == number) || (sender.is_some() && sender == other && *to == own);
        parties && !matches!(o.outcome, Outcome::Refused(_)) && o.sent <= step.observation.done
    })
}

/// `otp-never-in-answer`: six digits in answers, and which of them are a code sent to a phone of the cell, unless the
/// call had them. A number that stands at a place in many answers of the cell counts there once.
pub(crate) fn codes(cell: &Cell<'_>, verdict: &mut CellVerdict) {
    let statistics = &mut verdict.statistics;
    let opened = cell.issuing.iter().filter(|i| i.done).count();
    statistics.answers_searched += u64::try_from(opened).unwrap_or(u64::MAX);
    // The code of a move stands in the answer to the old phone, and there alone.
    let shown = |s: &Step<'_>| match s.observation.call.operation {
        Op::DeviceMoveCode => s.observation.outcome.values().and_then(|v| v.code),
        _ => None,
    };
    let mut sent: BTreeSet<Code> = cell.messages.iter().filter_map(|m| m.code).collect();
    sent.extend(cell.steps.iter().filter_map(shown));
    let mut seen: BTreeSet<(Digest, Code)> = BTreeSet::new();
    for step in &cell.steps {
        let o = step.observation;
        let typed = match &o.call.operation {
            Op::AccountConfirm { code, .. }
            | Op::ActivationConfirm { code, .. }
            | Op::ResetConfirm { code, .. }
            | Op::DeviceMoveConfirm { code, .. } => Some(*code),
            _ => shown(step),
        };
        for here in o.codes_seen.iter().filter(|here| Some(here.code) != typed) {
            if seen.insert((here.place, here.code)) && sent.contains(&here.code) {
                let (place, cell, seq) = (here.place, o.cell, o.seq);
                statistics.codes_in_answers.push(CodeInAnswer { place, cell, seq, when: o.done, trace: o.trace });
            }
        }
    }
    let codes = u64::try_from(sent.len()).unwrap_or(u64::MAX);
    for (place, _) in seen.into_iter().filter(|_| codes > 0) {
        match statistics.digits_in_answers.last_mut().filter(|last| last.place == place) {
            Some(last) => last.pairs += codes,
            None => statistics.digits_in_answers.push(DigitsInAnswer { place, pairs: codes }),
        }
    }
}

/// `no-enumeration`: the words of a refused login, of an accepted request of a reset or of its code sent again, or of a
/// wrong code in a reset, where all worlds agree on what it was.
fn words(cell: &Cell<'_>, worlds: &[World], step: &Step<'_>, verdict: &mut CellVerdict) {
    let o = step.observation;
    let (Some(words), [world], false) = (o.wording, worlds, verdict.overflowed) else { return };
    let told = match (&o.outcome, &o.call.operation) {
        (Outcome::Refused(_), Op::SessionLogin { number, password }) => {
            login_stage(cell, world, step, *number, password.digest())
        }
        (Outcome::Refused(_), Op::ResetConfirm { challenge, code }) => reset_stage(cell, world, step, challenge, *code),
        (Outcome::Done(_), Op::ResetRequest { number, phone }) => {
            behind(cell, world, *number, *phone).map(|exists| (exists, RESET_REQUESTED))
        }
        (Outcome::Done(_), Op::ResetResend { challenge }) => resent(cell, world, challenge),
        _ => None,
    };
    let Some((exists, stage)) = told else { return };
    let witness = Wording { exists, stage, words, cell: o.cell, seq: o.seq, when: o.done, trace: o.trace };
    verdict.statistics.wordings.push(witness);
}

/// Whether the account exists, and how many wrong passwords came before this one.
fn login_stage(
    cell: &Cell<'_>,
    world: &World,
    step: &Step<'_>,
    number: CitizenNumber,
    typed: Digest,
) -> Option<(bool, u8)> {
    let account = world.state.account(cell.member_numbered(number)?)?;
    let unsure = account.dirty || (account.password.is_none() && (account.prior_unknown || account.standing));
    if unsure || account.password.is_some_and(|p| p.digest == typed) {
        return None;
    }
    let tries = account.wrong_passwords;
    let stage = match world.state.unlocked(cell, account, step.span) {
        Tri::Broken => LOCKED,
        Tri::Holds if tries.least == tries.most => u8::try_from(tries.least).unwrap_or(LOCKED).min(RESET - 1),
        _ => return None,
    };
    Some((account.password.is_some(), stage))
}

/// Whether a number has an account, with this phone. None: not known, or another phone, which is neither of the two
/// kinds that are compared.
fn behind(cell: &Cell<'_>, world: &World, number: CitizenNumber, phone: PhoneNumber) -> Option<bool> {
    let member = cell.member_numbered(number)?;
    let account = world.state.account(member)?;
    match world.state.entitled(member, phone) {
        Tri::Holds => Some(true),
        Tri::Broken if account.password.is_none() => Some(false),
        _ => None,
    }
}

/// Whether an account is behind a reset whose code was asked for again.
fn resent(cell: &Cell<'_>, world: &World, handle: &songsinh_contract::Token) -> Option<(bool, u8)> {
    let challenge = world.state.challenge(handle).filter(|c| c.purpose == Purpose::Reset)?;
    let exists = behind(cell, world, cell.person(challenge.member).number, challenge.phone)?;
    (challenge.real == Tri::of(exists)).then_some((exists, RESET_RESENT))
}

/// Whether an account is behind the reset. Compared are first wrong codes alone: what has no account counts no tries.
fn reset_stage(
    cell: &Cell<'_>,
    world: &World,
    step: &Step<'_>,
    handle: &songsinh_contract::Token,
    typed: Code,
) -> Option<(bool, u8)> {
    let challenge = world.state.challenge(handle).filter(|c| c.purpose == Purpose::Reset)?;
    let fresh = challenge.wrong == Range::default()
        && challenge.superseded.is_none()
        && challenge.confirmed.is_none()
        && challenge.device == step.observation.call.caller.device;
    let alive = world.state.code_alive(cell, challenge, step.span) == Tri::Holds;
    let (exists, wrong) = match challenge.real {
        Tri::Holds => (true, world.state.code_fits(cell, challenge, typed) == CodeMatch::Wrong),
        Tri::Broken => (false, true),
        Tri::Unknown => return None,
    };
    (fresh && alive && wrong).then_some((exists, RESET))
}

/// `refusal-changes-nothing` is kept by a refused call after which an answer of the same person was decided, and no
/// finding names it.
pub(crate) fn refusals(cell: &Cell<'_>, decided: &[usize], verdict: &mut CellVerdict) {
    let named =
        |seq: u32| verdict.findings.iter().any(|f| f.rule == Rule::RefusalChangesNothing && f.story.contains(&seq));
    let refused = cell.steps.iter().filter(|s| {
        matches!(s.observation.outcome, Outcome::Refused(_)) && leaves_a_trace(&s.observation.call.operation)
    });
    let kept = refused.filter(|s| {
        let later = |ix: &&usize| **ix > s.ix && cell.steps[**ix].observation.member == s.observation.member;
        !named(s.observation.seq) && decided.iter().find(later).is_some()
    });
    let kept = u64::try_from(kept.count()).unwrap_or(u64::MAX);
    verdict.counts.slot(Rule::RefusalChangesNothing).allowed += kept;
}

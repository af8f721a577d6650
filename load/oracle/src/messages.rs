//! The text messages of a cell against its calls: no message without an accepted request or an approval, to the right
//! phone, saying what it is for.
//!
//! Invariant: a message is wrong only if no call of the cell can be behind it, lost calls included, and nobody else
//! uses the phone.

use songsinh_contract::{Moment, Operation as Op, Outcome, Rule, SmsEvent, SmsPurpose};

use crate::cell::{Cell, Issuing, Step};
use crate::model::{Applied, Purpose, State};
use crate::time::Tri;
use crate::{ApprovalTook, CellVerdict, CodeSent, Finding, FindingKind};

/// Judges every message of the cell. `end` is the (first) world after the last answer.
pub(crate) fn judge(cell: &Cell<'_>, end: &State, verdict: &mut CellVerdict) {
    let free = cell.issuing.iter().filter(|i| asked(cell, end, i)).copied().collect();
    let mut codes = Codes { free, before: Vec::new(), spare: Vec::new() };
    for &message in &cell.messages {
        states_purpose(cell, message, verdict);
        match message.purpose {
            Some(SmsPurpose::Register) => code(cell, end, message, Purpose::Register, &mut codes, verdict),
            Some(SmsPurpose::Activate) => code(cell, end, message, Purpose::Activate, &mut codes, verdict),
            Some(SmsPurpose::Reset) => code(cell, end, message, Purpose::Reset, &mut codes, verdict),
            Some(SmsPurpose::Approved | SmsPurpose::Rejected) | None => {}
        }
    }
    notices(cell, end, verdict);
}

/// Codes and the calls behind them, as far as the messages were gone through.
struct Codes<'m> {
    /// Calls whose message did not come yet.
    free: Vec<Issuing>,
    before: Vec<&'m SmsEvent>,
    /// Messages that took a call for their own, though they may be the earlier story's.
    spare: Vec<&'m SmsEvent>,
}

/// Whether the call can have sent a code: a reset for nobody, or to another phone than the account's, sends none.
fn asked(cell: &Cell<'_>, end: &State, call: &Issuing) -> bool {
    match &cell.steps[call.ix].observation.call.operation {
        Op::ResetRequest { number, phone } => {
            cell.member_numbered(*number).is_some_and(|m| end.entitled(m, *phone) != Tri::Broken)
        }
        Op::ResetResend { challenge } => end.challenge(challenge).is_none_or(|c| c.real != Tri::Broken),
        _ => true,
    }
}

fn wrong(cell: &Cell<'_>, rule: Rule, message: &SmsEvent, verdict: &mut CellVerdict) {
    let before = cell.steps.iter().rev().find(|s| s.observation.sent <= message.accepted);
    let Some(step) = before.or(cell.steps.first()) else { return };
    if !cell.settings.exclusive || verdict.overflowed || !verdict.dirty.is_empty() {
        verdict.counts.slot(rule).undecided += 1;
        return;
    }
    verdict.counts.slot(rule).violation += 1;
    verdict.findings.push(Finding {
        rule,
        cell: cell.facts.cell,
        seq: step.observation.seq,
        what: FindingKind::Message(message.id),
        story: vec![step.observation.seq],
        when: message.accepted,
        trace: step.observation.trace,
    });
}

fn states_purpose(cell: &Cell<'_>, message: &SmsEvent, verdict: &mut CellVerdict) {
    let rule = Rule::SmsStatesPurpose;
    let is_code =
        message.code.is_some() && !matches!(message.purpose, Some(SmsPurpose::Approved | SmsPurpose::Rejected));
    if !is_code {
        return;
    }
    let linked = ["http://", "https://", "www."].iter().any(|mark| message.text.contains(mark));
    if linked {
        wrong(cell, rule, message, verdict);
    } else if message.purpose.is_some() {
        verdict.counts.slot(rule).allowed += 1;
    } else if cell.settings.message_texts {
        wrong(cell, rule, message, verdict);
    } else {
        verdict.counts.slot(rule).undecided += 1;
    }
}

fn code<'m>(
    cell: &Cell<'_>,
    end: &State,
    message: &'m SmsEvent,
    purpose: Purpose,
    codes: &mut Codes<'m>,
    verdict: &mut CellVerdict,
) {
    let same = |other: &SmsEvent| other.to == message.to && other.purpose == message.purpose;
    let doubled = codes.before.iter().rev().find(|m| same(m)).is_some_and(|last| last.code == message.code);
    let fits = |i: &&Issuing| i.purpose == purpose && i.phone == message.to && i.sent <= message.accepted;
    let left_over = cell.left_over(message.to, message.accepted, true);
    // Calls that were certainly carried out claim their message first, oldest first.
    let call = codes.free.iter().filter(fits).find(|i| i.done).or_else(|| codes.free.iter().find(fits)).copied();
    match call {
        Some(call) => codes.free.retain(|i| i.ix != call.ix),
        None if doubled => {}
        None if left_over => {
            verdict.counts.slot(Rule::SmsOnlyForChallenges).undecided += 1;
            return;
        }
        None => {
            let Some(at) = codes.spare.iter().position(|m| same(m)) else {
                return unasked(cell, message, purpose, &codes.free, verdict);
            };
            codes.spare.remove(at);
            verdict.counts.slot(Rule::SmsOnlyForChallenges).undecided += 1;
            return;
        }
    }
    verdict.counts.slot(Rule::SmsOnlyForChallenges).allowed += 1;
    if doubled && call.is_none() {
        return;
    }
    if let Some(code) = message.code {
        let phone = u32::try_from(message.to.as_u64() % 1_000_000).unwrap_or_default();
        let others = codes.before.iter().filter(|m| m.to == message.to && m.purpose != message.purpose);
        let same = others.clone().filter(|m| m.code == Some(code));
        let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
        let (others, same) = (count(others.count()), count(same.count()));
        verdict.statistics.codes.push(CodeSent { code, phone, others, same, accepted: message.accepted });
    }
    codes.before.push(message);
    if left_over {
        codes.spare.push(message);
    }
    let owner = call.and_then(|call| match &cell.steps[call.ix].observation.call.operation {
        Op::ActivationRequest { number, .. } | Op::ResetRequest { number, .. } => cell.member_numbered(*number),
        _ => None,
    });
    let registered = owner.and_then(|m| end.account(m)).and_then(|a| a.phone);
    if registered.is_some_and(|phone| phone != message.to) {
        wrong(cell, Rule::OtpGoesToRegisteredPhone, message, verdict);
    } else {
        verdict.counts.slot(Rule::OtpGoesToRegisteredPhone).allowed += 1;
    }
}

/// A code that no call of the cell asked for: to a phone that somebody named, or out of the blue.
fn unasked(cell: &Cell<'_>, message: &SmsEvent, purpose: Purpose, free: &[Issuing], verdict: &mut CellVerdict) {
    let named = cell.steps.iter().any(|s| {
        s.observation.sent <= message.accepted
            && matches!(&s.observation.call.operation,
                Op::ActivationRequest { phone, .. } | Op::ResetRequest { phone, .. } if *phone == message.to)
    });
    // Another challenge of the same purpose has no message of its own: its code went astray.
    let own = |i: &Issuing| {
        let to_it = |m: &&&SmsEvent| m.to == i.phone && m.purpose == message.purpose && m.accepted >= i.sent;
        cell.messages.iter().find(to_it).is_some()
    };
    let astray = free.iter().any(|i| i.done && i.purpose == purpose && i.sent <= message.accepted && !own(i));
    let strange = astray || (purpose != Purpose::Register && named);
    let rule = if strange { Rule::OtpGoesToRegisteredPhone } else { Rule::SmsOnlyForChallenges };
    wrong(cell, rule, message, verdict);
}

/// When an application can first have been filed by the people of a phone, one moment for each of them.
fn filings(cell: &Cell<'_>, end: &State, to: songsinh_contract::PhoneNumber) -> Vec<Moment> {
    let known = end.applications.iter().filter(|a| a.phone == Some(to));
    let mut out: Vec<Moment> = known.map(|a| a.at.lo).collect();
    for step in &cell.steps {
        if matches!(step.observation.outcome, Outcome::Refused(_)) || taken(end, step.ix16()) {
            continue;
        }
        // Filed, as far as the answer tells, though not in the world at the end.
        let theirs = match &step.observation.call.operation {
            Op::Level1Submit { .. } => {
                let member = cell.member_indexed(step.observation.member);
                member.and_then(|m| end.account(m)).is_some_and(|a| a.phone == Some(to))
            }
            Op::Level2File { filing } => filing.phone == to,
            _ => false,
        };
        if theirs {
            out.push(step.span.lo);
        }
    }
    out
}

fn taken(end: &State, ix: u16) -> bool {
    end.applications.iter().any(|a| a.ix == ix)
}

/// `approval-sends-sms`: one notice for each approval, none before the application. One that was submitted again after
/// a lost connection is the same notice; one that an earlier story may have left is not judged.
fn notices(cell: &Cell<'_>, end: &State, verdict: &mut CellVerdict) {
    let rule = Rule::ApprovalSendsSms;
    for &phone in &cell.facts.phones {
        let mut filed = filings(cell, end, phone);
        let mut spare = 0_usize;
        let decision = decision(cell, end, phone).filter(|_| filed.len() == 1);
        let sent = cell.messages.iter().filter(|m| m.to == phone);
        for message in sent.filter(|m| matches!(m.purpose, Some(SmsPurpose::Approved | SmsPurpose::Rejected))) {
            let left_over = cell.left_over(phone, message.accepted, false);
            let doubled = cell.doubled(message);
            let opposite = decision.is_some_and(|yes| yes != (message.purpose == Some(SmsPurpose::Approved)));
            if opposite && !left_over && filed.first().is_none_or(|at| *at <= message.accepted) {
                wrong(cell, rule, message, verdict);
                continue;
            }
            match filed.iter().position(|at| *at <= message.accepted) {
                Some(at) => {
                    filed.remove(at);
                    spare += usize::from(left_over || doubled);
                    verdict.counts.slot(rule).allowed += 1;
                    verdict.counts.slot(Rule::SmsOnlyForChallenges).allowed += 1;
                }
                None if doubled => verdict.counts.slot(rule).allowed += 1,
                None if left_over => verdict.counts.slot(rule).undecided += 1,
                None if spare > 0 => {
                    spare -= 1;
                    verdict.counts.slot(rule).undecided += 1;
                }
                None => wrong(cell, rule, message, verdict),
            }
        }
    }
    for applied in end.applications.iter() {
        missing(cell, end, applied, verdict);
        took(cell, end, applied, verdict);
    }
}

/// `approval-in-time`: how long the decision took, reported and not judged.
fn took(cell: &Cell<'_>, end: &State, applied: &Applied, verdict: &mut CellVerdict) {
    let told = end.noticed(cell, applied).map(|(_, at)| at);
    let Some(at) = applied.decided.map(|(_, at, _)| at.hi).or(told).or(applied.approved_by) else { return };
    if at == Moment::NEVER {
        return;
    }
    verdict.counts.slot(Rule::ApprovalInTime).undecided += 1;
    let after_ns = at.0.saturating_sub(applied.at.lo.0);
    verdict.statistics.approvals.push(ApprovalTook { level: applied.level, after_ns });
}

/// Which decision the notice of an application must tell, if that is certain: what an officer decided, or what an answer
/// proved.
fn certain(applied: &Applied) -> Option<bool> {
    if applied.maybe_decided {
        return None;
    }
    applied.decided.map(|(approve, ..)| approve).or(applied.approved_by.map(|_| true))
}

/// What the only application of a phone was certainly decided to; none where several can be meant, or where several
/// officers can have decided.
fn decision(cell: &Cell<'_>, end: &State, to: songsinh_contract::PhoneNumber) -> Option<bool> {
    let mut theirs = end.applications.iter().filter(|a| a.phone == Some(to));
    let (Some(only), None) = (theirs.next(), theirs.next()) else { return None };
    let decides = |step: &&Step<'_>| {
        let refused = matches!(step.observation.outcome, Outcome::Refused(_));
        matches!(&step.observation.call.operation, Op::ApplicationDecide { number, .. }
            if !refused && cell.member_numbered(*number) == Some(only.member))
    };
    if cell.steps.iter().filter(decides).count() > 1 {
        return None;
    }
    certain(only)
}

fn missing(cell: &Cell<'_>, end: &State, applied: &Applied, verdict: &mut CellVerdict) {
    let (Some(account), Some(phone)) = (end.account(applied.member), applied.phone) else { return };
    let heard = |times: &[Moment]| times.iter().any(|at| *at >= applied.at.lo);
    // Who was told the opposite has not been told.
    let told = match decision(cell, end, phone) {
        Some(true) => heard(cell.notices(phone)),
        Some(false) => heard(cell.rejections(phone)),
        None => heard(cell.notices(phone)) || heard(cell.rejections(phone)),
    };
    if account.dirty || told {
        return;
    }
    let ix = applied.ix;
    let last = cell.steps.iter().map(|s| s.observation.done).max().unwrap_or_default();
    let waited = applied.settled_by().is_some_and(|by| by + cell.settings.notice_within <= last);
    let Some(step) = cell.steps.get(usize::from(ix)) else { return };
    let slot = verdict.counts.slot(Rule::ApprovalSendsSms);
    if !waited || !cell.settings.gateway_reaches || verdict.overflowed {
        slot.undecided += 1;
        return;
    }
    slot.violation += 1;
    verdict.findings.push(Finding {
        rule: Rule::ApprovalSendsSms,
        cell: cell.facts.cell,
        seq: step.observation.seq,
        what: FindingKind::MessageMissing,
        story: vec![step.observation.seq],
        when: last,
        trace: step.observation.trace,
    });
}

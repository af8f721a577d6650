//! Journey 10: a retried payment is made once; balances and receipts add up.
//!
//! Invariant: the balance before the cell's first answer is not known; from then on it moves by what was carried out.

use songsinh_contract::{CitizenNumber, Operation, Prior, Reason, Receipt, Rule, Token};

use super::forms::{first_time, listed};
use crate::cell::{Cell, Step};
use crate::guards::{FindingKindCopy, Guards, NOBODY};
use crate::model::State;
use crate::model::utilities::{Kept, added_up, receipt_of};
use crate::time::Tri;

const RULE: Rule = Rule::PaymentExactlyOnce;

/// A member's balance, where nobody else can have moved it.
fn known(cell: &Cell<'_>, state: &State, member: u8) -> Option<i64> {
    state.balance(member).filter(|_| cell.settings.exclusive)
}

/// A condition of a payment. One that cannot be told explains only a refusal that speaks of it.
fn condition(step: &Step<'_>, tri: Tri, reason: Reason, origin: u16, guards: &mut Guards) {
    let said = step.observation.outcome.reasons().unwrap_or_default();
    if tri != Tri::Unknown || said.is_empty() || said.has(reason) {
        guards.add(RULE, tri, &[reason]).from(origin);
    }
}

/// `payment.bills`.
pub(super) fn bills(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let Some(values) = step.observation.outcome.values() else { return };
    let holdings = &cell.facts.members[usize::from(member)].holdings;
    for bill in &values.bills {
        let Some(register) = holdings.bill(&bill.id) else {
            let foreign = cell.facts.members.iter().any(|m| m.holdings.bill(&bill.id).is_some());
            if foreign {
                guards.told(Rule::NoPersonalDataLeak, Tri::Broken, FindingKindCopy::Leak);
            }
            continue;
        };
        let equal = (register.kind, register.amount_vnd) == (bill.kind, bill.amount_vnd);
        guards.told(RULE, Tri::of(equal), FindingKindCopy::Untrue);
        if let Some((paid, ix)) = state.bill_paid(cell, member, &bill.id).filter(|_| cell.settings.exclusive) {
            let rule = if paid { Rule::AcknowledgedIsDurable } else { RULE };
            guards.told(rule, Tri::of(bill.paid == paid), FindingKindCopy::Untrue).from(ix);
        }
    }
}

/// `payment.balance`.
pub(super) fn balance(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let Some(values) = step.observation.outcome.values() else { return };
    let paid: Vec<&Kept> = state.utilities.kept.iter().filter(|k| k.member == member && k.pays).collect();
    let last = paid.iter().map(|k| k.ix.into()).max().unwrap_or(NOBODY);
    if let (Some(told), Some(before)) = (values.balance_vnd, known(cell, state, member)) {
        guards.told(RULE, Tri::of(told == before), FindingKindCopy::Untrue).from(last);
    }
    arrived(cell, state, member, &values.receipts, guards);
    if values.receipts.is_empty() {
        return;
    }
    let out: Vec<Receipt> = values.receipts.iter().filter(|r| r.amount_vnd.is_none_or(|a| a >= 0)).cloned().collect();
    listed(cell, member, &out, &paid, RULE, guards);
    if let (Some(now), Some(before)) = (added_up(values), state.opening(member)) {
        // Without the transfers that came in, the sum grows with each of them.
        let came = !cell.settings.exclusive || incoming(state, member).next().is_some();
        let sum = if came && !lists_incoming(cell) { Tri::Unknown } else { Tri::of(now == before) };
        guards.told(RULE, sum, FindingKindCopy::Untrue).from(last);
    }
}

/// Whether a balance of the cell comes with receipts for which this holds.
fn lists(cell: &Cell<'_>, which: impl Fn(&Receipt) -> bool) -> bool {
    cell.steps.iter().map(|s| s.observation).any(|o| {
        matches!(o.call.operation, Operation::PaymentBalance)
            && o.outcome.values().is_some_and(|v| v.receipts.iter().any(&which))
    })
}

/// Whether the target's lists hold what comes in, and not only what is paid.
fn lists_incoming(cell: &Cell<'_>) -> bool {
    lists(cell, |receipt| receipt.amount_vnd.is_some_and(|amount| amount < 0))
}

/// What members of the cell sent to a member: each transfer and its amount.
fn incoming(state: &State, member: u8) -> impl Iterator<Item = (&Kept, i64)> {
    let sent = state.utilities.kept.iter().filter_map(|kept| kept.into.map(|(to, amount)| (kept, to, amount)));
    sent.filter(move |(_, to, _)| *to == member).map(|(kept, _, amount)| (kept, amount))
}

/// What members of the cell sent is among the receipts of who got it, if the target lists what comes in.
fn arrived(cell: &Cell<'_>, state: &State, member: u8, receipts: &[Receipt], guards: &mut Guards) {
    if !lists(cell, |_| true) || receipts.iter().any(|r| r.amount_vnd.is_none()) {
        return;
    }
    let told = lists_incoming(cell);
    for (one, amount) in incoming(state, member) {
        let sent = incoming(state, member).filter(|(_, other)| *other == amount).count();
        let came = receipts.iter().filter(|r| r.amount_vnd == Some(amount.saturating_neg())).count();
        let all = if told { Tri::of(came >= sent) } else { Tri::Unknown };
        guards.told(RULE, all, FindingKindCopy::Untrue).from(one.ix);
    }
}

/// Whether the balance reaches, and what the answer tells of the payment.
fn moved(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    (member, request, amount_vnd): (u8, &Token, i64),
    guards: &mut Guards,
) {
    let before = known(cell, state, member);
    let enough = before.map_or(Tri::Unknown, |b| Tri::of(b >= amount_vnd));
    condition(step, enough, Reason::BalanceLow, NOBODY, guards);
    guards.add(RULE, Tri::Holds, &[Reason::RequestDiffers]);
    let Some(values) = step.observation.outcome.values() else { return };
    if let (Some(told), Some(before)) = (values.balance_vnd, before) {
        let right = Tri::of(told == before.saturating_sub(amount_vnd));
        guards.told(RULE, right, FindingKindCopy::Untrue);
    }
    receipt(step, request, amount_vnd, guards);
}

fn receipt(step: &Step<'_>, request: &Token, amount_vnd: i64, guards: &mut Guards) {
    let told = step.observation.outcome.values().and_then(|v| receipt_of(v, request)).and_then(|r| r.amount_vnd);
    if let Some(told) = told {
        guards.told(RULE, Tri::of(told == amount_vnd), FindingKindCopy::Untrue);
    }
}

/// A retry tells the balance of then or of now.
fn retried(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, request: &Token, guards: &mut Guards) {
    let told = step.observation.outcome.values().and_then(|v| v.balance_vnd);
    let then = state.kept(member, true, request).and_then(|k| k.balance);
    if let (Some(told), Some(then), Some(now)) = (told, then, known(cell, state, member)) {
        guards.told(RULE, Tri::of(told == then || told == now), FindingKindCopy::Untrue);
    }
}

/// `payment.pay`.
pub(super) fn pay(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    member: u8,
    (request, bill, amount_vnd): (&Token, &str, i64),
    guards: &mut Guards,
) {
    if !first_time(cell, state, step, (member, true, RULE), request, guards) {
        retried(cell, state, step, member, request, guards);
        return receipt(step, request, amount_vnd, guards);
    }
    let holdings = &cell.facts.members[usize::from(member)].holdings;
    let foreign = cell.facts.members.iter().any(|m| m.holdings.bill(bill).is_some());
    let due = match holdings.bill(bill) {
        Some(register) => Tri::of(register.amount_vnd == amount_vnd),
        None if foreign => Tri::Broken,
        None => Tri::Unknown,
    };
    condition(step, due, Reason::BillUnknown, NOBODY, guards);
    let (unpaid, origin) = match state.bill_paid(cell, member, bill) {
        Some((paid, ix)) => (Tri::of(!paid), ix),
        None => (Tri::Unknown, NOBODY),
    };
    condition(step, unpaid, Reason::BillPaid, origin, guards);
    // Of several causes a target may name any: the balance too.
    moved(cell, state, step, (member, request, amount_vnd), guards);
}

/// `payment.transfer`.
pub(super) fn transfer(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    member: u8,
    (request, to, amount_vnd): (&Token, CitizenNumber, i64),
    guards: &mut Guards,
) {
    if !first_time(cell, state, step, (member, true, RULE), request, guards) {
        retried(cell, state, step, member, request, guards);
        return receipt(step, request, amount_vnd, guards);
    }
    guards.add(RULE, Tri::of(amount_vnd > 0), &[Reason::Malformed]);
    let (fit, origin) = recipient(cell, state, member, to);
    condition(step, fit, Reason::RecipientUnfit, origin, guards);
    moved(cell, state, step, (member, request, amount_vnd), guards);
}

/// The recipient has an activated account, and is not the sender.
fn recipient(cell: &Cell<'_>, state: &State, member: u8, to: CitizenNumber) -> (Tri, u16) {
    let Some(other) = cell.member_numbered(to) else { return (Tri::Unknown, NOBODY) };
    if other == member {
        return (Tri::Broken, NOBODY);
    }
    let Some(account) = state.account(other) else { return (Tri::Unknown, NOBODY) };
    let unknown = cell.facts.members[usize::from(other)].prior == Prior::Unknown;
    match account.active {
        Some(bound) => (Tri::Holds, bound.ix),
        None if unknown => (Tri::Unknown, NOBODY),
        None => (Tri::Broken, account.freed.map_or(NOBODY, |f| f.ix.into())),
    }
}

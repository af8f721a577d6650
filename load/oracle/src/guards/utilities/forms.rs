//! Journey 9: a form comes filled with true data, and is kept once however often it is sent.

use songsinh_contract::{Digest, Reason, Receipt, Rule, Token, names_match};

use super::is_new;
use crate::cell::{Cell, Step};
use crate::guards::{FindingKindCopy, Guards};
use crate::model::State;
use crate::model::utilities::{Kept, content, receipt_of, request_of};
use crate::time::Tri;

/// `form.open`.
pub(super) fn open(cell: &Cell<'_>, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let rule = Rule::ServiceFormPrefilled;
    let Some(values) = step.observation.outcome.values() else { return };
    let Some(shown) = &values.shown else {
        guards.told(rule, Tri::Unknown, FindingKindCopy::Untrue);
        return;
    };
    let person = cell.person(member);
    if shown.number.is_some_and(|n| n != person.number) {
        guards.told(Rule::NoPersonalDataLeak, Tri::Broken, FindingKindCopy::Leak);
        return;
    }
    let fields = [
        shown.number.map(|n| n == person.number),
        shown.name.as_deref().map(|n| names_match(n, &person.name)),
        shown.born.map(|b| person.born.admits(b)),
        shown.sex.map(|s| s == person.sex),
        values.address.as_deref().map(|a| names_match(a, &person.address)),
    ];
    let tri = if fields.contains(&Some(false)) {
        Tri::Broken
    } else if fields.contains(&None) {
        Tri::Unknown
    } else {
        Tri::Holds
    };
    guards.told(rule, tri, FindingKindCopy::Untrue);
}

/// What was kept under the request id before: a retry with the same content is done again with the same receipt, other
/// content is refused. False: it is a retry, and nothing more is asked.
pub(super) fn first_time(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    (member, pays, rule): (u8, bool, Rule),
    request: &Token,
    guards: &mut Guards,
) -> bool {
    let Some(kept) = state.kept(member, pays, request) else {
        let raced = cell.steps.iter().any(|other| {
            let shown = request_of(&other.observation.call.operation);
            other.ix != step.ix && shown == Some(request) && other.span.overlaps(step.span)
        });
        if raced {
            guards.add(rule, Tri::Holds, &[Reason::RequestDiffers]);
        }
        return true;
    };
    let same = content(&step.observation.call.operation).is_some_and(|(_, now)| now == kept.content);
    let reasons = [Reason::RequestDiffers, Reason::BillPaid, Reason::BalanceLow];
    let reasons = if same { &reasons[..] } else { &reasons[..1] };
    guards.add(rule, Tri::of(same), reasons).from(kept.ix);
    let told = step.observation.outcome.values().and_then(|v| receipt_of(v, request));
    if let (Some(told), Some(given)) = (told, kept.receipt) {
        let once = Tri::of(told.id.digest() == given);
        guards.told(rule, once, FindingKindCopy::Untrue).from(kept.ix);
    }
    false
}

/// `form.submit`.
pub(super) fn submit(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    member: u8,
    request: &Token,
    guards: &mut Guards,
) {
    first_time(cell, state, step, (member, false, Rule::ServiceSubmittedOnce), request, guards);
}

/// `form.list`.
pub(super) fn list(cell: &Cell<'_>, state: &State, step: &Step<'_>, member: u8, guards: &mut Guards) {
    let Some(values) = step.observation.outcome.values() else { return };
    let kept: Vec<&Kept> = state.utilities.kept.iter().filter(|k| k.member == member && !k.pays).collect();
    listed(cell, member, &values.receipts, &kept, Rule::ServiceSubmittedOnce, guards);
}

/// A list of receipts against what was kept: every one that was given is in it, none twice, and in a new account no
/// others.
pub(super) fn listed(
    cell: &Cell<'_>,
    member: u8,
    receipts: &[Receipt],
    kept: &[&Kept],
    rule: Rule,
    guards: &mut Guards,
) {
    for one in kept {
        let is = |r: &&Receipt| {
            r.request.as_ref().is_some_and(|q| q.digest() == one.request) || Some(r.id.digest()) == one.receipt
        };
        let times = receipts.iter().filter(is).count();
        // A list without request ids tells nothing of a submission whose receipt was lost.
        let known = one.receipt.is_some() || receipts.iter().all(|r| r.request.is_some());
        if times == 0 && known {
            guards.told(Rule::AcknowledgedIsDurable, Tri::Broken, FindingKindCopy::Untrue).from(one.ix);
        } else {
            guards.told(rule, Tri::of(times <= 1), FindingKindCopy::Untrue).from(one.ix);
        }
    }
    let unique = |ids: &mut Vec<Digest>| {
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        ids.len() == all
    };
    let mut requests: Vec<Digest> = receipts.iter().filter_map(|r| r.request.as_ref()).map(Token::digest).collect();
    let once = unique(&mut requests) && (receipts.len() <= kept.len() || !is_new(cell, member));
    guards.told(rule, Tri::of(once), FindingKindCopy::Untrue);
}

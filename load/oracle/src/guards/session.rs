//! Sessions, and what the account's own page tells.

use songsinh_contract::{AccountState, Activation, Application, Level, ProofShown, Reason, Rule};

use super::{FindingKindCopy, Guards};
use crate::Bound;
use crate::cell::{Cell, Step};
use crate::model::{Account, Approval, Purpose, State};
use crate::time::{Age, Tri};

/// The session of the call: there, alive, shown by its device, proven where that is due. Gives its owner.
pub(super) fn live(cell: &Cell<'_>, state: &State, step: &Step<'_>, without: Rule, guards: &mut Guards) -> Option<u8> {
    let caller = &step.observation.call.caller;
    let Some(session) = state.session(caller) else {
        guards.add(without, Tri::Broken, &[Reason::SessionMissing, Reason::SessionExpired]);
        return None;
    };
    let account = state.account(session.member).copied()?;
    if account.dirty {
        guards.open(without);
        return None;
    }
    guards.add(without, Tri::Holds, &[]).from(session.ix);
    let tolerance = cell.settings.tolerance(Rule::SessionExpires);
    let idle = Age {
        min_ns: step.span.lo.0.saturating_sub(session.used.hi.max(session.maybe_used).0),
        max_ns: step.span.hi.0.saturating_sub(session.used.lo.0),
    };
    let whole = step.span.age_since(session.opened);
    let reasons = [Reason::SessionExpired];
    let within_idle = idle.below(cell.book.session_idle, tolerance);
    let within_whole = whole.below(cell.book.session_absolute, tolerance);
    let guard = guards.add(Rule::SessionExpires, within_idle, &reasons).from(session.ix);
    guard.at(Bound::SessionIdle, cell.book.session_idle, idle);
    let guard = guards.add(Rule::SessionExpires, within_whole, &reasons).from(session.ix);
    guard.at(Bound::SessionAbsolute, cell.book.session_absolute, whole);
    let same = session.device == caller.device;
    let reasons = [Reason::SessionForeignDevice, Reason::SessionMissing];
    let guard = guards.add(Rule::SessionBoundToDevice, Tri::of(same), &reasons).from(session.ix);
    if same {
        guard.reasons = [Reason::SessionForeignDevice].into_iter().collect();
        // A session that was given and is alive, said to be unknown.
        guards.add(Rule::AcknowledgedIsDurable, Tri::Holds, &[Reason::SessionMissing]).from(session.ix);
    }
    match account.active {
        Some(bound) if bound.device == caller.device => super::login::proof(step, bound.key, bound.ix, guards),
        Some(_) => guards.open(Rule::AccountOneDevice),
        None if caller.proof != ProofShown::Own => guards.open(Rule::DeviceKeyProof),
        None => {}
    }
    Some(session.member)
}

/// `account.show`.
pub(super) fn show(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    let Some(member) = live(cell, state, step, Rule::NoPersonalDataLeak, guards) else { return };
    let Some(values) = step.observation.outcome.values() else { return };
    if let Some(shown) = &values.shown {
        let person = cell.person(member);
        let own = shown.number.is_none_or(|n| n == person.number)
            && shown.name.as_deref().is_none_or(|n| songsinh_contract::names_match(n, &person.name))
            && shown.born.is_none_or(|b| person.born.admits(b))
            && shown.sex.is_none_or(|s| s == person.sex);
        guards.told(Rule::NoPersonalDataLeak, Tri::of(own), FindingKindCopy::Leak);
        if !own {
            // What it tells of the account is the other's too.
            return;
        }
    }
    let (Some(told), Some(account)) = (values.account, state.account(member).copied()) else { return };
    if account.password.is_some_and(|_| told.level == Level::None) {
        let ix = account.password.map_or(super::NOBODY, |p| p.ix);
        guards.told(Rule::AcknowledgedIsDurable, Tri::Broken, FindingKindCopy::Untrue).from(ix);
        return;
    }
    activation_told(state, member, &account, told.activation, told.level, guards);
    application_told(cell, state, step, member, told, guards);
}

fn activation_told(state: &State, member: u8, account: &Account, told: Activation, level: Level, guards: &mut Guards) {
    let shows_active = told == Activation::Activated;
    match account.active {
        Some(bound) => {
            let kept = Tri::of(shows_active && level >= Level::One);
            guards.told(Rule::AcknowledgedIsDurable, kept, FindingKindCopy::Untrue).from(bound.ix);
        }
        None => {
            let half = state
                .challenges
                .iter()
                .rev()
                .find(|c| c.member == member && c.purpose == Purpose::Activate && !c.finished);
            let rule = if half.is_some() { Rule::ActivateIncompleteIsNotActivated } else { Rule::StepsInOrder };
            let guard = guards.told(rule, Tri::of(!shows_active), FindingKindCopy::Untrue);
            guard.origin = half.map_or(super::NOBODY, |c| c.issue);
        }
    }
}

fn application_told(
    cell: &Cell<'_>,
    state: &State,
    step: &Step<'_>,
    member: u8,
    told: AccountState,
    guards: &mut Guards,
) {
    let filed = state.account(member).and_then(|a| a.submitted);
    let Some((_, ix)) = filed else {
        let nothing = told.application == Application::None
            && told.activation != Activation::Notified
            && (told.level <= Level::App || told.activation == Activation::Activated);
        guards.told(Rule::StepsInOrder, Tri::of(nothing), FindingKindCopy::Untrue);
        return;
    };
    let kept = match (state.approval(cell, member, step.span), told.application) {
        (_, Application::None) => Tri::Broken,
        (Approval::Approved, Application::Approved) => Tri::Holds,
        (Approval::Approved, _) => Tri::Broken,
        _ => Tri::Holds,
    };
    guards.told(Rule::AcknowledgedIsDurable, kept, FindingKindCopy::Untrue).from(ix);
}

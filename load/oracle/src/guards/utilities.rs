//! Journeys 8, 9, 10: the passcode, the wallet, forms, payments.
//!
//! Invariant: every operation here asks in one order: session, activation, level, passcode, then its own conditions. A
//! later one is asked only where the earlier ones leave it open.

mod forms;
mod passcode;
mod payments;
mod wallet;

use songsinh_contract::{Operation as Op, Prior, Reason, Rule};

use super::Guards;
use super::session::live;
use crate::cell::{Cell, Step};
use crate::model::State;
use crate::time::Tri;

/// The conditions of an operation of this group.
pub(super) fn ask(cell: &Cell<'_>, state: &State, step: &Step<'_>, guards: &mut Guards) {
    let operation = &step.observation.call.operation;
    let Some(member) = live(cell, state, step, Rule::UtilityNeedsActivation, guards) else { return };
    let bound = state.account(member).and_then(|a| a.active);
    let wanted = [Reason::NotActivated];
    let Some(bound) = bound else {
        let freed = state.account(member).and_then(|a| a.freed).map_or(super::NOBODY, |f| f.ix.into());
        guards.add(Rule::UtilityNeedsActivation, Tri::Broken, &wanted).from(freed);
        return;
    };
    guards.add(Rule::UtilityNeedsActivation, Tri::Holds, &wanted).from(bound.ix);
    if let Op::PasscodeEnter { passcode } = operation {
        return passcode::enter(cell, state, step, member, passcode, guards);
    }
    let service = matches!(operation, Op::FormOpen { .. } | Op::FormSubmit { .. } | Op::FormList);
    let level = if service && cell.book.level1_services { Tri::Holds } else { bound.two };
    guards.add(Rule::UtilityNeedsLevel2, level, &[Reason::Level2Wanted]).from(bound.ix);
    if level == Tri::Broken {
        return;
    }
    if !passcode::opened(cell, state, step, member, guards) {
        return;
    }
    match operation {
        Op::WalletAdd { kind, number } => wallet::add(cell, step, member, *kind, number, guards),
        Op::WalletList => wallet::list(cell, state, step, member, guards),
        Op::WalletShow { kind } => wallet::show(cell, state, step, member, *kind, guards),
        Op::FormOpen { .. } => forms::open(cell, step, member, guards),
        Op::FormSubmit { request, .. } => forms::submit(cell, state, step, member, request, guards),
        Op::FormList => forms::list(cell, state, step, member, guards),
        Op::PaymentBills => payments::bills(cell, state, step, member, guards),
        Op::PaymentBalance => payments::balance(cell, state, step, member, guards),
        Op::PaymentPay { request, bill, amount_vnd } => {
            payments::pay(cell, state, step, member, (request, bill, *amount_vnd), guards);
        }
        Op::PaymentTransfer { request, to, amount_vnd } => {
            payments::transfer(cell, state, step, member, (request, *to, *amount_vnd), guards);
        }
        _ => {}
    }
}

/// Whether the account cannot hold anything that this cell did not put there.
fn is_new(cell: &Cell<'_>, member: u8) -> bool {
    cell.settings.exclusive && cell.facts.members[usize::from(member)].prior == Prior::None
}

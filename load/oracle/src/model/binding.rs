//! Where accounts are active: bound, moved, released, displaced.
//!
//! Invariant: after [`bind`] no other account is active on the device, if the rulebook transfers devices.

use songsinh_contract::{DeviceInUse, Rule};

use super::{Binding, Freed, State, sessions};
use crate::cell::{Cell, Step};
use crate::time::Tri;

/// The account becomes active on the device of the call.
pub(super) fn bind(cell: &Cell<'_>, state: &mut State, step: &Step<'_>, member: u8, two: Tri) {
    let caller = &step.observation.call.caller;
    if cell.book.device_in_use == DeviceInUse::Transfer {
        let displaced: Vec<u8> = (0..state.accounts.len())
            .filter_map(|at| u8::try_from(at).ok())
            .filter(|&at| at != member)
            .filter(|&at| state.account(at).and_then(|a| a.active).is_some_and(|b| b.device == caller.device))
            .collect();
        for other in displaced {
            free(state, step, other, Rule::DeviceOneAccount);
        }
    }
    let binding = Binding { device: caller.device, key: caller.key, since: step.lasting, ix: step.ix16(), two };
    let account = &mut state.accounts[usize::from(member)];
    account.active = Some(binding);
    account.freed = None;
    account.unlock = None;
}

/// The account loses its device: it keeps its level, has a fresh window, and its sessions are over.
pub(super) fn free(state: &mut State, step: &Step<'_>, member: u8, rule: Rule) {
    let ix = step.witness();
    let account = &mut state.accounts[usize::from(member)];
    account.active = None;
    account.freed = Some(Freed { since: step.lasting, ix, rule });
    sessions::end_all(state, member, None, rule, ix);
}

//! What a refused call may have left behind all the same.
//!
//! Not here: whether that explains a later answer (`judge`).

use songsinh_contract::Operation as Op;

use super::{State, carry_out};
use crate::cell::{Cell, Step};

/// The refused call is carried out, and more: a second registration may have taken the account's phone number over.
pub(crate) fn suppose(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    carry_out(cell, state, step);
    if let Op::AccountRegister { form, .. } = &step.observation.call.operation
        && let Some(member) = cell.member_of(&form.number)
        && let Some(account) = state.accounts.get_mut(usize::from(member))
        && account.phone.is_some()
    {
        account.phone = Some(form.phone);
    }
}

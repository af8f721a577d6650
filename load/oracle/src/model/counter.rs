//! What is held, and what calls do to it: journey 5 and the police queue of journey 4: officers at counters.

use songsinh_contract::{Level, Operation as Op};

use super::{Applied, State, sessions};
use crate::cell::{Cell, Step};

/// The call is carried out.
pub(super) fn carry_out(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    match &step.observation.call.operation {
        Op::OfficerLogin { user, password } => {
            let Some(member) = cell.member_indexed(step.observation.member) else { return };
            let known = (songsinh_contract::Digest::of(user.as_bytes()), password.digest(), step.ix16());
            if step.observation.outcome.is_done() && !state.officers.iter().any(|o| (o.0, o.1) == (known.0, known.1)) {
                state.officers.push(known);
            }
            sessions::open(state, step, member, true);
        }
        Op::Level2File { filing } => {
            sessions::used(state, step);
            let Some(member) = cell.member_numbered(filing.number) else { return };
            let account = &mut state.accounts[usize::from(member)];
            if account.password.is_none() {
                account.phone = Some(filing.phone);
            }
            let one = Applied {
                member,
                level: Level::Two,
                phone: Some(filing.phone),
                at: step.lasting,
                ix: step.ix16(),
                approved_by: None,
                decided: None,
                maybe_decided: false,
            };
            state.applications.push(one);
        }
        Op::ApplicationDecide { number, approve } => {
            sessions::used(state, step);
            let Some(member) = cell.member_numbered(*number) else { return };
            let waits = |a: &Applied| a.member == member && state.waits(cell, a, step.span);
            let waiting: Vec<usize> =
                (0..state.applications.len()).filter(|&at| waits(&state.applications[at])).collect();
            match waiting.as_slice() {
                [only] => state.applications[*only].decided = Some((*approve, step.lasting, step.witness())),
                // Which of them is meant is the target's to choose.
                several => several.iter().for_each(|&at| state.applications[at].maybe_decided = true),
            }
        }
        _ => {}
    }
}

//! What is held, and what calls do to it: devices of an account: list, release, and the move to a new phone (journey 11).

use super::State;
use crate::cell::{Cell, Step};

/// The call is carried out.
pub(super) fn carry_out(_cell: &Cell<'_>, _state: &mut State, _step: &Step<'_>) {}

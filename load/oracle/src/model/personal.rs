//! What is held, and what calls do to it: the personal page: refresh, logout, unlock, password and passcode changes, notices, and the reset of journey 12.

use super::State;
use crate::cell::{Cell, Step};

/// The call is carried out.
pub(super) fn carry_out(_cell: &Cell<'_>, _state: &mut State, _step: &Step<'_>) {}

//! What is held, and what calls do to it: journeys 8 to 10: the passcode that opens the utilities, wallet, public services, payments.

use super::State;
use crate::cell::{Cell, Step};

/// The call is carried out.
pub(super) fn carry_out(_cell: &Cell<'_>, _state: &mut State, _step: &Step<'_>) {}

//! Journeys 8 to 10: the passcode that opens the utilities, wallet, public services, payments.

use super::Guards;
use crate::cell::{Cell, Step};
use crate::model::State;

/// The conditions of an operation of this group.
pub(super) fn ask(_cell: &Cell<'_>, _state: &State, _step: &Step<'_>, _guards: &mut Guards) {}

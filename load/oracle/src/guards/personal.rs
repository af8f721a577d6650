//! The personal page: refresh, logout, unlock, password and passcode changes, notices, and the reset of journey 12.

use super::Guards;
use crate::cell::{Cell, Step};
use crate::model::State;

/// The conditions of an operation of this group.
pub(super) fn ask(_cell: &Cell<'_>, _state: &State, _step: &Step<'_>, _guards: &mut Guards) {}

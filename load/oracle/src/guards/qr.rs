//! Journey 7: the switch, tickets for QR codes, scans.

use super::Guards;
use crate::cell::{Cell, Step};
use crate::model::State;

/// The conditions of an operation of this group.
pub(super) fn ask(_cell: &Cell<'_>, _state: &State, _step: &Step<'_>, _guards: &mut Guards) {}

//! What is held, and what calls do to it: journey 7: the switch, tickets for QR codes, scans.

use super::State;
use crate::cell::{Cell, Step};

/// The call is carried out.
pub(super) fn carry_out(_cell: &Cell<'_>, _state: &mut State, _step: &Step<'_>) {}

//! What is held, and what calls do to it: journey 7: the switch, tickets for QR codes, scans.
//!
//! Invariant: a ticket dies of its age, of its device or of what is written here; a refused scan leaves it as it is.

use songsinh_contract::{Bound, Digest, Operation as Op, Prior, Standing, Token};

use super::effects::use_session;
use super::{Binding, State, Witness};
use crate::cell::{Cell, Step};
use crate::guards::NOBODY;
use crate::shared::Shared;
use crate::time::{Span, Tri};

/// Why a ticket serves no more, by which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Void {
    /// A newer one was made.
    Replaced(Witness),
    /// The switch was turned off.
    SwitchedOff(Witness),
}

/// A ticket that was given for a QR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// Its id.
    id: Option<Digest>,
    /// The QR itself, if the server made it whole.
    whole: Option<Digest>,
    pub(crate) member: u8,
    /// The device that makes the QR.
    pub(crate) by: Option<Binding>,
    pub(crate) born: Span,
    pub(crate) ix: u16,
    pub(crate) void: Option<Void>,
    /// The scan that was told genuine first.
    pub(crate) used: Option<Witness>,
    /// A fake one on this ticket was told genuine, which may have used it up.
    pub(crate) spoiled: Option<Witness>,
}

/// How a member set the switch, and on which binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Switch {
    member: u8,
    on: bool,
    by: Option<Binding>,
    ix: Witness,
}

/// Tickets in the order of the calls that gave them, and switches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Qrs {
    tickets: Shared<Ticket>,
    switches: Shared<Switch>,
}

/// What an earlier story left of a member's account.
pub(crate) fn standing<'a>(cell: &Cell<'a>, member: u8) -> Option<&'a Standing> {
    match &cell.facts.members.get(usize::from(member))?.prior {
        Prior::Standing(standing) => Some(standing),
        Prior::None | Prior::Unknown => None,
    }
}

/// The device and secrets that an earlier story left, if this binding is still that one.
pub(crate) fn still_bound<'a>(cell: &Cell<'a>, member: u8, active: Binding) -> Option<&'a Bound> {
    let bound = standing(cell, member)?.bound.as_ref()?;
    (active.ix == NOBODY).then_some(bound)
}

/// Whether two bindings are one.
pub(crate) fn same(one: Option<Binding>, other: Option<Binding>) -> bool {
    let of = |b: Binding| (b.device, b.key, b.ix);
    one.map(of) == other.map(of)
}

impl State {
    /// Whether a member is activated at level 2.
    pub(crate) fn at_level2(&self, member: u8) -> Tri {
        self.account(member).and_then(|a| a.active).map_or(Tri::Broken, |active| active.two)
    }
    /// The ticket behind a QR.
    pub(crate) fn ticket(&self, shown: &Token) -> Option<&Ticket> {
        let digest = Some(shown.digest());
        self.qr.tickets.iter().rev().find(|t| t.id == digest || t.whole == digest)
    }
    /// Whether the switch is on, and by which call; none: not known.
    pub(crate) fn qr_switch(&self, cell: &Cell<'_>, member: u8) -> Option<(bool, u16)> {
        let active = self.account(member)?.active;
        match self.qr.switches.iter().find(|s| s.member == member) {
            // What a release and a new activation do to it is left open.
            Some(set) => same(set.by, active).then_some((set.on, set.ix.into())),
            None => match standing(cell, member) {
                Some(_) => still_bound(cell, member, active?).map(|b| (b.qr_switch, NOBODY)),
                None => Some((false, NOBODY)),
            },
        }
    }
    fn void(&mut self, member: u8, cause: Void) {
        for ticket in self.qr.tickets.iter_mut().filter(|t| t.member == member) {
            ticket.void.get_or_insert(cause);
        }
    }
}

/// The call is carried out.
pub(super) fn carry_out(cell: &Cell<'_>, state: &mut State, step: &Step<'_>) {
    use_session(state, step);
    let ix = step.witness();
    let owner = state.session(&step.observation.call.caller).map(|s| s.member);
    let values = step.observation.outcome.values();
    match &step.observation.call.operation {
        Op::QrSwitch { on } => {
            let Some(member) = owner else { return };
            let by = state.account(member).and_then(|a| a.active);
            state.qr.switches.retain(|s| s.member != member);
            state.qr.switches.push(Switch { member, on: *on, by, ix });
            state.qr.switches.sort_by_key(|s| s.member);
            if !on && cell.book.qr_switch_voids {
                state.void(member, Void::SwitchedOff(ix));
            }
        }
        Op::QrMint => {
            let Some(member) = owner else { return };
            state.void(member, Void::Replaced(ix));
            let ticket = Ticket {
                id: values.and_then(|v| v.ticket.as_ref()).map(|t| t.id.digest()),
                whole: values.and_then(|v| v.qr.as_ref()).map(Token::digest),
                member,
                by: state.account(member).and_then(|a| a.active),
                born: step.lasting,
                ix: step.ix16(),
                void: None,
                used: None,
                spoiled: None,
            };
            // One whose answer was lost can be shown by nobody.
            if ticket.id.or(ticket.whole).is_some() {
                let at = state.qr.tickets.partition_point(|t| t.ix <= ticket.ix);
                state.qr.tickets.insert(at, ticket);
            }
        }
        Op::QrScan { qr } => {
            let Some(shown) = qr.ticket.as_ref().map(Token::digest) else { return };
            let mine = |t: &&mut Ticket| t.id == Some(shown) || t.whole == Some(shown);
            if let Some(ticket) = state.qr.tickets.iter_mut().rev().find(mine) {
                let slot = if qr.flaw.is_none() { &mut ticket.used } else { &mut ticket.spoiled };
                slot.get_or_insert(ix);
            }
        }
        _ => {}
    }
}

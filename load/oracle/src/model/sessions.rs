//! Sessions: opened, used, refreshed, ended.

use songsinh_contract::{Digest, Rule};

use super::{End, Session, State, Witness};
use crate::cell::Step;

/// The answer gives a session. They stand in the order of the calls that gave them.
pub(super) fn open(state: &mut State, step: &Step<'_>, member: u8, officer: bool) {
    let Some(values) = step.observation.outcome.values() else { return };
    let Some(token) = values.session.as_ref() else { return };
    let at = state.sessions.partition_point(|s| s.ix <= step.ix16());
    let session = Session {
        token: token.digest(),
        member,
        device: step.observation.call.caller.device,
        opened: step.lasting,
        ix: step.ix16(),
        used: step.lasting.lo,
        maybe_used: step.lasting.hi,
        officer,
        family: step.ix16(),
        refresh: values.refresh.as_ref().map(songsinh_contract::Token::digest),
        refreshed: None,
        ended: None,
        survived: None,
    };
    state.sessions.insert(at, session);
}

fn shown<'s>(state: &'s mut State, step: &Step<'_>) -> Option<&'s mut Session> {
    let digest = step.observation.call.caller.session.as_ref()?.digest();
    state.sessions.iter_mut().find(|s| s.token == digest)
}

/// A call of the session was carried out.
pub(super) fn used(state: &mut State, step: &Step<'_>) {
    let Some(session) = shown(state, step) else { return };
    // Of several calls the last one acted no sooner than any of them.
    session.used = session.used.max(step.lasting.lo);
    session.maybe_used = session.maybe_used.max(step.lasting.hi);
}

/// A refused call may have kept its session alive.
pub(crate) fn kept(state: &mut State, step: &Step<'_>) {
    if let Some(session) = shown(state, step) {
        session.maybe_used = session.maybe_used.max(step.lasting.hi);
    }
}

/// The session of the call ends.
pub(super) fn leave(state: &mut State, step: &Step<'_>, rule: Rule) {
    let ix = step.witness();
    if let Some(session) = shown(state, step) {
        end(session, rule, ix, true);
    }
}

pub(super) fn end(session: &mut Session, rule: Rule, ix: Witness, certain: bool) {
    if session.ended.is_none_or(|old| !old.certain) {
        session.ended = Some(End { rule, ix, certain });
    }
}

/// All sessions of a member end, but one.
pub(super) fn end_all(state: &mut State, member: u8, but: Option<Digest>, rule: Rule, ix: Witness) {
    for session in state.sessions.iter_mut().filter(|s| s.member == member && !s.officer) {
        if Some(session.token) == but {
            session.survived = Some(ix);
        } else {
            end(session, rule, ix, true);
        }
    }
}

//! Applications of both levels, and whose approval a notice tells.
//!
//! ```text
//!   filed      notice             filed: B   filed: C    notice   notice
//! ----|-----------|-----------------|----------|------------|--------|---->
//!     A waits      it can only be A's                        one of B, C; then both
//! ```
//!
//! Invariant: an application is settled by a notice only if no other application of the same phone can be meant.

use songsinh_contract::{Level, Moment, PhoneNumber};

use super::{State, Witness};
use crate::cell::{Cell, Step};
use crate::time::{Span, Tri};

/// Where an application stands, as a question of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Approval {
    /// None filed.
    NotFiled,
    /// Filed; whether approved already is not known.
    Open,
    /// Certainly approved.
    Approved,
    /// Rejected.
    Rejected,
}

/// What the notices say of one application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// Nothing, or not with one voice.
    Nothing,
    /// Yes or no, and when the gateway had it.
    Settled(bool, Moment),
    /// A notice that may be its own, or one that came twice.
    Unsure,
}

/// An application that was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) member: u8,
    pub(crate) level: Level,
    /// Where its notice goes.
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) at: Span,
    pub(crate) ix: u16,
    /// An answer proved the approval.
    pub(crate) approved_by: Option<Moment>,
    /// An officer decided.
    pub(crate) decided: Option<(bool, Span, Witness)>,
    /// An officer decided while another application of the citizen waited too: it may be meant.
    pub(crate) maybe_decided: bool,
}

impl State {
    /// The newest application of a member for a level.
    pub(crate) fn applied(&self, member: u8, level: Level) -> Option<&Applied> {
        self.applications.iter().rev().find(|a| a.member == member && a.level == level)
    }
    /// Where the application of a member for a level stands at `now`.
    pub(crate) fn approval(&self, cell: &Cell<'_>, member: u8, level: Level, now: Span) -> Approval {
        if self.account(member).and_then(|a| a.granted).is_some_and(|had| had >= level) {
            return Approval::Approved;
        }
        self.applied(member, level).map_or(Approval::NotFiled, |one| self.settled(cell, one, now.lo))
    }
    /// Whether an application is settled at `now`.
    pub(crate) fn settled(&self, cell: &Cell<'_>, one: &Applied, now: Moment) -> Approval {
        let settled = |yes| if yes { Approval::Approved } else { Approval::Rejected };
        if let Some((approve, _, _)) = one.decided {
            return settled(approve);
        }
        if one.approved_by.is_some_and(|by| by <= now) {
            return Approval::Approved;
        }
        match self.noticed(cell, one) {
            Some((approve, at)) if at <= now => settled(approve),
            _ => Approval::Open,
        }
    }
    /// Whether an application can have waited when a decision came: no notice was there before.
    pub(crate) fn waits(&self, cell: &Cell<'_>, one: &Applied, now: Span) -> bool {
        self.settled(cell, one, Moment(now.lo.0.saturating_sub(1))) == Approval::Open
    }
    /// The notice of an application, if it is certain: yes or no, and when the gateway had it.
    pub(crate) fn noticed(&self, cell: &Cell<'_>, one: &Applied) -> Option<(bool, Moment)> {
        match self.heard(cell, one) {
            Heard::Settled(approve, at) => Some((approve, at)),
            Heard::Nothing | Heard::Unsure => None,
        }
    }
    /// Whether a notice came of which it is not known whether it is this application's.
    pub(crate) fn is_unsure(&self, cell: &Cell<'_>, one: &Applied) -> bool {
        one.maybe_decided || self.heard(cell, one) == Heard::Unsure
    }
    /// Whether an application that nobody knows to be settled may have been rejected already. The notice of a rejection
    /// can be on its way for long, or need not come; only an approval, whenever it is told, shows that there was none.
    pub(crate) fn may_be_rejected(&self, cell: &Cell<'_>, one: &Applied) -> bool {
        self.is_unsure(cell, one)
            || (one.approved_by.is_none() && !self.noticed(cell, one).is_some_and(|(approved, _)| approved))
    }
    fn heard(&self, cell: &Cell<'_>, one: &Applied) -> Heard {
        let Some(phone) = one.phone else { return Heard::Nothing };
        let mut filed: Vec<&Applied> = self.applications.iter().filter(|a| a.phone == Some(phone)).collect();
        filed.sort_by_key(|a| (a.at.lo, a.ix));
        let mut told: Vec<(Moment, bool)> = cell.notices(phone).iter().map(|&at| (at, true)).collect();
        told.extend(cell.rejections(phone).iter().map(|&at| (at, false)));
        told.sort_unstable();
        // One too many so far: repeats and what an earlier story left settle nothing.
        let extra = told.len() > filed.len();
        let (mut waiting, mut heard): (Vec<u16>, Vec<bool>) = (Vec::new(), Vec::new());
        let mut next = filed.into_iter().peekable();
        for (at, approve) in told {
            while let Some(a) = next.next_if(|a| a.at.lo <= at) {
                waiting.push(a.ix);
            }
            if waiting.is_empty() {
                continue;
            }
            if extra && cell.notice_unsure(phone, at) {
                return Heard::Unsure;
            }
            heard.push(approve);
            if heard.len() == waiting.len() {
                if waiting.contains(&one.ix) {
                    let one_voice = heard.iter().all(|h| *h == approve);
                    return if one_voice { Heard::Settled(approve, at) } else { Heard::Nothing };
                }
                waiting.clear();
                heard.clear();
            }
        }
        Heard::Nothing
    }
    /// When the activation window began, if that is known: with the newest approval, or when the device was taken away.
    pub(crate) fn window_began(&self, cell: &Cell<'_>, member: u8, now: Span) -> Option<Span> {
        let mut began = self.account(member)?.freed.map(|f| f.since);
        for level in [Level::One, Level::Two] {
            let Some(one) = self.applied(member, level) else { continue };
            match self.settled(cell, one, now.lo) {
                Approval::Approved => {}
                // It may have been approved just now, and have opened a window.
                Approval::Open if began.is_some() => return None,
                _ => continue,
            }
            let notice = self.noticed(cell, one).map(|(_, at)| at);
            let decided = one.decided.map(|(_, at, _)| at);
            let known = [notice, one.approved_by, decided.map(|at| at.hi)];
            let hi = known.into_iter().flatten().min()?;
            let lo = decided.map_or(one.at.lo, |at| at.lo);
            let span = Span { lo, hi: hi.max(lo) };
            began = Some(match began {
                Some(old) if old.lo > span.hi => old,
                Some(old) if old.hi >= span.lo => old.hull(span),
                _ => span,
            });
        }
        began
    }
    /// Whether level 2 is approved.
    pub(crate) fn two(&self, cell: &Cell<'_>, member: u8, now: Span) -> Tri {
        match self.approval(cell, member, Level::Two, now) {
            Approval::Approved => Tri::Holds,
            Approval::Open => Tri::Unknown,
            Approval::NotFiled | Approval::Rejected => Tri::Broken,
        }
    }
    /// Whether the citizen has an account, or one on the way from a counter: Broken if so. With the call behind it.
    pub(crate) fn unheld(&self, cell: &Cell<'_>, member: u8, now: Span) -> (Tri, u16) {
        let Some(account) = self.account(member) else { return (Tri::Holds, crate::guards::NOBODY) };
        if let Some(password) = account.password {
            return (Tri::Broken, password.ix);
        }
        let ix = self.applied(member, Level::Two).map_or(crate::guards::NOBODY, |a| a.ix);
        match self.approval(cell, member, Level::Two, now) {
            Approval::NotFiled | Approval::Rejected => (Tri::of(account.granted.is_none()), ix),
            Approval::Open | Approval::Approved if account.prior_unknown => (Tri::Unknown, ix),
            Approval::Open if self.applied(member, Level::Two).is_some_and(|a| self.may_be_rejected(cell, a)) => {
                (Tri::Unknown, ix)
            }
            Approval::Open | Approval::Approved => (Tri::Broken, ix),
        }
    }
}

/// An answer proves that the application of a level is approved.
pub(super) fn prove(state: &mut State, member: u8, level: Level, step: &Step<'_>) {
    let found = state.applications.iter_mut().rev().find(|a| a.member == member && a.level == level);
    if let Some(one) = found {
        let by = one.approved_by.unwrap_or(Moment::NEVER).min(step.lasting.hi);
        one.approved_by = (by < Moment::NEVER).then_some(by);
    }
}

/// An answer proves that some level is approved which is not active: which one, if only one can be meant.
pub(super) fn prove_some(state: &mut State, member: u8, step: &Step<'_>) {
    let Some(account) = state.account(member) else { return };
    let one = account.active.is_none() && account.granted.is_none_or(|had| had < Level::One);
    let filed = |level| state.applied(member, level).is_some();
    match (one && filed(Level::One), filed(Level::Two)) {
        (true, false) => prove(state, member, Level::One, step),
        (false, true) if account.active.is_some() || (one && !filed(Level::One)) => {
            prove(state, member, Level::Two, step);
        }
        _ => {}
    }
}

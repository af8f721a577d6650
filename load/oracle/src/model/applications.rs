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

/// An application that was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Applied {
    pub(crate) member: u8,
    pub(crate) level: Level,
    /// Where its notice goes.
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) at: Span,
    pub(crate) ix: u16,
    /// A call that was carried out proved the approval, which came no later than this; a lost one proves that it came.
    pub(crate) approved_by: Option<Moment>,
    /// An officer decided.
    pub(crate) decided: Option<(bool, Span, Witness)>,
    /// An officer decided while another application of the citizen waited too: it may be meant.
    pub(crate) maybe_decided: bool,
}

impl Applied {
    /// By when it was decided, by what shows it first; none where nothing does.
    pub(crate) fn settled_by(&self) -> Option<Moment> {
        [self.approved_by, self.decided.map(|(_, at, _)| at.hi)].into_iter().flatten().min()
    }
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
    /// Whether an application that nobody knows to be settled may have been rejected already. The notice of a rejection
    /// can be on its way for long, or need not come; only an approval, whenever it is told, shows that there was none.
    pub(crate) fn may_be_rejected(&self, cell: &Cell<'_>, one: &Applied) -> bool {
        one.maybe_decided
            || (one.approved_by.is_none() && !self.noticed(cell, one).is_some_and(|(approved, _)| approved))
    }
    /// The notice of an application, if it is certain: yes or no, and when the gateway had it.
    pub(crate) fn noticed(&self, cell: &Cell<'_>, one: &Applied) -> Option<(bool, Moment)> {
        let phone = one.phone?;
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
                return None;
            }
            heard.push(approve);
            if heard.len() == waiting.len() {
                if waiting.contains(&one.ix) {
                    let one_voice = heard.iter().all(|h| *h == approve);
                    return one_voice.then_some((approve, at));
                }
                waiting.clear();
                heard.clear();
            }
        }
        None
    }
    /// When the activation window began, if that is known: with the newest approval, or when the device was taken away.
    pub(crate) fn window_began(&self, cell: &Cell<'_>, member: u8, now: Span) -> Option<Span> {
        let mut began = self.account(member)?.freed.map(|f| f.since);
        for level in [Level::One, Level::Two] {
            let Some(one) = self.applied(member, level) else { continue };
            match self.settled(cell, one, now.lo) {
                Approval::Approved => {}
                // It may have been approved just now, and have opened a window.
                Approval::Open => return None,
                Approval::NotFiled | Approval::Rejected => continue,
            }
            let notice = self.noticed(cell, one).map(|(_, at)| at);
            let decided = one.decided.map(|(_, at, _)| at);
            let known = [notice, one.approved_by, decided.map(|at| at.hi)];
            let hi = known.into_iter().flatten().min()?;
            let lo = decided.map_or(one.at.lo, |at| at.lo);
            let span = Span { lo, hi: hi.max(lo) };
            began = Some(began.map_or(span, |old| old.later(span)));
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
        one.approved_by = Some(one.approved_by.map_or(step.lasting.hi, |by| by.min(step.lasting.hi)));
    }
}

/// An answer proves that some level is approved which is not active: which one, if only one can be meant.
pub(super) fn prove_some(state: &mut State, member: u8, step: &Step<'_>) {
    let Some(account) = state.account(member) else { return };
    let one = account.active.is_none() && account.granted.is_none_or(|had| had < Level::One);
    let filed = |level| state.applied(member, level).is_some();
    match (one && filed(Level::One), filed(Level::Two)) {
        (true, false) => prove(state, member, Level::One, step),
        (false, true) if account.active.is_some() || one => prove(state, member, Level::Two, step),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use songsinh_contract::*;

    use super::*;
    use crate::Settings;

    fn phone() -> PhoneNumber {
        PhoneNumber::from_parts(91, 1)
    }

    fn filed(ix: u16, at: u64) -> Applied {
        Applied {
            member: 0,
            level: Level::One,
            phone: Some(phone()),
            at: Span { lo: Moment(at), hi: Moment(at) },
            ix,
            approved_by: None,
            decided: None,
            maybe_decided: false,
        }
    }

    /// What the notices say of these applications, which stand in the world in this order.
    fn noticed(applications: &[Applied], notices: &[(u64, SmsPurpose)]) -> Vec<Option<(bool, Moment)>> {
        let facts = CellFacts {
            cell: CellId(1),
            arrival: ArrivalId(1),
            journey: "apply".into(),
            twist: None,
            act: Act::Load,
            members: Vec::new(),
            phones: vec![phone()],
        };
        let message = |(id, &(at, purpose)): (u64, &(u64, SmsPurpose))| SmsEvent {
            id,
            to: phone(),
            text: "VNeID".into(),
            purpose: Some(purpose),
            code: None,
            accepted: Moment(at),
            fate: Fate::Delivered(Moment(at)),
        };
        let messages: Vec<SmsEvent> = (0..).zip(notices).map(message).collect();
        let (book, settings) = (Rulebook::default(), Settings::new(UnixMillis(0)));
        let cell = Cell::new(&facts, &[], &messages, &book, &settings);
        let state = State { applications: applications.to_vec().into(), ..State::default() };
        applications.iter().map(|one| state.noticed(&cell, one)).collect()
    }

    #[test]
    fn whose_a_notice_is_follows_from_the_times_of_filing_and_not_from_the_order_in_the_world() {
        use SmsPurpose::{Approved, Rejected};
        let (early, late) = (filed(0, 10), filed(1, 30));
        let notices = [(20, Approved), (40, Rejected)];
        let (yes, no) = (Some((true, Moment(20))), Some((false, Moment(40))));
        assert_eq!(noticed(&[early, late], &notices), [yes, no]);
        assert_eq!(noticed(&[late, early], &notices), [no, yes]);
    }

    #[test]
    fn notices_of_two_that_wait_settle_both_where_they_speak_with_one_voice() {
        use SmsPurpose::{Approved, Rejected};
        let both = [filed(0, 10), filed(1, 20)];
        assert_eq!(noticed(&both, &[(30, Approved)]), [None; 2]);
        assert_eq!(noticed(&both, &[(30, Approved), (40, Approved)]), [Some((true, Moment(40))); 2]);
        assert_eq!(noticed(&both, &[(30, Rejected), (40, Rejected)]), [Some((false, Moment(40))); 2]);
        assert_eq!(noticed(&both, &[(30, Approved), (40, Rejected)]), [None; 2]);
        assert_eq!(noticed(&both, &[(30, Rejected), (40, Approved)]), [None; 2]);
    }
}

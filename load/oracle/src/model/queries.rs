//! Questions to a world that guards and effects share.

use songsinh_contract::{Caller, Code, PhoneNumber, Rule, Token};

use super::{Account, Challenge, Filing, Purpose, Session, State, Stray};
use crate::cell::{Cell, CodeMatch};
use crate::time::{Span, Tri, within};

/// The account's application, as a question of time.
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

impl State {
    /// The world before the first call.
    pub(crate) fn first(cell: &Cell<'_>) -> Self {
        let accounts = cell
            .facts
            .members
            .iter()
            .map(|m| Account { prior_unknown: m.prior == songsinh_contract::Prior::Unknown, ..Account::default() });
        Self { accounts: accounts.collect(), ..Self::default() }
    }
    pub(crate) fn account(&self, member: u8) -> Option<&Account> {
        self.accounts.get(usize::from(member))
    }
    pub(crate) fn challenge_at(&self, handle: &Token) -> Option<usize> {
        let digest = handle.digest();
        self.challenges.iter().rposition(|c| c.handle == Some(digest))
    }
    pub(crate) fn challenge(&self, handle: &Token) -> Option<&Challenge> {
        self.challenge_at(handle).map(|at| &self.challenges[at])
    }
    pub(crate) fn stray(&self, handle: &Token) -> Option<&Stray> {
        let digest = handle.digest();
        self.strays.iter().find(|s| s.handle == digest)
    }
    pub(crate) fn session(&self, caller: &Caller) -> Option<&Session> {
        let digest = caller.session.as_ref()?.digest();
        self.sessions.iter().find(|s| s.token == digest)
    }
    pub(crate) fn filing_at(&self, handle: &Token) -> Option<usize> {
        let digest = handle.digest();
        self.filings.iter().position(|f| f.handle == Some(digest))
    }
    pub(crate) fn filing(&self, handle: &Token) -> Option<&Filing> {
        self.filing_at(handle).map(|at| &self.filings[at])
    }
    /// The member, other than `member`, whose account has this phone number.
    pub(crate) fn phone_taken(&self, phone: PhoneNumber, member: u8) -> Option<&Account> {
        self.accounts
            .iter()
            .enumerate()
            .find(|(at, a)| *at != usize::from(member) && a.password.is_some() && a.phone == Some(phone))
            .map(|(_, a)| a)
    }
    /// Where the application of a member stands at `now`.
    pub(crate) fn approval(&self, cell: &Cell<'_>, member: u8, now: Span) -> Approval {
        let Some(account) = self.account(member) else { return Approval::NotFiled };
        let Some((filed, _)) = account.submitted else { return Approval::NotFiled };
        if account.approved_by.is_some_and(|by| by <= now.lo) {
            return Approval::Approved;
        }
        let Some(phone) = account.phone else { return Approval::Open };
        // Who shares the number with another applicant cannot tell whose notice came.
        let sharing = self.accounts.iter().filter(|a| a.phone == Some(phone) && a.submitted.is_some()).count();
        let notice = |times: &[songsinh_contract::Moment]| {
            times.iter().filter(|&&at| at >= filed.lo).nth(sharing.saturating_sub(1)).is_some_and(|&at| at <= now.lo)
        };
        if notice(cell.notices(phone)) {
            Approval::Approved
        } else if notice(cell.rejections(phone)) {
            Approval::Rejected
        } else {
            Approval::Open
        }
    }
    /// When the activation window began, if the notice is known.
    pub(crate) fn notified(&self, cell: &Cell<'_>, member: u8) -> Option<Span> {
        let account = self.account(member)?;
        let (filed, _) = account.submitted?;
        let times = cell.notices(account.phone?);
        let first = times.iter().copied().find(|&at| at >= filed.lo);
        let hi = match (first, account.approved_by) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b)?,
        };
        Some(Span { lo: filed.lo, hi: hi.max(filed.lo) })
    }
    /// Whether wrong passwords lock the account at `now`. Holds: free.
    pub(crate) fn unlocked(&self, cell: &Cell<'_>, account: &Account, now: Span) -> Tri {
        let Some(lock) = account.lock else { return Tri::Holds };
        let over = now.age_since(lock.since).reached(cell.book.login_lock, cell.settings.tolerance(Rule::LoginLockout));
        match (lock.certain, over) {
            (_, Tri::Holds) => Tri::Holds,
            (true, over) => over,
            (false, _) => Tri::Unknown,
        }
    }
    /// Whether the tries of the code that is out are not used up.
    pub(crate) fn tries_left(&self, cell: &Cell<'_>, challenge: &Challenge) -> Tri {
        let limit = cell.book.otp_attempts;
        if challenge.wrong.most < limit {
            Tri::Holds
        } else if challenge.wrong.least >= limit {
            Tri::Broken
        } else {
            Tri::Unknown
        }
    }
    /// Whether the wrong codes of the account within the window leave room.
    pub(crate) fn window_left(&self, cell: &Cell<'_>, member: u8, phone: PhoneNumber, now: Span) -> Tri {
        let mine = self.tries.iter().filter(|t| t.member == member && t.phone == phone);
        let (least, most) = within(mine.map(|t| (t.at, t.certain)), now, cell.book.otp_window);
        let limit = cell.book.otp_attempts_per_window;
        if most < limit {
            Tri::Holds
        } else if least >= limit {
            Tri::Broken
        } else {
            Tri::Unknown
        }
    }
    /// Whether the code's life is not over. A code whose birth has no end is taken to be born at any later time.
    pub(crate) fn code_alive(&self, cell: &Cell<'_>, challenge: &Challenge, now: Span) -> Tri {
        now.age_since(challenge.born).below(cell.book.otp_lifetime, cell.settings.tolerance(Rule::OtpExpires))
    }
    /// Whether the typed code is the one that is out.
    pub(crate) fn code_fits(&self, cell: &Cell<'_>, challenge: &Challenge, typed: Code) -> CodeMatch {
        cell.code_of(usize::from(challenge.issue)).fits(typed)
    }
    /// Whether some other code that went out is the typed one: which challenge's, and whether of this very challenge.
    pub(crate) fn code_elsewhere(&self, cell: &Cell<'_>, own: usize, typed: Code) -> Option<Elsewhere> {
        let is = |ix: u16| cell.code_of(usize::from(ix)).fits(typed) == CodeMatch::Right;
        let mine = self.challenges.get(own)?;
        if mine.older.iter().any(|&ix| is(ix)) {
            return Some(Elsewhere::Older);
        }
        for (_, other) in self.challenges.iter().enumerate().filter(|(at, _)| *at != own) {
            if !is(other.issue) && !other.older.iter().any(|&ix| is(ix)) {
                continue;
            }
            let same_person = other.member == mine.member && other.phone == mine.phone;
            return Some(match (same_person, other.purpose == mine.purpose) {
                (true, true) if other.superseded.is_some() => Elsewhere::Older,
                (true, true) => Elsewhere::Newer,
                (true, false) => Elsewhere::OtherPurpose,
                (false, _) => Elsewhere::OtherCitizen,
            });
        }
        None
    }
}

/// Where a code that is not the one wanted belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// To an earlier code of the same challenge or of one that this one replaced.
    Older,
    /// To the challenge that replaced this one.
    Newer,
    /// To the same citizen and phone, for another purpose.
    OtherPurpose,
    /// To another citizen or another phone.
    OtherCitizen,
}

impl Purpose {
    /// The operations' purpose.
    pub(crate) fn of(operation: &songsinh_contract::Operation) -> Self {
        use songsinh_contract::Operation as Op;
        match operation {
            Op::ActivationRequest { .. }
            | Op::ActivationResend { .. }
            | Op::ActivationConfirm { .. }
            | Op::ActivationSetPassword { .. }
            | Op::ActivationSetPasscode { .. }
            | Op::ActivationSetQuestions { .. } => Self::Activate,
            _ => Self::Register,
        }
    }
}

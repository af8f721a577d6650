//! Questions to a world that guards and effects share.

use songsinh_contract::{
    Caller, CitizenNumber, Code, Digest, Level, Moment, PhoneNumber, Prior, Rule, Standing, Token,
};

use super::{Account, Binding, Challenge, Filing, Password, Purpose, Range, Session, State, Stray};
use crate::cell::{Cell, CodeMatch};
use crate::guards::NOBODY;
use crate::time::{Span, Tri, within};

/// The account that an earlier story left behind.
fn left(standing: &Standing, attempts: u32) -> Account {
    let bound = standing.bound.as_ref();
    let two = Tri::of(standing.level >= Level::Two);
    let since = Span { lo: Moment(0), hi: Moment(0) };
    Account {
        standing: true,
        granted: (standing.level > Level::None).then_some(standing.level),
        password: standing.password.map(|digest| Password { digest, ix: NOBODY }),
        phone: Some(standing.phone),
        // Wrong ones add up until a right one: some may have been typed before.
        wrong_passwords: Range { least: 0, most: attempts.saturating_sub(1) },
        active: bound.map(|b| Binding { device: b.device, key: b.key, since, ix: NOBODY, two }),
        passcode: bound.map(|b| b.passcode),
        questions: bound.and_then(|b| <[(u16, Digest); 2]>::try_from(b.questions.as_slice()).ok()),
        ..Account::default()
    }
}

impl State {
    /// The world before the first call.
    pub(crate) fn first(cell: &Cell<'_>) -> Self {
        let limit = cell.book.login_attempts;
        let accounts = cell.facts.members.iter().map(|m| match &m.prior {
            Prior::None => Account::default(),
            Prior::Unknown => Account { prior_unknown: true, ..Account::default() },
            Prior::Standing(standing) => left(standing, limit),
        });
        Self { accounts: accounts.collect::<Vec<_>>().into(), ..Self::default() }
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
    /// Whose account a call is about: that of its challenge, of its session, or of the number that it names.
    pub(crate) fn meant(&self, cell: &Cell<'_>, step: &crate::cell::Step<'_>) -> Option<u8> {
        let call = &step.observation.call;
        let challenge = call.operation.challenge().and_then(|handle| self.challenge(handle)).map(|c| c.member);
        let session = || self.session(&call.caller).map(|s| s.member);
        challenge.or_else(session).or_else(|| cell.member_numbered(call.operation.number()?))
    }
    /// The calls that set the scene of a call: those that opened its challenge, its session, its account.
    pub(crate) fn scene(&self, cell: &Cell<'_>, step: &crate::cell::Step<'_>) -> Vec<u16> {
        let call = &step.observation.call;
        let challenge = call.operation.challenge().and_then(|handle| self.challenge(handle));
        let session = self.session(&call.caller);
        let account = self.meant(cell, step).and_then(|m| self.account(m));
        let mut out = vec![];
        out.extend(challenge.map(Challenge::first));
        out.extend(challenge.and_then(|c| c.confirmed).map(|(_, ix)| u16::from(ix)));
        out.extend(session.map(|s| s.ix));
        out.extend(account.and_then(|a| a.password).map(|p| p.ix));
        out.extend(account.and_then(|a| a.active).map(|b| b.ix));
        out
    }
    pub(crate) fn filing_at(&self, handle: &Token) -> Option<usize> {
        let digest = handle.digest();
        self.filings.iter().position(|f| f.handle == Some(digest))
    }
    pub(crate) fn filing(&self, handle: &Token) -> Option<&Filing> {
        self.filing_at(handle).map(|at| &self.filings[at])
    }
    /// Whether no other account has this phone number, nor one that is on its way from a counter.
    pub(crate) fn phone_free(&self, cell: &Cell<'_>, phone: PhoneNumber, member: u8, now: Span) -> (Tri, u16) {
        let mut free = (Tri::Holds, NOBODY);
        for (at, other) in self.accounts.iter().enumerate() {
            let Ok(at) = u8::try_from(at) else { continue };
            if at == member || other.phone != Some(phone) {
                continue;
            }
            if let Some(password) = other.password {
                return (Tri::Broken, password.ix);
            }
            if other.granted.is_some() {
                return (Tri::Broken, NOBODY);
            }
            // Whether a pending application holds its phone number is left open.
            match self.two(cell, at, now) {
                Tri::Holds if !other.prior_unknown => {
                    return (Tri::Broken, self.applied(at, Level::Two).map_or(NOBODY, |a| a.ix));
                }
                Tri::Holds | Tri::Unknown => free.0 = Tri::Unknown,
                Tri::Broken => {}
            }
        }
        free
    }
    /// Whether the phone is that of the member's account: then a reset sends a code.
    pub(crate) fn entitled(&self, member: u8, phone: PhoneNumber) -> Tri {
        let Some(account) = self.account(member) else { return Tri::Broken };
        let unsure = account.dirty || (account.prior_unknown && account.password.is_none());
        match (unsure, account.password) {
            (true, _) => Tri::Unknown,
            (false, Some(_)) => Tri::of(account.phone == Some(phone)),
            // A level-2 account that was never activated, or its password on the way.
            (false, None) if account.granted.is_some() || self.applied(member, Level::Two).is_some() => Tri::Unknown,
            (false, None) => Tri::Broken,
        }
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

/// What an operation names.
pub(crate) trait Names {
    fn challenge(&self) -> Option<&Token>;
    fn number(&self) -> Option<CitizenNumber>;
}

impl Names for songsinh_contract::Operation {
    fn challenge(&self) -> Option<&Token> {
        match self {
            Self::AccountResend { challenge }
            | Self::AccountConfirm { challenge, .. }
            | Self::AccountSetPassword { challenge, .. }
            | Self::ActivationResend { challenge }
            | Self::ActivationConfirm { challenge, .. }
            | Self::ActivationSetPassword { challenge, .. }
            | Self::ActivationSetPasscode { challenge, .. }
            | Self::ActivationSetQuestions { challenge, .. }
            | Self::ResetResend { challenge }
            | Self::ResetConfirm { challenge, .. }
            | Self::ResetAnswer { challenge, .. }
            | Self::ResetSetPassword { challenge, .. }
            | Self::DeviceMoveConfirm { challenge, .. } => Some(challenge),
            _ => None,
        }
    }
    fn number(&self) -> Option<CitizenNumber> {
        match self {
            Self::SessionLogin { number, .. }
            | Self::SessionUnlock { number }
            | Self::ActivationRequest { number, .. }
            | Self::ApplicationDecide { number, .. }
            | Self::DeviceMove { number, .. }
            | Self::ResetRequest { number, .. } => Some(*number),
            Self::Level2File { filing } => Some(filing.number),
            _ => None,
        }
    }
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
            Op::ResetRequest { .. }
            | Op::ResetResend { .. }
            | Op::ResetConfirm { .. }
            | Op::ResetAnswer { .. }
            | Op::ResetSetPassword { .. } => Self::Reset,
            Op::DeviceMove { .. } | Op::DeviceMoveCode | Op::DeviceMoveConfirm { .. } => Self::Move,
            _ => Self::Register,
        }
    }
}

#[cfg(test)]
mod tests {
    use songsinh_contract::{Bound, DeviceId};

    use super::*;

    #[test]
    fn an_account_left_behind_is_active_since_ever_and_may_have_seen_all_wrong_passwords_but_one() {
        let (phone, digest) = (PhoneNumber::from_parts(91, 1), Digest(1));
        let app = Standing { phone, level: Level::App, password: Some(digest), bound: None };
        let as_app = Account {
            standing: true,
            granted: Some(Level::App),
            password: Some(Password { digest, ix: NOBODY }),
            phone: Some(phone),
            wrong_passwords: Range { least: 0, most: 4 },
            ..Account::default()
        };
        assert_eq!(left(&app, 5), as_app);
        assert_eq!(left(&Standing { level: Level::None, ..app.clone() }, 5), Account { granted: None, ..as_app });
        let questions = [(1, Digest(2)), (4, Digest(3))];
        for (level, two) in [(Level::One, Tri::Broken), (Level::Two, Tri::Holds)] {
            let (device, key, passcode) = (DeviceId(5), Digest(6), Digest(7));
            let bound = Bound { device, key, passcode, questions: questions.to_vec(), qr_switch: true };
            let since = Span { lo: Moment(0), hi: Moment(0) };
            let active = Account {
                granted: Some(level),
                active: Some(Binding { device, key, since, ix: NOBODY, two }),
                passcode: Some(passcode),
                questions: Some(questions),
                ..as_app
            };
            assert_eq!(left(&Standing { level, bound: Some(bound), ..app.clone() }, 5), active);
        }
    }
}

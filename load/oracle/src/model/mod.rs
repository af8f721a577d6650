//! What the target may hold in its store about the people of one cell: one [`State`] is one possible world.
//!
//! Invariant: a state changes only through `effects`. Every date in it is an interval in which the target acted; every
//! count is a pair (at least, at most). `ix` is an observation's place in the cell. What does not depend on the order of
//! calls does not stand in that order: lists are kept sorted, and a [`Witness`] makes no difference.

pub(crate) mod applications;
mod binding;
mod counter;
mod effects;
mod moves;
mod personal;
pub(crate) mod qr;
mod queries;
mod reset;
mod sessions;
mod supposed;
pub(crate) mod utilities;

pub(crate) use applications::{Applied, Approval};
pub(crate) use effects::{carry_out, only_reads, refuse};
pub(crate) use moves::pending;
pub(crate) use queries::{Elsewhere, Names};
pub(crate) use reset::answers_fit;
pub(crate) use sessions::kept as may_use_session;
pub(crate) use supposed::suppose;

use songsinh_contract::{DeviceId, Digest, Level, Moment, PhoneNumber, Rule};

use crate::shared::Shared;
use crate::time::{Span, Tri};

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Journey 1.
    Register,
    /// Journey 6.
    Activate,
    /// Journey 12.
    Reset,
    /// Journey 11: the code is shown by the old phone, no message carries it.
    Move,
}

/// The place of a call that brought something about, for stories alone: worlds that differ in it are one world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Witness(pub(crate) u16);

impl PartialEq for Witness {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Witness {}

impl From<Witness> for u16 {
    fn from(witness: Witness) -> Self {
        witness.0
    }
}

/// A count known between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Range {
    pub(crate) least: u32,
    pub(crate) most: u32,
}

impl Range {
    pub(crate) fn add(&mut self, certain: bool) {
        self.least += u32::from(certain);
        self.most += 1;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Password {
    pub(crate) digest: Digest,
    pub(crate) ix: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) since: Span,
    pub(crate) certain: bool,
    pub(crate) ix: Witness,
}

/// The device on which an account is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) device: DeviceId,
    pub(crate) key: Digest,
    pub(crate) since: Span,
    pub(crate) ix: u16,
    /// Level 2 is active; else level 1.
    pub(crate) two: Tri,
}

/// What took an account's device away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Freed {
    /// From then on runs a fresh window.
    pub(crate) since: Span,
    pub(crate) ix: Witness,
    /// Which rule ends access: a release, a displacement.
    pub(crate) rule: Rule,
}

/// A member's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Account {
    /// The target may have known this person before the cell began.
    pub(crate) prior_unknown: bool,
    /// It did: nothing about this person is judged.
    pub(crate) dirty: bool,
    /// Set: the account exists.
    pub(crate) password: Option<Password>,
    pub(crate) phone: Option<PhoneNumber>,
    /// A registration was begun.
    pub(crate) began: bool,
    /// A registration was refused since its fields did not match.
    pub(crate) mismatch: Option<Witness>,
    pub(crate) wrong_passwords: Range,
    pub(crate) lock: Option<Lock>,
    /// An earlier story left it behind: how often codes and passwords were tried before is not known.
    pub(crate) standing: bool,
    /// The level that it had before the cell.
    pub(crate) granted: Option<Level>,
    /// The password before the last change.
    pub(crate) former: Option<Password>,
    pub(crate) active: Option<Binding>,
    pub(crate) freed: Option<Freed>,
    /// The security questions with the digests of their answers, if they are known.
    pub(crate) questions: Option<[(u16, Digest); 2]>,
    /// Login by fingerprint or face on the active device: on, off, not known.
    pub(crate) unlock: Option<bool>,
    /// Digest of the passcode; none: as the standing before the cell says, else not known. Wrong ones count in `utilities`.
    pub(crate) passcode: Option<Digest>,
}

/// One challenge: the code that is out, and how far its steps came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) handle: Option<Digest>,
    pub(crate) purpose: Purpose,
    pub(crate) member: u8,
    pub(crate) phone: PhoneNumber,
    pub(crate) device: DeviceId,
    pub(crate) key: Digest,
    /// The call that sent the code that is out now.
    pub(crate) issue: u16,
    /// When its code was born.
    pub(crate) born: Span,
    /// Calls whose codes were replaced by it.
    pub(crate) older: Vec<u16>,
    pub(crate) wrong: Range,
    /// A newer challenge of the same purpose, citizen and phone was opened by that call.
    pub(crate) superseded: Option<Witness>,
    pub(crate) confirmed: Option<(Span, Witness)>,
    /// The passcode is set; inside: which one, if that is certain.
    pub(crate) passcode: Option<Option<Digest>>,
    pub(crate) finished: bool,
    /// A password that counts from the last step on.
    pub(crate) password: Option<Password>,
    /// Where the account was active when it was opened.
    pub(crate) over: Option<u16>,
    /// Whether level 2 was approved when it was opened.
    pub(crate) two: Tri,
    /// Whether there is an account behind it, with this phone: else no code went out.
    pub(crate) real: Tri,
    /// A code is out.
    pub(crate) coded: bool,
    /// The security questions of a reset were answered.
    pub(crate) answered: Option<Witness>,
    pub(crate) wrong_answers: Range,
}

impl Challenge {
    /// The call that opened it.
    pub(crate) fn first(&self) -> u16 {
        self.older.first().copied().unwrap_or(self.issue)
    }
}

/// What ended a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) rule: Rule,
    pub(crate) ix: Witness,
    /// If not, it may live on.
    pub(crate) certain: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) token: Digest,
    pub(crate) member: u8,
    pub(crate) device: DeviceId,
    pub(crate) opened: Span,
    pub(crate) ix: u16,
    /// The last use that certainly counted, at the earliest.
    pub(crate) used: Moment,
    /// The last use that may have counted, at the latest.
    pub(crate) maybe_used: Moment,
    /// A police officer's.
    pub(crate) officer: bool,
    /// The login from which it comes.
    pub(crate) family: u16,
    /// What gets the next one.
    pub(crate) refresh: Option<Digest>,
    /// The call that used it.
    pub(crate) refreshed: Option<Witness>,
    pub(crate) ended: Option<End>,
    /// A change of the password that it survived.
    pub(crate) survived: Option<Witness>,
}

/// A level-1 application in the making.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Filing {
    pub(crate) handle: Option<Digest>,
    pub(crate) member: u8,
    pub(crate) portrait: bool,
    pub(crate) submitted: bool,
    pub(crate) ix: Witness,
}

/// A code that went out, for the limits of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) purpose: Purpose,
    pub(crate) phone: PhoneNumber,
    /// For whom; none: a number that nobody of the cell has.
    pub(crate) member: Option<u8>,
    pub(crate) at: Span,
    pub(crate) ix: u16,
    /// Asked for as a resend.
    pub(crate) resend: bool,
    pub(crate) used: bool,
}

/// A challenge for a number that nobody of the cell has: opened wrongly, and not judged further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stray {
    pub(crate) handle: Digest,
    pub(crate) purpose: Purpose,
    pub(crate) phone: PhoneNumber,
}

/// A wrong code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Try {
    pub(crate) member: u8,
    pub(crate) phone: PhoneNumber,
    pub(crate) at: Span,
    pub(crate) certain: bool,
    /// Counted by this call; the tries stand in its order.
    pub(crate) ix: u16,
}

/// One possible world.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct State {
    pub(crate) accounts: Shared<Account>,
    pub(crate) challenges: Shared<Challenge>,
    pub(crate) sessions: Shared<Session>,
    pub(crate) filings: Shared<Filing>,
    pub(crate) applications: Shared<Applied>,
    /// Officers' credentials that were accepted.
    pub(crate) officers: Shared<(Digest, Digest, u16)>,
    pub(crate) sent: Shared<Sent>,
    pub(crate) strays: Shared<Stray>,
    pub(crate) tries: Shared<Try>,
    pub(crate) qr: qr::Qrs,
    pub(crate) utilities: utilities::Utilities,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_that_differ_in_the_call_behind_something_are_one() {
        let portrait = |ix, portrait| Filing { handle: None, member: 0, portrait, submitted: false, ix: Witness(ix) };
        let world = |filing| State { filings: vec![filing].into(), ..State::default() };
        assert_eq!(world(portrait(1, true)), world(portrait(2, true)));
        assert_ne!(world(portrait(1, true)), world(portrait(1, false)));
    }
}

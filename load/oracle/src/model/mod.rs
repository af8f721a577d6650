//! What the target may hold in its store about the people of one cell: one [`State`] is one possible world.
//!
//! Invariant: a state changes only through `effects`. Every date in it is an interval in which the target acted; every
//! count is a pair (at least, at most). `ix` is an observation's place in the cell, for witnesses.

mod counter;
mod effects;
mod moves;
mod personal;
mod qr;
mod queries;
mod utilities;

pub(crate) use effects::{carry_out, refuse};
pub(crate) use queries::{Approval, Elsewhere};

use songsinh_contract::{DeviceId, Digest, Moment, PhoneNumber};

use crate::time::Span;

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Journey 1.
    Register,
    /// Journey 6.
    Activate,
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
    pub(crate) ix: u16,
}

/// The device on which an account is active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) device: DeviceId,
    pub(crate) key: Digest,
    pub(crate) since: Span,
    pub(crate) ix: u16,
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
    pub(crate) mismatch: Option<u16>,
    pub(crate) wrong_passwords: Range,
    pub(crate) lock: Option<Lock>,
    /// The level-1 application was filed.
    pub(crate) submitted: Option<(Span, u16)>,
    /// An answer proved the approval.
    pub(crate) approved_by: Option<Moment>,
    pub(crate) active: Option<Binding>,
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
    pub(crate) superseded: Option<u16>,
    pub(crate) confirmed: Option<(Span, u16)>,
    pub(crate) passcode: bool,
    pub(crate) finished: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) token: Digest,
    pub(crate) member: u8,
    pub(crate) device: DeviceId,
    pub(crate) opened: Span,
    pub(crate) ix: u16,
    /// The last use that certainly counted.
    pub(crate) used: Span,
    /// A later use that may have counted, at the latest.
    pub(crate) maybe_used: Moment,
}

/// A level-1 application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Filing {
    pub(crate) handle: Option<Digest>,
    pub(crate) member: u8,
    pub(crate) portrait: bool,
    pub(crate) submitted: bool,
    pub(crate) ix: u16,
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
    pub(crate) ix: u16,
}

/// One possible world.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct State {
    pub(crate) accounts: Vec<Account>,
    pub(crate) challenges: Vec<Challenge>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) filings: Vec<Filing>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) strays: Vec<Stray>,
    pub(crate) tries: Vec<Try>,
}

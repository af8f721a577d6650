//! One-time codes and what counts them.
//!
//! ```text
//!  issued                      issued + lifetime
//! ---|-------------- live --------------|------ expired ----->
//!         void: superseded by a newer code, or too many wrong tries
//!         used: the right code came while it was live and not void
//! ```

use serde::{Deserialize, Serialize};
use songsinh_contract::{BirthDate, CitizenNumber, Code, DeviceId, Digest, PhoneNumber, Sex};

use super::{Handle, HandleKind, Kept, PasswordHash};

/// A code that was sent and is to come back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    /// Whose.
    pub number: CitizenNumber,
    /// Where the code went.
    pub phone: PhoneNumber,
    /// Which device asked; only that one may go on.
    pub device: DeviceId,
    /// The code.
    pub code: Code,
    /// Start of the code's life, Unix milliseconds.
    pub issued_ms: i64,
    /// Wrong tries of this code.
    pub tries: u32,
    /// Voided by a newer challenge of the same citizen, phone and purpose.
    pub superseded: bool,
    /// When the right code came, Unix milliseconds.
    pub used_ms: Option<i64>,
    /// Codes before the newest; kept only under the misbehaviour `old-code-works`.
    pub older: Vec<Code>,
}

/// A record around a challenge.
pub trait Challenged: Kept<Id = Handle> {
    /// The kind of its handle.
    const KIND: HandleKind;
    /// The challenge.
    fn challenge(&self) -> &Challenge;
    /// The challenge, to be changed.
    fn challenge_mut(&mut self) -> &mut Challenge;
    /// Whether the right code is taken at all: not if nobody was ever told it.
    fn is_live(&self) -> bool {
        true
    }
}

/// A registration between form and password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registration {
    /// The code.
    pub challenge: Challenge,
    /// Name, as stated and matched.
    pub name: Box<str>,
    /// Date of birth, as stated and matched.
    pub born: BirthDate,
    /// Sex.
    pub sex: Sex,
    /// Whether the account was made.
    pub done: bool,
}

impl Challenged for Registration {
    const KIND: HandleKind = HandleKind::Registration;
    fn challenge(&self) -> &Challenge {
        &self.challenge
    }
    fn challenge_mut(&mut self) -> &mut Challenge {
        &mut self.challenge
    }
}

/// An activation between request and security questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activation {
    /// The code.
    pub challenge: Challenge,
    /// Digest of the thumbprint of the key that asked, if a proof came along.
    pub key: Option<Digest>,
    /// Whether a password is to be set.
    pub needs_password: bool,
    /// How far it has come after the code.
    pub step: ActivationStep,
    /// The password, once set.
    pub password: Option<PasswordHash>,
    /// The passcode, once set.
    pub passcode: Option<PasswordHash>,
}

impl Challenged for Activation {
    const KIND: HandleKind = HandleKind::Activation;
    fn challenge(&self) -> &Challenge {
        &self.challenge
    }
    fn challenge_mut(&mut self) -> &mut Challenge {
        &mut self.challenge
    }
}

/// The last step that an activation has behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ActivationStep {
    /// Asked for.
    Requested,
    /// The right code came.
    Confirmed,
    /// The password is set.
    Password,
    /// The passcode is set.
    Passcode,
    /// Activated.
    Done,
}

/// The codes sent to a phone number for a purpose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// When the last code went out, Unix milliseconds.
    pub last_ms: i64,
    /// To which challenge it belongs.
    pub last: Handle,
    /// The resends of the rolling window, Unix milliseconds.
    pub resends_ms: Vec<i64>,
}

/// The wrong codes of an account within the rolling window.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Attempts {
    /// When they came, Unix milliseconds.
    pub wrong_ms: Vec<i64>,
}

/// The newest challenge of a citizen, phone and purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// Its handle.
    pub handle: Handle,
    /// When it was opened, Unix milliseconds.
    pub opened_ms: i64,
}

/// A reset of a password between request and new password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reset {
    /// The code.
    pub challenge: Challenge,
    /// Asked for an account that does not exist or has another phone number: no message goes out, and no code serves.
    pub is_decoy: bool,
    /// How far it has come.
    pub step: ResetStep,
    /// Wrong answers to the security questions.
    pub wrong: u32,
}

/// The last step that a reset has behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ResetStep {
    /// Asked for.
    Requested,
    /// The right code came.
    Confirmed,
    /// The security questions are answered.
    Answered,
    /// The password is set, or too many answers were wrong.
    Done,
}

impl Challenged for Reset {
    const KIND: HandleKind = HandleKind::Reset;
    fn challenge(&self) -> &Challenge {
        &self.challenge
    }
    fn challenge_mut(&mut self) -> &mut Challenge {
        &mut self.challenge
    }
    fn is_live(&self) -> bool {
        !self.is_decoy
    }
}

/// A move to a new phone between request and code. The challenge's device is the new phone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// The code; its life begins anew when it is shown.
    pub challenge: Challenge,
    /// When it was asked for, Unix milliseconds.
    pub asked_ms: i64,
    /// The phone to be left.
    pub from: DeviceId,
    /// Digest of the thumbprint of the new phone's key.
    pub key: Digest,
    /// The era of the account when it was asked for: a new password voids the move.
    #[serde(default)]
    pub era: u32,
    /// Whether the old phone has shown the code.
    pub shown: bool,
}

impl Challenged for Move {
    const KIND: HandleKind = HandleKind::Move;
    fn challenge(&self) -> &Challenge {
        &self.challenge
    }
    fn challenge_mut(&mut self) -> &mut Challenge {
        &mut self.challenge
    }
}

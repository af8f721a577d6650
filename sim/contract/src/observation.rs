//! What a run saw. The record is a sequence of these, and the oracle judges from nothing else.
//!
//! ```text
//!  intended      sent       first byte   done
//! ----|-----------|--------------|--------|----> the run's clock
//!      <- lag --->  <- the target acted somewhere in here ->
//! ```

use serde::{Deserialize, Serialize};

use crate::{
    ArrivalId, Call, CellId, CitizenIndex, CitizenNumber, Code, DeviceId, Digest, Holdings, Level, Moment, Outcome,
    Person, PhoneNumber, TraceId,
};

/// One call and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observation {
    /// The cell in which it happened.
    pub cell: CellId,
    /// The arrival that brought it about.
    pub arrival: ArrivalId,
    /// Counted up within the cell in the order of sending.
    pub seq: u32,
    /// Whose phone called (the member of the cell).
    pub member: CitizenIndex,
    /// What was asked and by which device.
    pub call: Call,
    /// When it was due.
    pub intended: Moment,
    /// When the first byte of the request went out (or the attempt began, if it never did).
    pub sent: Moment,
    /// When the first byte of the answer came in.
    pub first_byte: Option<Moment>,
    /// When the answer was complete, or given up.
    pub done: Moment,
    /// The answer.
    pub outcome: Outcome,
    /// Digest of the words of a refusal or of an accepted reset, with handles, times and trace ids taken out (rule `no-enumeration`).
    pub wording: Option<Digest>,
    /// Numbers of six digits that stand alone in the answer, and where (rule `otp-never-in-answer`).
    pub codes_seen: Vec<CodeSeen>,
    /// Citizen numbers in the answer other than those of the call (rule `no-personal-data-leak`).
    pub numbers_seen: Vec<CitizenNumber>,
    /// The W3C trace id that went along.
    pub trace: TraceId,
}

/// Six digits in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CodeSeen {
    /// Where: digest of operation, header name or JSON path.
    pub place: Digest,
    /// The digits.
    pub code: Code,
}

/// What a member of a cell is in its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemberRole {
    /// The one whose journey it is.
    Citizen,
    /// A relative who shares the phone or the number.
    Relative,
    /// Who means harm.
    Attacker,
    /// An official (cán bộ giải quyết thủ tục hành chính) who scans citizens' QR codes.
    Official,
    /// A police officer at a counter; logs in as one, and needs no account.
    Officer,
}

/// What the harness knows of a member's account before the cell's first call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Prior {
    /// Certainly none: the profile says that the target is fresh, or the canary found it so.
    None,
    /// Not known: no run of ours touched this person, somebody else may have.
    Unknown,
    /// An earlier story of this run, or of an earlier run at this target, ended with this.
    Standing(Box<Standing>),
}

/// An account that an earlier story left behind: judged there, a fact here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The phone number of the account.
    pub phone: PhoneNumber,
    /// Level of the account.
    pub level: Level,
    /// Digest of the password; none: a level-2 account that was never activated.
    pub password: Option<Digest>,
    /// Where it is active; none: it is not activated.
    pub bound: Option<Bound>,
}

/// An activated account's device and secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The device.
    pub device: DeviceId,
    /// Digest of the thumbprint of its key.
    pub key: Digest,
    /// Digest of the passcode.
    pub passcode: Digest,
    /// The security questions with the digests of their answers.
    pub questions: Vec<(u16, Digest)>,
    /// Whether the QR switch is on.
    pub qr_switch: bool,
}

/// What a story is to the run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Brings people into the state that the load wants: judged, but in no figure.
    Prepare,
    /// Warms the target up: judged, but in no figure.
    WarmUp,
    /// The load itself.
    #[default]
    Load,
}

/// One person of a cell, with the truth about them on the run's day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Role in the story.
    pub role: MemberRole,
    /// The facts.
    pub person: Person,
    /// The devices that act for this member, in the order in which they appear.
    pub devices: Vec<DeviceId>,
    /// What was known of the account before.
    pub prior: Prior,
    /// Papers and bills in the registers, where the story needs them.
    pub holdings: Holdings,
}

/// The facts about a cell, recorded before its first call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellFacts {
    /// The cell.
    pub cell: CellId,
    /// The arrival that opened it.
    pub arrival: ArrivalId,
    /// The journey, by its name in scenarios.
    pub journey: Box<str>,
    /// The twist or attack, by its name in scenarios.
    pub twist: Option<Box<str>>,
    /// What the story is to the run.
    pub act: Act,
    /// Who is in it.
    pub members: Vec<Member>,
    /// Every phone number that belongs to the story.
    pub phones: Vec<PhoneNumber>,
}

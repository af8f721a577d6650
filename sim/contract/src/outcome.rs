//! What the national system answers, in the domain's words. A profile maps an implementation's answers to these.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Bill, BirthDate, CitizenNumber, Code, DeviceId, Digest, Paper, Sex, SmsPurpose, Token};

/// The answer to one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Done as asked.
    Done(Box<Values>),
    /// Refused, for one of these reasons: a uniform refusal names several.
    Refused(Reasons),
    /// Too busy just now (429, 503), with the wait that was asked for.
    Unavailable {
        /// `Retry-After`, if it was given.
        retry_after: Option<Duration>,
    },
    /// A server error.
    Fault {
        /// HTTP status.
        status: u16,
    },
    /// An answer that the profile does not explain. Never a refusal.
    Unmapped {
        /// HTTP status.
        status: u16,
        /// The beginning of the answer, at most 200 bytes.
        sample: Box<str>,
    },
    /// Somebody else answered: a firewall, a rate limiter, a proxy.
    Foreign {
        /// HTTP status.
        status: u16,
    },
    /// No answer: the request may or may not have been carried out.
    Indeterminate(Loss),
}

impl Outcome {
    /// Whether the call was carried out, as far as the answer tells.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
    /// The values of a done call.
    #[must_use]
    pub fn values(&self) -> Option<&Values> {
        match self {
            Self::Done(values) => Some(values),
            _ => None,
        }
    }
    /// The reasons of a refusal.
    #[must_use]
    pub fn reasons(&self) -> Option<Reasons> {
        match self {
            Self::Refused(reasons) => Some(*reasons),
            _ => None,
        }
    }
    /// A done call that tells nothing.
    #[must_use]
    pub fn done() -> Self {
        Self::Done(Box::default())
    }
    /// The word for the kind of answer, as in reports.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Refused(_) => "refused",
            Self::Unavailable { .. } => "unavailable",
            Self::Fault { .. } => "fault",
            Self::Unmapped { .. } => "unmapped",
            Self::Foreign { .. } => "foreign",
            Self::Indeterminate(_) => "indeterminate",
        }
    }
}

/// How an answer was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// No connection could be made: nothing was sent, so nothing was carried out.
    NotSent,
    /// The connection broke after the request was on its way.
    Reset,
    /// No answer within the limit.
    TimedOut,
    /// The answer was no HTTP, or larger than the limit.
    Garbled,
}

/// What a done call told. Only what the operation gives is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// Challenge, application or activation, to be shown in later steps.
    pub handle: Option<Token>,
    /// The session.
    pub session: Option<Token>,
    /// The declared lifetime of the session or code.
    pub expires_in: Option<Duration>,
    /// Personal data shown.
    pub shown: Option<Box<Shown>>,
    /// Whether activation asks for a password.
    pub needs_password: Option<bool>,
    /// The state of the account.
    pub account: Option<AccountState>,
    /// Numbers of the security questions: those offered, or in a reset those to be answered.
    pub questions: Vec<u16>,
    /// What gets the next session.
    pub refresh: Option<Token>,
    /// The ticket of a QR, to be signed by the phone.
    pub ticket: Option<QrTicket>,
    /// A QR that the server made whole.
    pub qr: Option<Token>,
    /// The code of a device move, shown on the old device.
    pub code: Option<Code>,
    /// The devices of the account.
    pub devices: Vec<DeviceId>,
    /// Papers: the kinds and numbers of a list, or the one shown.
    pub papers: Vec<Paper>,
    /// Bills to be paid and paid ones.
    pub bills: Vec<Bill>,
    /// The balance, in đồng.
    pub balance_vnd: Option<i64>,
    /// Receipts of payments or submissions: the one just given, or the list.
    pub receipts: Vec<Receipt>,
    /// What the notices of the account are for, oldest first.
    pub notices: Vec<SmsPurpose>,
    /// The address of residence, as filled into a form.
    pub address: Option<Box<str>>,
}

/// What the server gives for a QR; the phone signs it (COSE_Sign1 over CWT claims, RFC 9052 and RFC 8392).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrTicket {
    /// Its id (`cti`).
    pub id: Token,
    /// When it was given (`iat`), Unix milliseconds of the server's clock.
    pub issued_ms: i64,
    /// When its life ends (`exp`), Unix milliseconds of the server's clock.
    pub expires_ms: i64,
}

/// What says that something was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Its id, given by the server.
    pub id: Token,
    /// For which request id of the phone, if the answer tells.
    pub request: Option<Token>,
    /// How much was paid, in đồng; positive: out of the account; negative: into it. None for a submission.
    pub amount_vnd: Option<i64>,
}

/// Personal data in an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The twelve digits.
    pub number: Option<CitizenNumber>,
    /// Full name.
    pub name: Option<Box<str>>,
    /// Date of birth.
    pub born: Option<BirthDate>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Which picture the register has of the person: the digest of its text, `Digest::of(portrait.to_string().as_bytes())`.
    /// Shown to an official after a genuine scan.
    pub portrait: Option<Digest>,
}

/// Level of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// No account.
    None,
    /// App account (tài khoản ứng dụng).
    App,
    /// Level 1.
    One,
    /// Level 2.
    Two,
}

/// Where an application for a level stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Application {
    /// None filed.
    None,
    /// Waits.
    Pending,
    /// Approved.
    Approved,
    /// Rejected.
    Rejected,
}

/// Whether the account is activated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// Not activated.
    None,
    /// The notice went out.
    Notified,
    /// Activated.
    Activated,
}

/// The state of an account as an answer tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    /// Level.
    pub level: Level,
    /// Application.
    pub application: Application,
    /// Activation.
    pub activation: Activation,
}

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// Why something was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Reason { $($(#[doc = $doc])+ $name,)+ }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
            /// The word used in profiles, problems and reports.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

reasons! {
    /// The request is not well-formed in some way that no other reason names.
    Malformed = "malformed",
    /// The citizen number is not one.
    NumberMalformed = "number-malformed",
    /// Không đạt: the fields do not match the population database.
    PopulationMismatch = "population-mismatch",
    /// Dead, cancelled or under age.
    PersonNotEligible = "person-not-eligible",
    /// The scanned card's number is not the number typed.
    ScanDiffers = "scan-differs",
    /// The citizen has an account.
    AccountExists = "account-exists",
    /// The phone number serves another citizen.
    PhoneTaken = "phone-taken",
    /// No such challenge, application or activation, or not this caller's.
    HandleUnknown = "handle-unknown",
    /// The code is not the one that was sent.
    CodeWrong = "code-wrong",
    /// The code's lifetime is over.
    CodeExpired = "code-expired",
    /// The code was used.
    CodeUsed = "code-used",
    /// The code was voided by a newer one, or its challenge by too many wrong ones.
    CodeVoid = "code-void",
    /// Too many wrong codes for the account within the hour.
    AttemptsExhausted = "attempts-exhausted",
    /// A resend came sooner than the gap allows.
    ResendTooSoon = "resend-too-soon",
    /// Too many resends for the number within the hour.
    ResendTooMany = "resend-too-many",
    /// The password does not meet the policy.
    PasswordWeak = "password-weak",
    /// The step is not due yet, or done already.
    StepOutOfOrder = "step-out-of-order",
    /// Number and password do not fit, or no such account.
    CredentialsWrong = "credentials-wrong",
    /// Locked after too many wrong passwords.
    Locked = "locked",
    /// No session, or none that is known.
    SessionMissing = "session-missing",
    /// The session's life is over.
    SessionExpired = "session-expired",
    /// The session is another device's.
    SessionForeignDevice = "session-foreign-device",
    /// The account is bound to another device.
    BoundElsewhere = "bound-elsewhere",
    /// A proof of the device key is wanted.
    ProofMissing = "proof-missing",
    /// The proof is by another key, or not for this request.
    ProofForeign = "proof-foreign",
    /// The proof is outside of its time window.
    ProofStale = "proof-stale",
    /// The proof was shown before.
    ProofReplayed = "proof-replayed",
    /// The card is another person's.
    CardNotOwn = "card-not-own",
    /// The card is lost, re-issued, cancelled or expired.
    CardNotInForce = "card-not-in-force",
    /// The phone has NFC: the chip is to be read.
    ChipWanted = "chip-wanted",
    /// No portrait.
    PortraitMissing = "portrait-missing",
    /// The portrait is another person's.
    PortraitDiffers = "portrait-differs",
    /// An application is pending or approved already.
    ApplicationExists = "application-exists",
    /// First message: tài khoản của bạn chưa được định danh điện tử.
    NotIdentified = "not-identified",
    /// Second message: Tài khoản của bạn đã thực hiện kích hoạt.
    AlreadyActivated = "already-activated",
    /// The phone number is not the account's.
    PhoneNotRegistered = "phone-not-registered",
    /// The device is in use by another account.
    DeviceInUse = "device-in-use",
    /// The activation window is over: hotline.
    WindowClosed = "window-closed",
    /// The passcode is not six digits.
    PasscodeMalformed = "passcode-malformed",
    /// Not two different questions of the list, answered.
    QuestionsWrong = "questions-wrong",
    /// The refresh token was used, or its session is over.
    RefreshUsed = "refresh-used",
    /// Login by fingerprint or face is turned off.
    UnlockOff = "unlock-off",
    /// Only a police officer at a counter may ask this.
    OfficerWanted = "officer-wanted",
    /// The fingerprints are another person's, or missing.
    FingerprintsDiffer = "fingerprints-differ",
    /// The account is not activated.
    NotActivated = "not-activated",
    /// Level 2 is wanted.
    Level2Wanted = "level2-wanted",
    /// The switch "Xác minh ứng dụng qua QR code" is off.
    SwitchOff = "switch-off",
    /// Giả: the QR was not made by the bound device of an account that may make it.
    QrFake = "qr-fake",
    /// The QR's life is over.
    QrExpired = "qr-expired",
    /// A newer QR replaced it, or the switch was turned off.
    QrReplaced = "qr-replaced",
    /// The QR was scanned before.
    QrUsed = "qr-used",
    /// The official's own QR.
    SelfScan = "self-scan",
    /// The passcode was not entered in this session.
    PasscodeWanted = "passcode-wanted",
    /// The passcode is wrong.
    PasscodeWrong = "passcode-wrong",
    /// The utilities are locked after too many wrong passcodes.
    UtilitiesLocked = "utilities-locked",
    /// The register knows no such paper of this citizen, or the wallet does not hold it.
    PaperUnknown = "paper-unknown",
    /// The request id was used for another content.
    RequestDiffers = "request-differs",
    /// The balance is too low.
    BalanceLow = "balance-low",
    /// The recipient has no activated account, or is the sender.
    RecipientUnfit = "recipient-unfit",
    /// No such bill of this citizen, or the amount is not the bill's.
    BillUnknown = "bill-unknown",
    /// The bill is paid.
    BillPaid = "bill-paid",
    /// The answers to the security questions are wrong.
    AnswersWrong = "answers-wrong",
    /// Nobody has asked to move this account, or the move is over.
    MoveNotAsked = "move-not-asked",
}

impl Reason {
    /// The reason of that word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == name)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A set of reasons.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Reasons(u128);

impl Reasons {
    /// The set of one.
    #[must_use]
    pub fn one(reason: Reason) -> Self {
        Self(1 << reason as u8)
    }
    /// Whether the set has that reason.
    #[must_use]
    pub fn has(self, reason: Reason) -> bool {
        self.0 & (1 << reason as u8) != 0
    }
    /// This set and one reason more.
    #[must_use]
    pub fn with(self, reason: Reason) -> Self {
        Self(self.0 | 1 << reason as u8)
    }
    /// Whether no reason is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// The reasons in their order.
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.iter().copied().filter(move |&reason| self.has(reason))
    }
    /// Whether both sets share a reason.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl FromIterator<Reason> for Reasons {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        reasons.into_iter().fold(Self::default(), Self::with)
    }
}

impl fmt::Display for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Reason::as_str).collect();
        f.write_str(&words.join(" or "))
    }
}

impl fmt::Debug for Reasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_word_and_bit() {
        let words: std::collections::BTreeSet<_> = Reason::ALL.iter().map(|r| r.as_str()).collect();
        assert_eq!(words.len(), Reason::ALL.len());
        let all: Reasons = Reason::ALL.iter().copied().collect();
        assert_eq!(all.iter().count(), Reason::ALL.len());
        assert!(Reason::ALL.iter().all(|&r| Reason::named(r.as_str()) == Some(r)));
    }
}

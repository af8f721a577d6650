//! What a phone asks of the national system, in the domain's words. A target profile turns an [`Operation`] into a
//! request of some implementation; the record keeps it; the oracle judges the answer by it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{BirthDate, CitizenNumber, Code, DeviceId, OldNumber, PhoneNumber, Portrait, Secret, Sex, Token};

/// The four fields that must match the population database, and the phone number to be registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// As typed or scanned: may be any text, since people mistype.
    pub number: Box<str>,
    /// The phone that shall get the code.
    pub phone: PhoneNumber,
    /// Full name.
    pub name: Box<str>,
    /// Date of birth.
    pub born: BirthDate,
    /// Sex.
    pub sex: Sex,
}

/// The seven fields printed in a card's QR. It carries no signature: anyone can print one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintedCard {
    /// The twelve digits.
    pub number: CitizenNumber,
    /// The nine digits of the older card.
    pub old_number: Option<OldNumber>,
    /// Full name.
    pub name: Box<str>,
    /// Date of birth; who has only a year has `0101` in front of it, as printed.
    pub born: BirthDate,
    /// Sex.
    pub sex: Sex,
    /// Permanent residence.
    pub address: Box<str>,
    /// Day of issue.
    pub issued: jiff::civil::Date,
}

/// One request of the national system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// Is the system up? Asks nothing of anybody.
    ServiceHealth,
    /// The list of security questions.
    ServiceQuestions,
    /// Journey 1: asks for an app account; a match sends a code.
    AccountRegister {
        /// What the citizen states.
        form: Form,
        /// The card's printed QR, when it was scanned.
        scanned: Option<Box<PrintedCard>>,
    },
    /// Asks for the registration code once more.
    AccountResend {
        /// From `account.register`.
        challenge: Token,
    },
    /// Enters the registration code.
    AccountConfirm {
        /// From `account.register`.
        challenge: Token,
        /// As typed.
        code: Code,
    },
    /// Sets the password; the account exists from here on.
    AccountSetPassword {
        /// From `account.register`.
        challenge: Token,
        /// The password.
        password: Secret,
    },
    /// Journey 2.
    SessionLogin {
        /// The twelve digits as typed.
        number: CitizenNumber,
        /// The password as typed.
        password: Secret,
    },
    /// The account of the session: number, name, level, application, activation.
    AccountShow,
    /// Journey 3: opens a level-1 application with the card's printed QR.
    Level1ReadCard {
        /// What was scanned.
        printed: Box<PrintedCard>,
        /// Whether the phone says that it could read the chip.
        nfc: bool,
    },
    /// Adds the portrait to the application.
    Level1Portrait {
        /// From `level1.read-card`.
        application: Token,
        /// The picture taken; none: an empty one is sent.
        portrait: Option<Portrait>,
    },
    /// Confirms the application ("Xác nhận thông tin đăng ký").
    Level1Submit {
        /// From `level1.read-card`.
        application: Token,
        /// Optional (rule `email-optional`).
        email: Option<Box<str>>,
    },
    /// Journey 6: asks for activation ("Gửi yêu cầu"); sends a code.
    ActivationRequest {
        /// The twelve digits.
        number: CitizenNumber,
        /// The phone number as typed.
        phone: PhoneNumber,
    },
    /// Asks for the activation code once more.
    ActivationResend {
        /// From `activation.request`.
        challenge: Token,
    },
    /// Enters the activation code.
    ActivationConfirm {
        /// From `activation.request`.
        challenge: Token,
        /// As typed.
        code: Code,
    },
    /// Sets a password; only for who had no account.
    ActivationSetPassword {
        /// From `activation.request`.
        challenge: Token,
        /// The password.
        password: Secret,
    },
    /// Sets the passcode.
    ActivationSetPasscode {
        /// From `activation.request`.
        challenge: Token,
        /// Six digits, or a mistake.
        passcode: Secret,
    },
    /// Answers the security questions; the account is active and the device bound from here on.
    ActivationSetQuestions {
        /// From `activation.request`.
        challenge: Token,
        /// Number of the question and its answer, in the order typed.
        answers: Vec<(u16, Secret)>,
    },
}

/// The name of an operation, without what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is documented at the Operation of the same name")]
pub enum OperationName {
    ServiceHealth,
    ServiceQuestions,
    AccountRegister,
    AccountResend,
    AccountConfirm,
    AccountSetPassword,
    SessionLogin,
    AccountShow,
    Level1ReadCard,
    Level1Portrait,
    Level1Submit,
    ActivationRequest,
    ActivationResend,
    ActivationConfirm,
    ActivationSetPassword,
    ActivationSetPasscode,
    ActivationSetQuestions,
}

impl OperationName {
    /// Every operation, in the order of the journeys.
    pub const ALL: [Self; 17] = [
        Self::ServiceHealth,
        Self::ServiceQuestions,
        Self::AccountRegister,
        Self::AccountResend,
        Self::AccountConfirm,
        Self::AccountSetPassword,
        Self::SessionLogin,
        Self::AccountShow,
        Self::Level1ReadCard,
        Self::Level1Portrait,
        Self::Level1Submit,
        Self::ActivationRequest,
        Self::ActivationResend,
        Self::ActivationConfirm,
        Self::ActivationSetPassword,
        Self::ActivationSetPasscode,
        Self::ActivationSetQuestions,
    ];
    /// The name as written in profiles, scenarios and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceHealth => "service.health",
            Self::ServiceQuestions => "service.questions",
            Self::AccountRegister => "account.register",
            Self::AccountResend => "account.resend",
            Self::AccountConfirm => "account.confirm",
            Self::AccountSetPassword => "account.set-password",
            Self::SessionLogin => "session.login",
            Self::AccountShow => "account.show",
            Self::Level1ReadCard => "level1.read-card",
            Self::Level1Portrait => "level1.portrait",
            Self::Level1Submit => "level1.submit",
            Self::ActivationRequest => "activation.request",
            Self::ActivationResend => "activation.resend",
            Self::ActivationConfirm => "activation.confirm",
            Self::ActivationSetPassword => "activation.set-password",
            Self::ActivationSetPasscode => "activation.set-passcode",
            Self::ActivationSetQuestions => "activation.set-questions",
        }
    }
    /// The operation of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Operation {
    /// Which operation this is.
    #[must_use]
    pub fn name(&self) -> OperationName {
        match self {
            Self::ServiceHealth => OperationName::ServiceHealth,
            Self::ServiceQuestions => OperationName::ServiceQuestions,
            Self::AccountRegister { .. } => OperationName::AccountRegister,
            Self::AccountResend { .. } => OperationName::AccountResend,
            Self::AccountConfirm { .. } => OperationName::AccountConfirm,
            Self::AccountSetPassword { .. } => OperationName::AccountSetPassword,
            Self::SessionLogin { .. } => OperationName::SessionLogin,
            Self::AccountShow => OperationName::AccountShow,
            Self::Level1ReadCard { .. } => OperationName::Level1ReadCard,
            Self::Level1Portrait { .. } => OperationName::Level1Portrait,
            Self::Level1Submit { .. } => OperationName::Level1Submit,
            Self::ActivationRequest { .. } => OperationName::ActivationRequest,
            Self::ActivationResend { .. } => OperationName::ActivationResend,
            Self::ActivationConfirm { .. } => OperationName::ActivationConfirm,
            Self::ActivationSetPassword { .. } => OperationName::ActivationSetPassword,
            Self::ActivationSetPasscode { .. } => OperationName::ActivationSetPasscode,
            Self::ActivationSetQuestions { .. } => OperationName::ActivationSetQuestions,
        }
    }
}

/// Which proof of the device key goes with a request (RFC 9449, DPoP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofShown {
    /// A fresh proof by the caller's own key.
    Own,
    /// No proof at all.
    Missing,
    /// A fresh proof by a key that is not this device's.
    Foreign,
    /// A proof by the own key, older than the window allows.
    Stale,
    /// A proof that was shown before.
    Replayed,
}

/// A device key: signs, and tells its public half. Kept in phones, used by targets; never in a record.
pub trait Signer: Send + Sync {
    /// The P-256 signature over SHA-256 of `message`, r and s, 32 bytes each (JWS ES256).
    fn sign(&self, message: &[u8]) -> [u8; 64];
    /// The public key as a JWK (RFC 7517), members in the order of RFC 7638.
    fn public_jwk(&self) -> &str;
    /// The RFC 7638 thumbprint, base64url without padding.
    fn thumbprint(&self) -> &str;
}

/// Who calls: an app installation, its session, its key.
#[derive(Clone, Serialize, Deserialize)]
pub struct Caller {
    /// The installation.
    pub device: DeviceId,
    /// The session, once logged in.
    pub session: Option<Token>,
    /// Which proof shall go along.
    pub proof: ProofShown,
    /// Digest of the thumbprint of the key that signs (the foreign one for [`ProofShown::Foreign`]).
    pub key: crate::Digest,
    /// The key itself.
    #[serde(skip)]
    pub signer: Option<Arc<dyn Signer>>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("device", &self.device)
            .field("session", &self.session)
            .field("proof", &self.proof)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Caller {
    fn eq(&self, other: &Self) -> bool {
        self.device == other.device
            && self.session == other.session
            && self.proof == other.proof
            && self.key == other.key
    }
}
impl Eq for Caller {}

/// One request: what, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What is asked.
    pub operation: Operation,
    /// Who asks.
    pub caller: Caller,
}

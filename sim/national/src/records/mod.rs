//! What the twin remembers: plain records, each under a [`Key`].
//!
//! Invariant: a record holds no secret in clear but the live code of a challenge; passwords, passcodes and answers are
//! argon2 hashes, proofs are digests, and of keys there is the public half. Not here: how records are stored, and what may be done to them.

mod challenge;
mod handle;
mod qr;
mod session;
mod utilities;

use serde::{Deserialize, Serialize};
use songsinh_contract::{
    AccountState, Activation as ActivationWord, Application as ApplicationWord, BirthDate, CitizenNumber, DeviceId,
    Digest, Level, PhoneNumber, Portrait, Rulebook, Sex, SmsPurpose,
};

pub use challenge::{
    Activation, ActivationStep, Attempts, Challenge, Challenged, Latest, Move, Rate, Registration, Reset, ResetStep,
};
pub use handle::{Handle, HandleKind};
pub use qr::{QrDesk, Ticket};
pub use session::{Family, Moving, OfficerLogins, OfficerSession, Passcodes, Refresh};
pub use utilities::{Cause, Entry, Opening, Purse, Submission, Submissions, Wallet};

/// A hashed secret in PHC form (`$argon2id$v=19$…`).
pub type PasswordHash = Box<str>;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident($id:ty) $table:literal;)+) => {
        /// Where a record is kept.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Key { $($(#[doc = $doc])+ $kind($id),)+ }

        /// A record of any kind.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub enum Record { $($(#[doc = $doc])+ $kind($kind),)+ }

        impl Key {
            /// The tables, one for each kind of record, in the order of the kinds.
            pub const TABLES: &'static [&'static str] = &[$($table,)+];
            /// The table in which the record is kept.
            #[must_use]
            pub fn table(&self) -> &'static str {
                match self { $(Self::$kind(_) => $table,)+ }
            }
            /// The key within its table.
            #[must_use]
            pub fn text(&self) -> String {
                match self { $(Self::$kind(id) => Spelled::spelled(id),)+ }
            }
            /// Reads back what [`Record::body`] wrote for a record under this key.
            ///
            /// # Errors
            /// When the text is not a record of this kind.
            pub fn read(&self, body: &str) -> Result<Record, serde_json::Error> {
                match self { $(Self::$kind(_) => serde_json::from_str(body).map(Record::$kind),)+ }
            }
        }

        impl Record {
            /// The record as JSON.
            ///
            /// # Errors
            /// Never for the records of this module; the signature is serde's.
            pub fn body(&self) -> Result<String, serde_json::Error> {
                match self { $(Self::$kind(record) => serde_json::to_string(record),)+ }
            }
        }

        $(impl Kept for $kind {
            type Id = $id;
            fn key(id: $id) -> Key { Key::$kind(id) }
            fn open(record: Record) -> Option<Self> {
                match record { Record::$kind(one) => Some(one), _ => None }
            }
            fn wrap(self) -> Record { Record::$kind(self) }
        })+
    };
}

/// A kind of record: ties a struct to its key.
pub trait Kept: Sized {
    /// What tells one record of the kind from another.
    type Id: Copy;
    /// The key of the record of that id.
    fn key(id: Self::Id) -> Key;
    /// The record out of its wrapping; none if it is of another kind.
    fn open(record: Record) -> Option<Self>;
    /// Wraps the record.
    fn wrap(self) -> Record;
}

kinds! {
    /// An account, by citizen number.
    Account(CitizenNumber) "accounts";
    /// Whose account a phone number serves.
    Owner(PhoneNumber) "owners";
    /// A registration on its way, by its handle.
    Registration(Handle) "registrations";
    /// An application for a level, by its handle.
    Application(Handle) "applications";
    /// An activation on its way, by its handle.
    Activation(Handle) "activations";
    /// A login session, by its token.
    Session(Handle) "sessions";
    /// The account to which a device is bound.
    Binding(DeviceId) "bindings";
    /// The codes sent to a phone number for a purpose.
    Rate(Addressed) "rates";
    /// The wrong codes of an account.
    Attempts(Person) "attempts";
    /// The newest challenge of a citizen, phone and purpose.
    Latest(Opened) "latest";
    /// The wrong passwords of a citizen number.
    Logins(CitizenNumber) "logins";
    /// A proof that was shown.
    Proof(ProofId) "proofs";
    /// The account that logged in last; written only under the misbehaviour `other-citizens-data`.
    Showcase(Only) "showcase";
    /// What a misbehaviour remembers, by the digest of its name and subject; written by nothing else.
    Mark(Digest) "marks";
    /// A refresh token, by itself.
    Refresh(Handle) "refreshes";
    /// The sessions that came out of one login, by a handle that nobody is told.
    Family(Handle) "families";
    /// A session of a police officer, by its token.
    OfficerSession(Handle) "officer_sessions";
    /// The wrong passwords of an officer's name, by the name's digest.
    OfficerLogins(Digest) "officer_logins";
    /// The wrong passcodes of an account.
    Passcodes(CitizenNumber) "passcodes";
    /// A reset of a password on its way, by its handle.
    Reset(Handle) "resets";
    /// A move to a new phone on its way, by its handle.
    Move(Handle) "moves";
    /// The newest move of an account.
    Moving(CitizenNumber) "moving";
    /// A bound device's public key; written only under the misbehaviour `qr-any-device`.
    Maker(Digest) "makers";
    /// The switch of an account's QR codes, and the newest.
    QrDesk(CitizenNumber) "qr_desks";
    /// What a phone signs into a QR, by its id.
    Ticket(Handle) "tickets";
    /// That the passcode opened the utilities for a session, by the session's token.
    Opening(Handle) "openings";
    /// The papers of an account.
    Wallet(CitizenNumber) "wallets";
    /// The submissions of an account.
    Submissions(CitizenNumber) "submissions";
    /// The money of an account.
    Purse(CitizenNumber) "purses";
}

/// A phone number and what it is written to for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Addressed(pub PhoneNumber, pub SmsPurpose);

/// An account, or a citizen and a phone before there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person(pub CitizenNumber, pub PhoneNumber);

/// A citizen, a phone and a purpose: what a newer code must share with an older one in order to void it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Opened(pub CitizenNumber, pub PhoneNumber, pub SmsPurpose);

/// A proof: digest of the signing key's thumbprint, digest of the `jti`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ProofId(pub Digest, pub Digest);

/// The id of a record of which there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Only;

/// How an id is spelled in a store's key column.
trait Spelled {
    fn spelled(&self) -> String;
}
macro_rules! spelled_as_displayed {
    ($($type:ty),+) => { $(impl Spelled for $type { fn spelled(&self) -> String { self.to_string() } })+ };
}
spelled_as_displayed!(CitizenNumber, PhoneNumber, Handle, DeviceId, Digest);

fn purpose_word(purpose: SmsPurpose) -> &'static str {
    match purpose {
        SmsPurpose::Register => "register",
        SmsPurpose::Activate => "activate",
        SmsPurpose::Reset => "reset",
        SmsPurpose::Approved => "approved",
        SmsPurpose::Rejected => "rejected",
    }
}

impl Spelled for Addressed {
    fn spelled(&self) -> String {
        format!("{}:{}", self.0, purpose_word(self.1))
    }
}
impl Spelled for Person {
    fn spelled(&self) -> String {
        format!("{}:{}", self.0, self.1)
    }
}
impl Spelled for Opened {
    fn spelled(&self) -> String {
        format!("{}:{}:{}", self.0, self.1, purpose_word(self.2))
    }
}
impl Spelled for ProofId {
    fn spelled(&self) -> String {
        format!("{}:{}", self.0, self.1)
    }
}
impl Spelled for Only {
    fn spelled(&self) -> String {
        "only".to_owned()
    }
}

/// An account: exists from the password on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The twelve digits.
    pub number: CitizenNumber,
    /// The phone number that gets the codes and notices.
    pub phone: PhoneNumber,
    /// Full name.
    pub name: Box<str>,
    /// Date of birth.
    pub born: BirthDate,
    /// Sex.
    pub sex: Sex,
    /// The level that counts: none for who only waits at a counter. Level 2 over an active level 1 counts from its own
    /// activation on; until then [`Account::upgrade_ms`] stands for it.
    pub level: Level,
    /// Where the newest application stands.
    pub application: ApplicationWord,
    /// Whether and where it is activated.
    pub activation: ActivationState,
    /// The password; none for who never had an app account.
    pub password: Option<PasswordHash>,
    /// The passcode, from activation on.
    pub passcode: Option<PasswordHash>,
    /// The security questions and the hashes of their answers, from activation on.
    pub questions: Vec<(u16, PasswordHash)>,
    /// Sessions of an earlier era are ended.
    #[serde(default)]
    pub era: u32,
    /// The applications that wait, newest last.
    #[serde(default)]
    pub pending: Vec<Handle>,
    /// When the notice of level 2 went out, while level 1 is active; Unix milliseconds.
    #[serde(default)]
    pub upgrade_ms: Option<i64>,
    /// Whether the bound device's key logs in (fingerprint or face).
    #[serde(default)]
    pub unlock: bool,
    /// What the notices were for, oldest first, the newest [`NOTICES_MAX`].
    #[serde(default)]
    pub notices: Vec<SmsPurpose>,
    /// The register's picture, as it was when the newest level was granted.
    #[serde(default)]
    pub portrait: Option<Portrait>,
}

/// How many notices an account keeps.
pub const NOTICES_MAX: usize = 50;

impl Account {
    /// The state as answers tell it.
    #[must_use]
    pub fn state(&self) -> AccountState {
        let activation = match self.activation {
            ActivationState::None => ActivationWord::None,
            ActivationState::Notified { .. } => ActivationWord::Notified,
            ActivationState::Activated { .. } => ActivationWord::Activated,
        };
        AccountState { level: self.level, application: self.application, activation }
    }
    /// Notes a notice.
    pub fn note(&mut self, purpose: SmsPurpose) {
        self.notices.push(purpose);
        let surplus = self.notices.len().saturating_sub(NOTICES_MAX);
        self.notices.drain(..surplus);
    }
    /// The account without its device: it keeps the level it was granted, is not activated, has a fresh window, and its
    /// sessions are ended.
    #[must_use]
    pub fn unbound(self, now_ms: i64) -> Self {
        Self {
            level: if self.upgrade_ms.is_some() { Level::Two } else { self.level },
            upgrade_ms: None,
            activation: ActivationState::Notified { since_ms: now_ms },
            era: self.era + 1,
            unlock: false,
            ..self
        }
    }
    /// The device to which the account is bound.
    #[must_use]
    pub fn device(&self) -> Option<DeviceId> {
        match self.activation {
            ActivationState::Activated { device, .. } => Some(device),
            _ => None,
        }
    }
}

/// Whether an account is activated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActivationState {
    /// No notice went out yet.
    None,
    /// The notice went out.
    Notified {
        /// When, Unix milliseconds.
        since_ms: i64,
    },
    /// Activated.
    Activated {
        /// On which device.
        device: DeviceId,
        /// When, Unix milliseconds.
        at_ms: i64,
    },
}

/// Whose account a phone number serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The citizen.
    pub number: CitizenNumber,
}

/// The account that uses a device, and the device's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The citizen.
    pub number: CitizenNumber,
    /// Digest of the key's thumbprint.
    pub key: Digest,
    /// The public key as a JWK; empty: it was never shown, so nothing that the device signs can be checked.
    #[serde(default)]
    pub jwk: Box<str>,
}

/// An application for a level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Whose.
    pub number: CitizenNumber,
    /// When the card was read or shown, Unix milliseconds.
    pub opened_ms: i64,
    /// The picture of the population record.
    pub reference: Portrait,
    /// The picture handed in.
    pub portrait: Option<Portrait>,
    /// Optional.
    pub email: Option<Box<str>>,
    /// Where it stands.
    pub stage: ApplicationStage,
    /// For which level.
    #[serde(default = "level_1")]
    pub level: Level,
}

/// What applications were for before there was level 2.
fn level_1() -> Level {
    Level::One
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApplicationStage {
    /// Not submitted.
    Draft,
    /// Submitted; the clerk decides at that time (Unix milliseconds), as drawn at submission.
    Pending {
        /// When.
        due_ms: i64,
        /// How.
        approve: bool,
    },
    /// Approved.
    Approved,
    /// Rejected.
    Rejected,
}

/// A login session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub number: CitizenNumber,
    /// On which device.
    pub device: DeviceId,
    /// When the login was, Unix milliseconds; a refresh keeps it.
    pub opened_ms: i64,
    /// Last used, Unix milliseconds.
    pub used_ms: i64,
    /// The era of the account at the opening.
    #[serde(default)]
    pub era: u32,
    /// To which login it belongs.
    #[serde(default)]
    pub family: Option<Handle>,
}

/// The wrong passwords of a citizen number, whether it has an account or not. They add up until a right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Logins {
    /// How many.
    pub wrong: u32,
    /// Locked until then, Unix milliseconds.
    pub locked_until_ms: i64,
    /// When the last wrong one came, Unix milliseconds.
    #[serde(default)]
    pub tried_ms: i64,
    /// Whether nobody had an account of that number then: such tries are not remembered for good.
    #[serde(default)]
    pub is_unknown: bool,
}

/// A proof that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Its time, Unix milliseconds.
    pub iat_ms: i64,
}

/// The account that logged in last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Showcase {
    /// The citizen.
    pub number: CitizenNumber,
}

/// What a misbehaviour remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When, Unix milliseconds.
    pub at_ms: i64,
}

/// A bound device's public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maker {
    /// As a JWK.
    pub jwk: Box<str>,
}

/// How long finished or abandoned things are remembered beyond their use, so that late calls get the exact reason.
const KEEP_MS: i64 = 24 * 3_600_000;

impl Record {
    /// The time (Unix milliseconds) from which the record changes no answer any more but to "unknown"; none for what is
    /// kept for good.
    #[must_use]
    pub fn useless_from(&self, book: &Rulebook) -> Option<i64> {
        let ms = |span: std::time::Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4);
        match self {
            Self::Account(_) | Self::Owner(_) | Self::Binding(_) | Self::Showcase(_) | Self::Maker(_) => None,
            Self::Mark(one) => Some(one.at_ms + KEEP_MS),
            Self::Logins(one) => one.is_unknown.then(|| one.tried_ms.max(one.locked_until_ms) + KEEP_MS),
            Self::OfficerLogins(one) => Some(one.tried_ms.max(one.locked_until_ms) + KEEP_MS),
            Self::Registration(one) => {
                Some(one.challenge.issued_ms + ms(book.otp_lifetime) + ms(book.after_code) + KEEP_MS)
            }
            Self::Activation(one) => Some(one.challenge.issued_ms + ms(book.otp_lifetime) + KEEP_MS),
            Self::Application(one) => match one.stage {
                ApplicationStage::Pending { .. } => None,
                _ => Some(one.opened_ms + ms(book.session_absolute) + KEEP_MS),
            },
            Self::Session(one) => Some(one.opened_ms + ms(book.session_absolute) + KEEP_MS),
            Self::Rate(one) => Some(one.last_ms + ms(book.otp_window).max(ms(book.otp_resend_gap))),
            Self::Attempts(one) => Some(one.wrong_ms.iter().max()? + ms(book.otp_window)),
            Self::Passcodes(_) => None,
            Self::Refresh(one) => Some(one.opened_ms + ms(book.session_absolute) + KEEP_MS),
            Self::Family(one) => Some(one.opened_ms + ms(book.session_absolute) + KEEP_MS),
            Self::OfficerSession(one) => Some(one.opened_ms + ms(book.session_absolute) + KEEP_MS),
            Self::Reset(one) => Some(one.challenge.issued_ms + ms(book.otp_lifetime) + ms(book.after_code) + KEEP_MS),
            Self::Move(one) => Some(one.challenge.issued_ms + ms(book.otp_lifetime) + KEEP_MS),
            Self::Moving(one) => Some(one.opened_ms + KEEP_MS + KEEP_MS),
            Self::Latest(one) => Some(one.opened_ms + KEEP_MS + KEEP_MS),
            Self::QrDesk(_) | Self::Wallet(_) | Self::Submissions(_) | Self::Purse(_) => None,
            Self::Ticket(one) => Some(one.expires_ms + KEEP_MS),
            Self::Opening(one) => Some(one.at_ms + ms(book.session_absolute) + KEEP_MS),
            Self::Proof(one) => Some(one.iat_ms + ms(book.proof_window) + 1),
        }
    }
    /// When the clerk is to decide, for a pending application.
    #[must_use]
    pub fn due_ms(&self) -> Option<i64> {
        match self {
            Self::Application(Application { stage: ApplicationStage::Pending { due_ms, .. }, .. }) => Some(*due_ms),
            _ => None,
        }
    }
}

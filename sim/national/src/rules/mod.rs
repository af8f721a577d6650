//! The functional core: what the national system answers and what it then remembers.
//!
//! ```text
//! command -> decide -> Ask(query)  -> the shell asks, outside of any lock
//!               ^                        |
//!               +---- answers, again ----+   everything is validated anew
//!            decide -> Commit { changes, outbox, answer }
//! ```
//!
//! Invariant: pure. The same records, command, answers, time and chance give the same step. A refusal commits nothing
//! but counters: wrong tries, wrong passwords, proofs shown, the session's last use.
//! Not here: I/O, storage, HTTP, the words of messages (see `words`).

mod activation;
mod application;
mod approval;
mod case;
mod code;
mod counter;
mod device;
mod login;
mod moves;
mod passcode;
mod password;
mod personal;
mod qr;
mod registration;
mod reset;
mod session;
mod standing;
#[cfg(test)]
mod tests;
mod utilities;

use std::sync::Arc;

use jiff::civil::Date;
use songsinh_card::app_qr::ParsedQr;
use songsinh_contract::{
    Bill, BirthDate, Call, CardFacts, Chance, CitizenNumber, Code, Digest, LifeStatus, OldNumber, Operation, Outcome,
    Paper, Person, PhoneNumber, Portrait, Reason, Reasons, Rulebook, Secret, Sex, SmsPurpose, UnixMillis, Values,
};

use crate::config::ApprovalPlan;
use crate::officers::Officer;
use crate::quirks::{Luck, Misbehaviours};
use crate::records::{Handle, Key, PasswordHash, Record};

pub(crate) use case::{Case, Stop, Who};

/// Numbers of the security questions offered.
pub const QUESTIONS: std::ops::RangeInclusive<u16> = 1..=10;

/// Where records are read from while a command is decided.
pub trait Source {
    /// The record under that key, as committed.
    fn read(&self, key: &Key) -> Option<Record>;
}

/// Under which circumstances a command is decided.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// Now, by the twin's clock.
    pub now: UnixMillis,
    /// The world's civil day: ages and cards are judged on it.
    pub day: Date,
    /// Lifetimes, counts, choices.
    pub book: &'a Rulebook,
    /// How applications are settled.
    pub approval: &'a ApprovalPlan,
    /// What the twin does wrong on purpose.
    pub quirks: &'a Misbehaviours,
    /// Whether it does so in this call.
    pub luck: Luck,
    /// The police officers at the counters.
    pub officers: &'a [Officer],
    /// What every account's money starts with, in đồng.
    pub opening_balance_vnd: i64,
}

/// What a request shows of the device key. The shell has checked signature, method, path and session hash; the core
/// judges key, time and repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofClaim {
    /// No proof came along.
    Missing,
    /// A proof that is none: unreadable, wrong signature, made for another request or session.
    Unsound,
    /// A proof that holds for this request.
    Sound {
        /// Digest of the RFC 7638 thumbprint of the key that signed (`Digest::of(thumbprint.as_bytes())`).
        key: Digest,
        /// Digest of the proof's `jti`.
        jti: Digest,
        /// The proof's `iat`, Unix milliseconds.
        iat_ms: i64,
        /// The public key that signed, as a JWK (RFC 7517) with its members in the order of RFC 7638.
        jwk: Arc<str>,
    },
}

/// Something that only the world outside knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Do these fields match the population database?
    PopulationVerify {
        /// The twelve digits.
        number: CitizenNumber,
        /// Name.
        name: Box<str>,
        /// Date of birth.
        born: BirthDate,
        /// Sex.
        sex: Sex,
    },
    /// The register's entry of a number.
    PopulationLookup {
        /// The twelve digits.
        number: CitizenNumber,
    },
    /// Hash these secrets.
    Hash {
        /// In this order.
        secrets: Vec<Secret>,
    },
    /// Does the secret fit the hash? Without a hash the same work is done and the answer is no.
    Check {
        /// As typed.
        secret: Secret,
        /// Of the account, if there is one.
        against: Option<PasswordHash>,
    },
    /// Does each secret fit its hash?
    CheckAll {
        /// As typed, and of the account.
        pairs: Vec<(Secret, PasswordHash)>,
    },
    /// Did the key sign the QR? A check of some 70 µs, so it is not done where records are read and written.
    QrSignature {
        /// What was read.
        qr: Box<ParsedQr>,
        /// The public key, as a JWK.
        jwk: Box<str>,
        /// Whether the signature holds even if the QR names another key (misbehaviour `qr-key-name-unchecked`).
        any_name: bool,
    },
    /// The papers that the registers hold of a citizen.
    Papers {
        /// The twelve digits.
        number: CitizenNumber,
    },
    /// The bills that the billers hold of a citizen.
    Bills {
        /// The twelve digits.
        number: CitizenNumber,
    },
}

/// What the population database says about four fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They match a person, who is alive or not.
    Match(LifeStatus),
    /// A field differs.
    Mismatch,
    /// No such number.
    Unknown,
}

/// The register's entry of a person, as far as the twin uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterEntry {
    /// The nine digits of the older card.
    pub old_number: Option<OldNumber>,
    /// Full name.
    pub name: Box<str>,
    /// Date of birth.
    pub born: BirthDate,
    /// Sex.
    pub sex: Sex,
    /// Permanent residence.
    pub address: Box<str>,
    /// Alive or not.
    pub life: LifeStatus,
    /// The card in the person's hand.
    pub card: Option<CardFacts>,
    /// The picture on file.
    pub portrait: Portrait,
}

impl From<&Person> for RegisterEntry {
    fn from(person: &Person) -> Self {
        Self {
            old_number: person.old_number,
            name: person.name.as_str().into(),
            born: person.born,
            sex: person.sex,
            address: person.address.as_str().into(),
            life: person.life,
            card: person.card,
            portrait: person.portrait,
        }
    }
}

/// The answers that the shell has gathered for one command so far.
#[derive(Debug, Clone, Default)]
pub struct Replies {
    /// To [`Query::PopulationVerify`].
    pub verdict: Option<Verdict>,
    /// To [`Query::PopulationLookup`]; the inner none: no such number.
    pub entry: Option<Option<RegisterEntry>>,
    /// To [`Query::Hash`], in order.
    pub hashes: Option<Vec<PasswordHash>>,
    /// To [`Query::Check`]: the hash that was checked against, and whether the secret fits.
    pub check: Option<(Option<PasswordHash>, bool)>,
    /// To [`Query::CheckAll`]: the hashes that were checked against, and whether each secret fits.
    pub checks: Option<(Vec<PasswordHash>, Vec<bool>)>,
    /// To [`Query::QrSignature`]: the key that was checked with, and whether it signed.
    pub signature: Option<(Box<str>, bool)>,
    /// To [`Query::Papers`].
    pub papers: Option<Vec<Paper>>,
    /// To [`Query::Bills`].
    pub bills: Option<Vec<Bill>>,
}

/// One record to be written or removed.
#[expect(clippy::large_enum_variant, reason = "nearly all changes are puts: a box would be an allocation for each")]
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Write.
    Put(Key, Record),
    /// Remove.
    Remove(Key),
}

/// A text message that leaves with the commit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OutboxSms {
    /// Random; also the Idempotency-Key at the gateway.
    pub id: u64,
    /// Recipient.
    pub to: PhoneNumber,
    /// What it is for.
    pub purpose: SmsPurpose,
    /// The words.
    pub text: Box<str>,
    /// When it was committed, Unix milliseconds.
    pub made_ms: i64,
    /// From when on sending it makes no sense any more, Unix milliseconds; notices are sent whenever.
    pub drop_ms: Option<i64>,
}

impl OutboxSms {
    /// Whether it carries a code; codes go ahead of notices.
    #[must_use]
    pub fn is_code(&self) -> bool {
        matches!(self.purpose, SmsPurpose::Register | SmsPurpose::Activate | SmsPurpose::Reset)
    }
}

/// The twin's answer to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// In the words of the contract.
    pub outcome: Outcome,
    /// A code that stands in the answer, which only the misbehaviour `code-in-answer` brings about.
    pub leaked: Option<Code>,
}

impl Answer {
    /// A done call that tells these values.
    #[must_use]
    pub fn done(values: Values) -> Self {
        Self { outcome: Outcome::Done(Box::new(values)), leaked: None }
    }
    /// A refusal.
    #[must_use]
    pub fn refused(reason: Reason) -> Self {
        Self { outcome: Outcome::Refused(Reasons::one(reason)), leaked: None }
    }
}

/// What comes next for a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Ask the world outside and decide again.
    Ask(Query),
    /// Commit all of this as one, then answer.
    Commit {
        /// Records to write.
        changes: Vec<Change>,
        /// Messages to send.
        outbox: Vec<OutboxSms>,
        /// The answer.
        answer: Answer,
    },
}

/// Decides one call.
#[must_use]
pub fn decide(
    records: &dyn Source,
    call: &Call,
    proof: &ProofClaim,
    replies: &Replies,
    frame: &Frame<'_>,
    chance: &mut Chance,
) -> Step {
    let mut case = Case::new(records, frame, chance, replies);
    let who = Who { caller: &call.caller, proof };
    case.note_proof(who);
    let result = match &call.operation {
        Operation::ServiceHealth => Ok(Values::default()),
        Operation::ServiceQuestions => Ok(Values { questions: QUESTIONS.collect(), ..Values::default() }),
        Operation::AccountRegister { form, scanned } => {
            registration::register(&mut case, who, form, scanned.as_deref())
        }
        Operation::AccountResend { challenge } => registration::resend(&mut case, who, challenge),
        Operation::AccountConfirm { challenge, code } => registration::confirm(&mut case, who, challenge, *code),
        Operation::AccountSetPassword { challenge, password } => {
            registration::set_password(&mut case, who, challenge, password)
        }
        Operation::SessionLogin { number, password } => login::login(&mut case, who, *number, password),
        Operation::AccountShow => login::show(&mut case, who),
        Operation::Level1ReadCard { printed, nfc } => application::read_card(&mut case, who, printed, *nfc),
        Operation::Level1Portrait { application, portrait } => {
            application::portrait(&mut case, who, application, *portrait)
        }
        Operation::Level1Submit { application, email } => {
            application::submit(&mut case, who, application, email.as_deref())
        }
        Operation::ActivationRequest { number, phone } => activation::request(&mut case, who, *number, *phone),
        Operation::ActivationResend { challenge } => activation::resend(&mut case, who, challenge),
        Operation::ActivationConfirm { challenge, code } => activation::confirm(&mut case, who, challenge, *code),
        Operation::ActivationSetPassword { challenge, password } => {
            activation::set_password(&mut case, who, challenge, password)
        }
        Operation::ActivationSetPasscode { challenge, passcode } => {
            activation::set_passcode(&mut case, who, challenge, passcode)
        }
        Operation::ActivationSetQuestions { challenge, answers } => {
            activation::set_questions(&mut case, who, challenge, answers)
        }
        Operation::ServiceTerms
        | Operation::SessionRefresh { .. }
        | Operation::SessionLogout
        | Operation::SessionUnlock { .. }
        | Operation::UnlockSwitch { .. }
        | Operation::NoticeList
        | Operation::PasswordChange { .. }
        | Operation::PasscodeChange { .. }
        | Operation::ResetRequest { .. }
        | Operation::ResetResend { .. }
        | Operation::ResetConfirm { .. }
        | Operation::ResetAnswer { .. }
        | Operation::ResetSetPassword { .. } => personal::decide(&mut case, who, &call.operation),
        Operation::OfficerLogin { .. } | Operation::Level2File { .. } | Operation::ApplicationDecide { .. } => {
            counter::decide(&mut case, who, &call.operation)
        }
        Operation::DeviceList
        | Operation::DeviceRelease
        | Operation::DeviceMove { .. }
        | Operation::DeviceMoveCode
        | Operation::DeviceMoveConfirm { .. } => moves::decide(&mut case, who, &call.operation),
        Operation::QrSwitch { .. } | Operation::QrMint | Operation::QrScan { .. } => {
            qr::decide(&mut case, who, &call.operation)
        }
        Operation::PasscodeEnter { .. }
        | Operation::WalletAdd { .. }
        | Operation::WalletList
        | Operation::WalletShow { .. }
        | Operation::FormOpen { .. }
        | Operation::FormSubmit { .. }
        | Operation::FormList
        | Operation::PaymentBills
        | Operation::PaymentBalance
        | Operation::PaymentPay { .. }
        | Operation::PaymentTransfer { .. } => utilities::decide(&mut case, who, &call.operation),
    };
    case.close(result)
}

/// Decides a pending application that is due: the clerk's side of journey 4. One that is not due or not pending any
/// more is left alone.
#[must_use]
pub fn settle(records: &dyn Source, application: Handle, frame: &Frame<'_>, chance: &mut Chance) -> Step {
    let replies = Replies::default();
    let mut case = Case::new(records, frame, chance, &replies);
    approval::settle(&mut case, application);
    case.close(Ok(Values::default()))
}

/// Reads through to another source and notes which records a command needs, in the order of first need.
pub struct Traced<'a> {
    under: &'a dyn Source,
    keys: std::cell::RefCell<Vec<Key>>,
}

impl<'a> Traced<'a> {
    /// A trace over `under`.
    #[must_use]
    pub fn new(under: &'a dyn Source) -> Self {
        Self { under, keys: std::cell::RefCell::default() }
    }
    /// What was read.
    #[must_use]
    pub fn touched(self) -> Vec<Key> {
        self.keys.into_inner()
    }
}

impl Source for Traced<'_> {
    fn read(&self, key: &Key) -> Option<Record> {
        let mut keys = self.keys.borrow_mut();
        if !keys.contains(key) {
            keys.push(*key);
        }
        self.under.read(key)
    }
}

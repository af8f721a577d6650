//! What people present: forms, cards, fingerprints, QR codes on a screen; with the truth about how they were made.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{BirthDate, CitizenNumber, OldNumber, PhoneNumber, Portrait, Sex, Token};

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

/// The prints of a finger, as far as the harness needs them: whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fingerprints {
    /// The same number as the face of the person ([`Portrait::face`]).
    pub of: u64,
}

impl fmt::Display for Fingerprints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SSF1.{:016x}", self.of)
    }
}

impl std::str::FromStr for Fingerprints {
    type Err = FingerprintsError;
    fn from_str(text: &str) -> Result<Self, FingerprintsError> {
        let hex = text.strip_prefix("SSF1.").ok_or(FingerprintsError)?;
        if hex.len() != 16 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(FingerprintsError);
        }
        u64::from_str_radix(hex, 16).map(|of| Self { of }).map_err(|_| FingerprintsError)
    }
}

/// A text that is no fingerprints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not fingerprints: SSF1.<16 hex digits> is wanted")]
pub struct FingerprintsError;

/// What an officer takes down at the counter for level 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterFiling {
    /// The twelve digits.
    pub number: CitizenNumber,
    /// The phone number that shall get notices and codes.
    pub phone: PhoneNumber,
    /// Optional.
    pub email: Option<Box<str>>,
    /// The card in hand.
    pub card: PrintedCard,
    /// The picture taken; none: an empty one is sent.
    pub portrait: Option<Portrait>,
    /// The prints taken; none: they are left out.
    pub fingerprints: Option<Fingerprints>,
}

/// The QR that an official's camera sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownQr {
    /// The text in the QR. The record keeps its digest.
    pub text: Token,
    /// The ticket from `qr.mint` on which it is based; none: it was made up.
    pub ticket: Option<Token>,
    /// What is wrong with it; none: it is what the citizen's phone made.
    pub flaw: Option<QrFlaw>,
    /// Whether somebody else's screen shows it: a photograph of a genuine QR. No rule tells such a QR from the
    /// original, so that either answer stands; reports count it as a known limit.
    pub photographed: bool,
}

macro_rules! flaws {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// What is wrong with a QR that is not what the bound device made. All of them are *giả*.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum QrFlaw { $($(#[doc = $doc])+ $name,)+ }

        impl QrFlaw {
            /// Every flaw.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
            /// The word in reports.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

flaws! {
    /// The signature's bits are not one of this key over this text.
    SignatureForged = "signature-forged",
    /// No algorithm and no signature (`alg: none`).
    SignatureMissing = "signature-missing",
    /// A MAC with the public key as its secret.
    MacByPublicKey = "mac-by-public-key",
    /// Signed by the right key, but another key is named.
    OtherKeyNamed = "other-key-named",
    /// Signed by another device that is bound to another account.
    OtherDevice = "other-device",
    /// Signed by a key that nobody has registered.
    UnknownKey = "unknown-key",
    /// The text was changed and the signature kept.
    Edited = "edited",
    /// Made for another audience.
    WrongAudience = "wrong-audience",
    /// A version or prefix that nobody knows.
    UnknownVersion = "unknown-version",
    /// The end is missing.
    Truncated = "truncated",
    /// Bytes follow the end.
    TrailingBytes = "trailing-bytes",
    /// A claim stands twice.
    DuplicateClaim = "duplicate-claim",
    /// Five kilobytes of text.
    Oversized = "oversized",
    /// Signed by the right key, but the phone lengthened the life that the server gave.
    LifeExtended = "life-extended",
    /// Signed by the right key, but issued in the future.
    FromTheFuture = "from-the-future",
    /// A counterfeit app's: looks right, no ticket behind it.
    Counterfeit = "counterfeit",
    /// Signed by the right key over a ticket id that was guessed.
    TicketGuessed = "ticket-guessed",
}

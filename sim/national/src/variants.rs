//! Other ways to be right: what a system may do differently without breaking a rule, so that a harness can show that it
//! raises no false alarm.
//!
//! Invariant: a variant breaks no rule. Where it makes another choice of the rulebook, judge and twin are told the same
//! rulebook ([`Variant::choose`]); where it concerns the world around the twin, whoever makes the world reads it; the rest
//! the twin does itself. Without a variant nothing here draws from chance.

use std::fmt;

use songsinh_contract::{DeviceInUse, QrReplay, Reason, ResendPolicy, Rulebook, UnixMillis};

macro_rules! variants {
    ($($name:ident $text:literal $sentence:literal;)+) => {
        /// A way in which a system may differ and still be right.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Variant { $(#[doc = $sentence] $name,)+ }

        impl Variant {
            /// Every variant.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
            /// The name on the command line and in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
            /// What it does, in a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }
    };
}

variants! {
    SlowAnswers "slow-answers"
        "One answer in five comes up to 1.5 seconds late, after what it tells was done.";
    Busy "busy"
        "One request in twenty is answered by 503 with Retry-After, and nothing is done.";
    AnswersLost "answers-lost"
        "Of one request in thirty-three the connection is reset after the commit, and nobody is told.";
    ClockAhead "clock-ahead"
        "The server's clock is 90 seconds ahead of everybody else's.";
    VagueRefusals "vague-refusals"
        "Refusals of one kind are told alike: of a code, of a resend, of a session, of a proof.";
    SmsLate "sms-late"
        "Text messages travel as at a campaign's peak: they come late, and overtake each other.";
    SmsDoubled "sms-doubled"
        "Three text messages in ten arrive twice.";
    SmsLost "sms-lost"
        "One text message in ten never arrives.";
    PopulationFails "population-fails"
        "The population service takes up to a second, and one question in ten fails.";
    ApprovalLate "approval-late"
        "An approval takes 3 to 8 seconds.";
    SameCode "same-code"
        "A resend repeats the code instead of making a new one.";
    DeviceTransfer "device-transfer"
        "A device in use by another account may be taken over: the code moves the binding.";
    QrWhileLive "qr-while-live"
        "A QR may be scanned again as long as it lives.";
    QrOutlivesSwitch "qr-outlives-switch"
        "Turning the switch off leaves a live QR alone.";
    LoginElsewhere "login-elsewhere"
        "An active account may log in on another phone.";
    FilingWhilePending "filing-while-pending"
        "Level 2 may be filed while level 1 is pending.";
    Level1WithoutServices "level1-without-services"
        "At level 1 the public services are closed.";
    FaceNotCompared "face-not-compared"
        "A portrait is taken without comparing it, as before Decree 59.";
    PhonesShared "phones-shared"
        "A phone number may serve several citizens.";
    RefreshKept "refresh-kept"
        "A refresh token serves again and again while its login lives.";
}

impl Variant {
    /// The variant of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|variant| variant.as_str() == name)
    }
    /// Makes the variant's choice in a rulebook, for judge and twin alike; most variants make none.
    pub fn choose(self, book: &mut Rulebook) {
        match self {
            Self::SameCode => book.otp_resend_policy = ResendPolicy::SameCode,
            Self::DeviceTransfer => book.device_in_use = DeviceInUse::Transfer,
            Self::QrWhileLive => book.qr_replay = QrReplay::AllowedWhileLive,
            Self::QrOutlivesSwitch => book.qr_switch_voids = false,
            Self::LoginElsewhere => book.login_elsewhere_refused = false,
            Self::FilingWhilePending => book.level2_while_pending = true,
            Self::Level1WithoutServices => book.level1_services = false,
            Self::FaceNotCompared => book.portrait_must_match = false,
            Self::PhonesShared => book.one_account_per_phone = false,
            Self::RefreshKept => book.refresh_rotates = false,
            _ => {}
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a text names no variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{name}» is no variant of the twin; `songsinh twin --list-variants` prints the names")]
pub struct VariantError {
    /// What was given.
    pub name: String,
}

/// A set of variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variants([bool; Variant::ALL.len()]);

impl Variants {
    /// None: the twin as it comes.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }
    /// This set and one variant more.
    #[must_use]
    pub fn with(mut self, variant: Variant) -> Self {
        self.0[variant as usize] = true;
        self
    }
    /// Reads a list of names.
    ///
    /// # Errors
    /// When a name is wrong.
    pub fn parse<'a>(list: impl IntoIterator<Item = &'a str>) -> Result<Self, VariantError> {
        list.into_iter().try_fold(Self::none(), |set, name| {
            let variant = Variant::named(name).ok_or_else(|| VariantError { name: name.to_owned() })?;
            Ok(set.with(variant))
        })
    }
    /// Whether the variant is in the set.
    #[must_use]
    pub fn has(&self, variant: Variant) -> bool {
        self.0[variant as usize]
    }
    /// The variants of the set.
    pub fn iter(&self) -> impl Iterator<Item = Variant> + '_ {
        Variant::ALL.iter().copied().filter(|&variant| self.has(variant))
    }
    /// A rulebook with the set's choices made.
    #[must_use]
    pub fn chosen(&self, mut book: Rulebook) -> Rulebook {
        self.iter().for_each(|variant| variant.choose(&mut book));
        book
    }
    /// What the twin's clock tells when it is `now`.
    #[must_use]
    pub fn told(&self, now: UnixMillis) -> UnixMillis {
        let ahead_ms = if self.has(Variant::ClockAhead) { CLOCK_AHEAD_MS } else { 0 };
        UnixMillis(now.0.saturating_add(ahead_ms))
    }
}

/// Refusals that `vague-refusals` tells alike, and the one word for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusalKind {
    /// The word in the place of a reason's.
    pub word: &'static str,
    reasons: &'static [Reason],
}

impl RefusalKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self {
            word: "code-refused",
            reasons: &[
                Reason::CodeWrong,
                Reason::CodeExpired,
                Reason::CodeUsed,
                Reason::CodeVoid,
                Reason::AttemptsExhausted,
            ],
        },
        Self { word: "resend-refused", reasons: &[Reason::ResendTooSoon, Reason::ResendTooMany] },
        Self {
            word: "session-refused",
            reasons: &[Reason::SessionMissing, Reason::SessionExpired, Reason::SessionForeignDevice],
        },
        Self {
            word: "proof-refused",
            reasons: &[Reason::ProofMissing, Reason::ProofForeign, Reason::ProofStale, Reason::ProofReplayed],
        },
    ];
    /// Its reasons.
    pub fn reasons(self) -> impl Iterator<Item = Reason> {
        self.reasons.iter().copied()
    }
}

/// The kind to which a reason belongs, if it is told alike with others.
#[must_use]
pub fn kind_of(reason: Reason) -> Option<RefusalKind> {
    RefusalKind::ALL.iter().copied().find(|kind| kind.reasons.contains(&reason))
}

/// Of `clock-ahead`: well within the window of proofs, and longer than any lifetime of a shortened rulebook.
const CLOCK_AHEAD_MS: i64 = 90_000;

impl Default for Variants {
    fn default() -> Self {
        Self([false; Variant::ALL.len()])
    }
}

/// The catalogue as a table in Markdown.
#[must_use]
pub fn variants_table() -> String {
    let mut out = String::from("| variant | what it does |\n| --- | --- |\n");
    for variant in Variant::ALL {
        out.push_str(&format!("| `{variant}` | {} |\n", variant.sentence()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for &variant in Variant::ALL {
            assert_eq!(Variant::named(variant.as_str()), Some(variant));
            assert!(Variants::none().with(variant).iter().eq([variant]));
        }
        let set = Variants::parse(["busy", "same-code"]).unwrap();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Variant::Busy, Variant::SameCode]);
        assert!(Variants::parse(["busier"]).unwrap_err().to_string().contains("«busier» is no variant"));
        assert!(variants_table().contains("| `busy` | One request in twenty"));
    }

    #[test]
    fn a_choice_changes_the_rulebook_and_the_rest_leaves_it_alone() {
        let book = Rulebook::default();
        let choices: Vec<Variant> = Variant::ALL
            .iter()
            .copied()
            .filter(|&variant| Variants::none().with(variant).chosen(book.clone()) != book)
            .collect();
        assert_eq!(choices.first(), Some(&Variant::SameCode));
        assert_eq!(choices.len(), Variant::ALL.len() - 10);
    }
}

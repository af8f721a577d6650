//! The rules that an implementation must keep: the project's copy of the domain page. Every rule has a stable slug,
//! and code, scenarios, reports and tests use that slug and no other name.
//!
//! TQ is Tuyên Quang's letter 5101/TCT68 (its numbered steps), TN is Tây Ninh's letter 487/TCTĐA06.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Certainty {
    /// S: stated by the documents or the law.
    Stated,
    /// I: inferred from them.
    Inferred,
    /// P: good practice (NIST, OWASP, ICAO, the field).
    Practice,
}

macro_rules! rules {
    ($($name:ident $slug:literal $certainty:ident $timed:literal $group:literal $text:literal $source:literal;)+) => {
        /// A rule of the domain, in the order of the domain page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Rule { $(#[doc = $text] #[serde(rename = $slug)] $name,)+ }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
            /// The stable name.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)+ }
            }
            /// How sure it is.
            #[must_use]
            pub const fn certainty(self) -> Certainty {
                match self { $(Self::$name => Certainty::$certainty,)+ }
            }
            /// Whether it has a time bound.
            #[must_use]
            pub const fn is_timed(self) -> bool {
                match self { $(Self::$name => $timed,)+ }
            }
            /// Whether a run of this version can decide it: not what takes the card's chip, which no operation reads, not
            /// what shows only when the SMS provider fails its client, and not how long a decision takes, which is
            /// reported and not judged.
            #[must_use]
            pub const fn is_decidable(self) -> bool {
                !matches!(
                    self,
                    Self::CardPassiveAuthentication
                        | Self::CardActiveAuthentication
                        | Self::CardChallengeSingleUse
                        | Self::SmsBacksOff
                        | Self::SmsCarrierIsolation
                        | Self::SmsAmbiguityIsSafe
                        | Self::ApprovalInTime
                )
            }
            /// The heading of the domain page under which it stands.
            #[must_use]
            pub const fn group(self) -> &'static str {
                match self { $(Self::$name => $group,)+ }
            }
            /// The rule in a sentence.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
            /// Where it comes from.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self { $(Self::$name => $source,)+ }
            }
        }
    };
}

rules! {
    RegisterNeedsPopulationMatch "register-needs-population-match" Stated false "Registration and the population database"
        "Number, name, date of birth, sex match the population database; else refused, no code sent"
        "TQ 3";
    RegisterMismatchIsCorrectable "register-mismatch-is-correctable" Stated false "Registration and the population database"
        "After Không đạt the citizen may correct and go on"
        "TQ 3";
    RegisterScanMatchesTyped "register-scan-matches-typed" Inferred false "Registration and the population database"
        "The scanned card's number is the number typed before"
        "TQ 3";
    RegisterNumberIsWellFormed "register-number-is-well-formed" Stated false "Registration and the population database"
        "12 digits; province, century-sex digit and birth year agree with the person"
        "Decree 137/2015";
    RegisterOneAccountPerCitizen "register-one-account-per-citizen" Inferred false "Registration and the population database"
        "One account for a citizen, also under simultaneous registrations"
        "TQ 3";
    RegisterOneAccountPerPhone "register-one-account-per-phone" Practice false "Registration and the population database"
        "One phone number serves one citizen (rulebook: on)"
        "public VNeID guides";
    RegisterPersonEligible "register-person-eligible" Stated false "Registration and the population database"
        "A dead, cancelled or under-age (< 14) person is refused"
        "Decree 59";
    RegisterIncompleteLeavesNothing "register-incomplete-leaves-nothing" Inferred false "Registration and the population database"
        "No login before code and password are done"
        "TQ 3";
    OtpGoesToRegisteredPhone "otp-goes-to-registered-phone" Stated false "One-time codes (registration, activation, reset, device move)"
        "To the phone number of the account, never to one named later by someone else"
        "TQ 7";
    OtpExpires "otp-expires" Practice true "One-time codes (registration, activation, reset, device move)"
        "180 s: refused from then on, accepted before"
        "NIST 800-63B (≤ 600 s)";
    OtpSingleUse "otp-single-use" Practice false "One-time codes (registration, activation, reset, device move)"
        "A used code is refused; of simultaneous uses exactly one wins"
        "NIST 800-63B";
    OtpSupersededByNewer "otp-superseded-by-newer" Practice false "One-time codes (registration, activation, reset, device move)"
        "Never two different codes that both work: a resend voids the older (newest-only, default) or repeats it (same-code)"
        "field practice";
    OtpNeverInAnswer "otp-never-in-answer" Practice false "One-time codes (registration, activation, reset, device move)"
        "The code appears in the SMS alone. Judged at the same place of an answer more than once, since six digits meet by chance"
        "OWASP ASVS";
    OtpAttemptsLimited "otp-attempts-limited" Practice false "One-time codes (registration, activation, reset, device move)"
        "5 wrong codes void the challenge; the right one is refused after; a resend does not reset the count for the account beyond 15 an hour"
        "NIST, OWASP";
    OtpBoundToPurpose "otp-bound-to-purpose" Practice false "One-time codes (registration, activation, reset, device move)"
        "A registration code does not activate, and the other way round"
        "OWASP ASVS";
    OtpBoundToCitizen "otp-bound-to-citizen" Practice false "One-time codes (registration, activation, reset, device move)"
        "One citizen's code does nothing for another, nor for another phone's session"
        "OWASP ASVS";
    OtpResendLimited "otp-resend-limited" Practice true "One-time codes (registration, activation, reset, device move)"
        "Resend not sooner than 60 s, at most 5 an hour for a number"
        "OWASP ASVS";
    OtpUnpredictable "otp-unpredictable" Practice false "One-time codes (registration, activation, reset, device move)"
        "6 digits, uniform, unrelated to the request: a suspicion from a test at α = 10⁻⁹ over a run, never a violation of one answer"
        "RFC 4226";
    LoginNeedsPassword "login-needs-password" Stated false "Login, passwords, sessions"
        "Wrong password refused"
        "TQ 4";
    LoginLockout "login-lockout" Practice true "Login, passwords, sessions"
        "5 wrong passwords lock for 300 s; the right one is refused while locked, accepted after"
        "OWASP ASVS";
    PasswordPolicy "password-policy" Practice false "Login, passwords, sessions"
        "8-20 characters with upper, lower, digit and one of ! @ # $ ^  ( ) _ -"
        "public VNeID guides";
    PasswordChangeEndsSessions "password-change-ends-sessions" Practice false "Login, passwords, sessions"
        "Old password and other sessions stop working"
        "OWASP ASVS";
    SessionExpires "session-expires" Practice true "Login, passwords, sessions"
        "idle 15 min, absolute 12 h"
        "OWASP ASVS";
    SessionBoundToDevice "session-bound-to-device" Inferred false "Login, passwords, sessions"
        "A session shown by another device is refused"
        "TN (device management)";
    NoEnumeration "no-enumeration" Practice false "Login, passwords, sessions"
        "Login and reset answer alike, in words, whether the account exists or not (time: a suspicion). Registration and activation are exempt: the letter prescribes their answers"
        "OWASP ASVS";
    CardPassiveAuthentication "card-passive-authentication" Practice false "Card and portrait"
        "Security object chains to the country CA, data groups match its hashes"
        "ICAO 9303-11";
    CardActiveAuthentication "card-active-authentication" Practice false "Card and portrait"
        "The chip signs the server's fresh challenge; a copied chip is refused"
        "ICAO 9303-11";
    CardChallengeSingleUse "card-challenge-single-use" Practice true "Card and portrait"
        "A challenge serves once, lives 60 s, in its own session"
        "ICAO 9303-11";
    CardBelongsToCitizen "card-belongs-to-citizen" Stated false "Card and portrait"
        "Chip data and printed QR are those of the logged-in citizen"
        "TQ 5";
    CardDataShownIsTrue "card-data-shown-is-true" Stated false "Card and portrait"
        "The data shown for confirmation equals the card's"
        "TQ 5";
    CardNotRevokedOrExpired "card-not-revoked-or-expired" Inferred false "Card and portrait"
        "A lost, re-issued, cancelled or expired card is refused"
        "law on citizen identification";
    CardQrOnlyWithoutNfc "card-qr-only-without-nfc" Stated false "Card and portrait"
        "Printed QR serves for level 1 only where the phone has no NFC"
        "TQ 5";
    PortraitRequired "portrait-required" Stated false "Card and portrait"
        "No application without a portrait"
        "TQ 5";
    PortraitMatches "portrait-matches" Inferred false "Card and portrait"
        "A portrait that is not the citizen's is refused (from decree-59-2022 on)"
        "Decree 59";
    EmailOptional "email-optional" Stated false "Card and portrait"
        "An application without e-mail goes through"
        "TQ 5";
    Level1NeedsLogin "level1-needs-login" Stated false "Level, approval, activation"
        "Only after login"
        "TQ 5";
    Level2NeedsCounter "level2-needs-counter" Stated false "Level, approval, activation"
        "Only filed by a police officer"
        "Decree 59 art. 14";
    StepsInOrder "steps-in-order" Inferred false "Level, approval, activation"
        "A step asked for before its turn is refused and changes nothing"
        "TQ 3-7";
    ApprovalSendsSms "approval-sends-sms" Stated false "Level, approval, activation"
        "Approval leads to one activation notice, and none before"
        "TQ 6";
    ApprovalInTime "approval-in-time" Stated false "Level, approval, activation"
        "Level 1 within 1 working day, level 2 within 3 (7 without a chip card): reported, not judged"
        "Decree 59 art. 17";
    ActivateAppAccountRefused "activate-app-account-refused" Stated false "Level, approval, activation"
        "Only an app account, or the application pending or rejected → refused with the first message"
        "TQ 6";
    ActivateOnce "activate-once" Stated false "Level, approval, activation"
        "This level is activated already → refused with the second message"
        "TQ 6";
    ActivateNeedsRegisteredPhone "activate-needs-registered-phone" Stated false "Level, approval, activation"
        "The phone number is the account's; else refused, no code"
        "TQ 6-7";
    ActivateNeedsCode "activate-needs-code" Stated false "Level, approval, activation"
        "Not without the right code"
        "TQ 7";
    ActivateSetsPasswordOnlyIfNone "activate-sets-password-only-if-none" Stated false "Level, approval, activation"
        "Password step exactly where there was no account before"
        "TQ 7";
    ActivateNeedsPasscode "activate-needs-passcode" Stated false "Level, approval, activation"
        "Passcode of exactly 6 digits"
        "TQ 7";
    ActivateNeedsTwoSecurityQuestions "activate-needs-two-security-questions" Stated false "Level, approval, activation"
        "2 different questions from the list, answered"
        "TQ 7";
    ActivateIncompleteIsNotActivated "activate-incomplete-is-not-activated" Inferred false "Level, approval, activation"
        "Any step missing → not activated, and the device stays free"
        "TQ 7";
    ActivationWindow "activation-window" Stated true "Level, approval, activation"
        "Within 7 days of the notice; after that through the hotline"
        "Decree 59 art. 18";
    DeviceOneAccount "device-one-account" Stated false "Device binding"
        "A device in use by another level-1/2 account is told so. TQ can be read two ways: refuse (default: use another device) or transfer (go on, the code moves the binding); never two accounts bound to one device"
        "TQ 7";
    AccountOneDevice "account-one-device" Inferred false "Device binding"
        "An account is active on one device; a move frees and logs out the old one, and needs a code shown on the old device, or the chip and the password"
        "TQ 7, TN, public VNeID guides";
    DeviceRaceOneWinner "device-race-one-winner" Inferred false "Device binding"
        "Of simultaneous activations for one device or one account exactly one wins"
        "TQ 7";
    DeviceKeyProof "device-key-proof" Practice false "Device binding"
        "Requests of a bound device are signed by its key; a missing, foreign, stale or replayed proof is refused"
        "RFC 9449";
    DeviceReleaseEndsAccess "device-release-ends-access" Inferred false "Device binding"
        "After release its sessions, proofs and live QR codes are dead at once"
        "TN";
    QrNeedsLevel2 "qr-needs-level2" Stated false "QR verification"
        "Only an activated level-2 account makes it"
        "TN 1";
    QrNeedsSwitch "qr-needs-switch" Stated false "QR verification"
        "Only with the switch turned on"
        "TN 1";
    QrExpires "qr-expires" Stated true "QR verification"
        "60 s by the server's clock: genuine before, refused as expired from 60.000 s on; a new one can be made"
        "TN note";
    QrNewReplacesOld "qr-new-replaces-old" Practice false "QR verification"
        "A newly made QR voids the one before"
        "field practice";
    QrOfficialNeedsLevel2 "qr-official-needs-level2" Stated false "QR verification"
        "Only a logged-in, activated level-2 account scans"
        "TN 3";
    QrFakeIsSaidFake "qr-fake-is-said-fake" Stated false "QR verification"
        "Forged, altered, foreign-key, counterfeit-app QR: giả, never an error page, never genuine"
        "TN 3";
    QrBoundToDevice "qr-bound-to-device" Inferred false "QR verification"
        "A QR that the bound device did not make is fake"
        "TN 3";
    QrReplay "qr-replay" Practice false "QR verification"
        "A second scan: once (default; of simultaneous scans exactly one wins) or allowed-while-live"
        "USENIX Security 2017, 2025";
    QrResultIsTrue "qr-result-is-true" Stated false "QR verification"
        "What the official sees is the citizen's own data"
        "TN 3";
    QrSelfScanRefused "qr-self-scan-refused" Practice false "QR verification"
        "An official cannot verify himself"
        "field practice";
    UtilityNeedsActivation "utility-needs-activation" Stated false "Utilities"
        "Wallet, services, payments only after activation"
        "TQ";
    UtilityNeedsLevel2 "utility-needs-level2" Stated false "Utilities"
        "Shown papers (which then equal presenting the originals) and all utilities need level 2; level 1: services only (rulebook table)"
        "TQ 2, TN, Decree 59 art. 13";
    UtilityNeedsPasscode "utility-needs-passcode" Stated false "Utilities"
        "The passcode opens the utilities; 5 wrong ones lock them for 300 s"
        "TQ 7";
    WalletOwnDocumentsOnly "wallet-own-documents-only" Stated false "Utilities"
        "Only the citizen's own papers, true to the registers"
        "TQ utility 2";
    ServiceFormPrefilled "service-form-prefilled" Stated false "Utilities"
        "Fields come filled with true data"
        "TQ utility 1";
    ServiceSubmittedOnce "service-submitted-once" Practice false "Utilities"
        "A retried submission is kept once"
        "field practice";
    PaymentExactlyOnce "payment-exactly-once" Practice false "Utilities"
        "A retried payment is made once; balances and receipts add up"
        "field practice";
    SmsOnlyForChallenges "sms-only-for-challenges" Stated false "The SMS path"
        "No message without an accepted request or an approval; right recipient"
        "TQ 3, 6, 7";
    SmsStatesPurpose "sms-states-purpose" Practice false "The SMS path"
        "A code message says what it is for and carries no link (an approval notice may)"
        "SBV Circular 50/2024, police warnings";
    SmsBacksOff "sms-backs-off" Practice false "The SMS path"
        "When the gateway throttles: back off within 2 s, lose nothing before the code's lifetime, codes ahead of notices"
        "field practice";
    SmsCarrierIsolation "sms-carrier-isolation" Practice false "The SMS path"
        "One carrier down leaves the others' delivery within 5 %: a suspicion by test"
        "field practice";
    SmsAmbiguityIsSafe "sms-ambiguity-is-safe" Practice false "The SMS path"
        "A connection lost in mid-submit may double a message, never the challenge"
        "field practice";
    AcknowledgedIsDurable "acknowledged-is-durable" Practice false "Always"
        "What was acknowledged is there after a crash and restart"
        "any trusted system";
    RefusalChangesNothing "refusal-changes-nothing" Practice false "Always"
        "A refused request leaves no trace that a later request can see, counters aside"
        "any trusted system";
    ErrorIsNotAVerdict "error-is-not-a-verdict" Practice false "Always"
        "Overload gives 429/503 with Retry-After, never a wrong yes or no"
        "any trusted system";
    NoPersonalDataLeak "no-personal-data-leak" Practice false "Always"
        "No answer holds another citizen's data"
        "Decree 13/2023";
}

impl Rule {
    /// The rule of that slug.
    #[must_use]
    pub fn named(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.slug() == slug)
    }
    /// The rule's place in [`Rule::ALL`], for tables indexed by rule.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique_and_read_back() {
        let slugs: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.slug()).collect();
        assert_eq!(slugs.len(), Rule::ALL.len());
        for (at, &rule) in Rule::ALL.iter().enumerate() {
            assert_eq!((Rule::named(rule.slug()), rule.index()), (Some(rule), at));
        }
    }
}

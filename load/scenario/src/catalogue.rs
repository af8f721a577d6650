//! The journeys and their twists: names, a sentence each, the rules they exercise and the people they need.
//!
//! Invariant: every twist belongs to one journey, and its name is used by no other one. What citizens then do, step by
//! step, is the work of the journeys; this is the list that scenario files choose from.

use songsinh_contract::Rule;

use crate::words::words;

words! {
    /// What a citizen sets out to do.
    pub enum Journey ("journey") {
        /// Registers an app account and logs in.
        Register "register",
        /// Registers, logs in, applies for level 1 and waits for the notice.
        Level1 "level1",
        /// All of that, then activates and logs in with the device key.
        Activate "activate",
    }
}

impl Journey {
    /// What happens, in a sentence.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Register => "registers an app account, confirms it with the code, sets a password and logs in",
            Self::Level1 => {
                "registers and logs in, applies for level 1 with the card's printed QR, waits for the notice"
            }
            Self::Activate => "does all of that, activates the account on the phone and logs in with the device key",
        }
    }
    /// Whom the journey needs when it goes without a twist.
    #[must_use]
    pub fn need(self) -> Need {
        match self {
            Self::Register => Need::Any,
            Self::Level1 | Self::Activate => Need::NoNfc,
        }
    }
    /// About how many requests it makes, to estimate the load.
    #[must_use]
    pub fn requests(self) -> u32 {
        match self {
            Self::Register => 5,
            Self::Level1 => 9,
            Self::Activate => 15,
        }
    }
    /// About how many messages it brings about.
    #[must_use]
    pub fn messages(self) -> u32 {
        match self {
            Self::Register => 1,
            Self::Level1 => 2,
            Self::Activate => 3,
        }
    }
    /// The rules that it exercises without a twist.
    #[must_use]
    pub fn rules(self) -> &'static [Rule] {
        use Rule::*;
        const REGISTER: &[Rule] = &[
            RegisterNeedsPopulationMatch,
            RegisterNumberIsWellFormed,
            RegisterPersonEligible,
            OtpGoesToRegisteredPhone,
            OtpExpires,
            OtpNeverInAnswer,
            OtpUnpredictable,
            LoginNeedsPassword,
            SmsOnlyForChallenges,
            SmsStatesPurpose,
            ErrorIsNotAVerdict,
            NoPersonalDataLeak,
        ];
        const LEVEL1: &[Rule] = &[
            Level1NeedsLogin,
            CardBelongsToCitizen,
            CardDataShownIsTrue,
            CardQrOnlyWithoutNfc,
            PortraitRequired,
            PortraitMatches,
            EmailOptional,
            ApprovalSendsSms,
            ApprovalInTime,
            OtpExpires,
            SessionExpires,
        ];
        const ACTIVATE: &[Rule] = &[
            ActivateNeedsRegisteredPhone,
            ActivateNeedsCode,
            ActivateNeedsPasscode,
            ActivateNeedsTwoSecurityQuestions,
            ActivateSetsPasswordOnlyIfNone,
            ActivationWindow,
            OtpBoundToPurpose,
            DeviceKeyProof,
            OtpExpires,
        ];
        match self {
            Self::Register => REGISTER,
            Self::Level1 => LEVEL1,
            Self::Activate => ACTIVATE,
        }
    }
    /// Its twists.
    pub fn twists(self) -> impl Iterator<Item = Twist> {
        Twist::ALL.iter().copied().filter(move |twist| twist.journey() == self)
    }
}

/// What kind of person a journey needs. All but the dead and cancelled are alive; all but the young are 14 or older;
/// all have a chip card in force (where nothing else is said) and a smartphone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Alive, 14 or older, card in force, smartphone.
    Any,
    /// The same, with a phone without NFC.
    NoNfc,
    /// The same, with a phone with NFC.
    Nfc,
    /// Dead in the register.
    Dead,
    /// The number was cancelled.
    Cancelled,
    /// Younger than 14.
    UnderAge,
    /// The card is lost, re-issued or cancelled; phone without NFC.
    WithdrawnCard,
    /// The card is past its last day; phone without NFC.
    ExpiredCard,
}

impl Need {
    /// Every need.
    pub const ALL: [Self; 8] = [
        Self::Any,
        Self::NoNfc,
        Self::Nfc,
        Self::Dead,
        Self::Cancelled,
        Self::UnderAge,
        Self::WithdrawnCard,
        Self::ExpiredCard,
    ];
}

macro_rules! twists {
    ($($name:ident $word:literal $journey:ident $need:ident $further:literal $requests:literal $messages:literal
       [$($rule:ident)+] $text:literal;)+) => {
        words! {
            /// A mistake or an attack within a journey.
            pub enum Twist ("twist") { $( #[doc = $text] $name $word, )+ }
        }

        impl Twist {
            /// The journey to which it belongs.
            #[must_use]
            pub fn journey(self) -> Journey {
                match self { $(Self::$name => Journey::$journey,)+ }
            }
            /// What happens, in a sentence.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
            /// Whom it needs as its main citizen.
            #[must_use]
            pub fn need(self) -> Need {
                match self { $(Self::$name => Need::$need,)+ }
            }
            /// How many further people it needs: relatives, strangers, attackers (0 to 2). Each of them must meet
            /// [`Twist::further_need`].
            #[must_use]
            pub fn further(self) -> u8 {
                match self { $(Self::$name => $further,)+ }
            }
            /// About how many requests it makes, to estimate the load.
            #[must_use]
            pub fn requests(self) -> u32 {
                match self { $(Self::$name => $requests,)+ }
            }
            /// About how many messages it brings about.
            #[must_use]
            pub fn messages(self) -> u32 {
                match self { $(Self::$name => $messages,)+ }
            }
            /// The rules that it is there for.
            #[must_use]
            pub fn rules(self) -> &'static [Rule] {
                match self { $(Self::$name => &[$(Rule::$rule),+],)+ }
            }
        }
    };
}

impl Twist {
    /// Whom the further people must be: phones without NFC where the story takes them to level 1, anybody elsewhere.
    #[must_use]
    pub fn further_need(self) -> Need {
        match self.need() {
            Need::NoNfc => Need::NoNfc,
            _ => Need::Any,
        }
    }
}

// name, word, journey, need, further people, requests, messages, rules, sentence
twists! {
    TypoName "typo-name" Register Any 0 6 1 [RegisterNeedsPopulationMatch RegisterMismatchIsCorrectable]
        "mistypes the name, is told so, corrects it and goes on";
    TypoBirth "typo-birth" Register Any 0 6 1 [RegisterNeedsPopulationMatch RegisterMismatchIsCorrectable]
        "mistypes the date of birth, is told so, corrects it and goes on";
    ScanOtherCard "scan-other-card" Register Any 1 6 1 [RegisterScanMatchesTyped]
        "scans a relative's card after typing the own number, then scans the own one";
    MalformedNumber "malformed-number" Register Any 0 6 1 [RegisterNumberIsWellFormed]
        "types a number with a wrong digit count or digits that no such person has, then the right one";
    DeadPerson "dead-person" Register Dead 1 1 0 [RegisterPersonEligible]
        "a living person registers with a dead person's true data";
    CancelledPerson "cancelled-person" Register Cancelled 0 1 0 [RegisterPersonEligible]
        "registers with a number that was cancelled";
    UnderAge "under-age" Register UnderAge 0 1 0 [RegisterPersonEligible]
        "registers before turning 14";
    SomeoneElsesData "someone-elses-data" Register Any 1 2 0 [RegisterNeedsPopulationMatch OtpGoesToRegisteredPhone]
        "an attacker registers with the victim's number and own other data";
    AccountExists "account-exists" Register Any 0 6 1 [RegisterOneAccountPerCitizen]
        "registers once more after the account exists";
    PhoneTaken "phone-taken" Register Any 1 6 1 [RegisterOneAccountPerPhone]
        "a relative registers with the phone number that serves the citizen's account already";
    DoubleRegistration "double-registration" Register Any 1 9 2 [RegisterOneAccountPerCitizen OtpSupersededByNewer]
        "registers on two phones at once; one account comes of it";
    Abandoned "abandoned" Register Any 0 3 1 [RegisterIncompleteLeavesNothing]
        "stops after the code and tries to log in with the password that was never set";
    WrongCode "wrong-code" Register Any 0 6 1 [OtpAttemptsLimited]
        "mistypes the code once, then enters the right one";
    CodesExhausted "codes-exhausted" Register Any 0 8 1 [OtpAttemptsLimited]
        "an attacker guesses until the challenge is void; the right code is refused after";
    LateCode "late-code" Register Any 0 4 1 [OtpExpires]
        "enters the code shortly before or shortly after its life is over";
    UsedCode "used-code" Register Any 0 6 1 [OtpSingleUse]
        "enters the code a second time after it was accepted";
    OldCodeAfterResend "old-code-after-resend" Register Any 0 7 2 [OtpSupersededByNewer OtpResendLimited]
        "asks for a second code, enters the first one, then the second";
    CodeTwiceAtOnce "code-twice-at-once" Register Any 0 6 1 [OtpSingleUse]
        "sends the right code twice at the same moment";
    StolenCode "stolen-code" Register Any 1 8 2 [OtpBoundToCitizen]
        "an attacker enters the victim's code in a registration of his own";
    ResendTooSoon "resend-too-soon" Register Any 0 7 2 [OtpResendLimited]
        "asks for another code before the gap is over, then after it";
    ResendFlood "resend-flood" Register Any 0 10 6 [OtpResendLimited SmsOnlyForChallenges]
        "floods the number with codes until no more are sent";
    WeakPassword "weak-password" Register Any 0 7 1 [PasswordPolicy]
        "offers passwords below the policy, then one that meets it";
    PasswordBeforeCode "password-before-code" Register Any 0 7 1 [StepsInOrder RegisterIncompleteLeavesNothing]
        "sets the password before the code was entered";
    WrongPassword "wrong-password" Register Any 0 7 1 [LoginNeedsPassword]
        "mistypes the password at login, then logs in";
    Lockout "lockout" Register Any 0 12 1 [LoginLockout]
        "an attacker guesses passwords until the account locks; the citizen tries while locked and after";
    UnknownNumber "unknown-number" Register Any 1 5 1 [NoEnumeration LoginNeedsPassword]
        "logs in with a number that has no account";
    SessionOtherDevice "session-other-device" Register Any 1 7 1 [SessionBoundToDevice]
        "an attacker shows the citizen's session from another phone";
    SessionIdle "session-idle" Register Any 0 8 1 [SessionExpires]
        "leaves the session idle until shortly before or shortly after its life is over";

    WithoutLogin "without-login" Level1 NoNfc 0 6 1 [Level1NeedsLogin]
        "opens an application without being logged in";
    OtherPersonsCard "other-persons-card" Level1 NoNfc 1 9 2 [CardBelongsToCitizen]
        "scans a relative's card for the own application, then the own one";
    WithdrawnCard "withdrawn-card" Level1 WithdrawnCard 0 6 1 [CardNotRevokedOrExpired]
        "applies with a card that was lost, re-issued or cancelled";
    ExpiredCard "expired-card" Level1 ExpiredCard 0 6 1 [CardNotRevokedOrExpired]
        "applies with a card past its last day";
    QrOnNfcPhone "qr-on-nfc-phone" Level1 Nfc 0 6 1 [CardQrOnlyWithoutNfc]
        "shows the printed QR although the phone could read the chip";
    NoPortrait "no-portrait" Level1 NoNfc 0 10 2 [PortraitRequired]
        "sends no portrait, then one";
    OtherFace "other-face" Level1 NoNfc 1 10 2 [PortraitMatches]
        "sends a relative's portrait, then the own one";
    SubmitBeforePortrait "submit-before-portrait" Level1 NoNfc 0 10 2 [StepsInOrder PortraitRequired]
        "submits before the portrait was taken, then goes on in order";
    WithEmail "with-email" Level1 NoNfc 0 9 2 [EmailOptional]
        "gives an e-mail address, which nobody has to";

    SecondRegistration "second-registration" Activate NoNfc 1 16 3 [RegisterOneAccountPerCitizen RefusalChangesNothing]
        "somebody registers the citizen once more with another phone; the refusal must leave the account as it was";
    AppAccountOnly "app-account-only" Activate Any 0 6 1 [ActivateAppAccountRefused]
        "asks for activation with only an app account";
    BeforeApproval "before-approval" Activate NoNfc 0 16 3 [ActivateAppAccountRefused ApprovalSendsSms]
        "asks for activation while the application waits, then after the notice";
    ActivatedTwice "activated-twice" Activate NoNfc 0 16 3 [ActivateOnce]
        "asks for activation once more after it is done";
    WrongPhone "wrong-phone" Activate NoNfc 1 16 3 [ActivateNeedsRegisteredPhone OtpGoesToRegisteredPhone]
        "asks for activation with a phone number that is not the account's, then with the right one";
    CodeOfOtherPurpose "code-of-other-purpose" Activate NoNfc 1 18 4 [OtpBoundToPurpose]
        "enters a registration code for the activation, then the right one";
    SkipPasscode "skip-passcode" Activate NoNfc 0 16 3 [StepsInOrder ActivateNeedsPasscode]
        "answers the security questions before setting the passcode";
    BadPasscode "bad-passcode" Activate NoNfc 0 17 3 [ActivateNeedsPasscode]
        "chooses passcodes that are not six digits, then one that is";
    OneQuestion "one-question" Activate NoNfc 0 17 3 [ActivateNeedsTwoSecurityQuestions]
        "answers one question, or the same one twice, then two";
    PasswordStep "password-step" Activate NoNfc 0 16 3 [ActivateSetsPasswordOnlyIfNone]
        "sets a password in the activation although the account has one";
    Interrupted "interrupted" Activate NoNfc 0 13 3 [ActivateIncompleteIsNotActivated]
        "stops before the last step; the account is not activated";
    DeviceInUse "device-in-use" Activate NoNfc 1 28 6 [DeviceOneAccount]
        "a relative activates on the phone that the citizen's account is bound to";
    SecondDevice "second-device" Activate NoNfc 0 16 3 [AccountOneDevice ActivateOnce]
        "activates on a second phone after the first";
    TwoPhonesRace "two-phones-race" Activate NoNfc 0 21 4 [DeviceRaceOneWinner AccountOneDevice]
        "activates on two phones at the same moment; one wins";
    WindowPassed "window-passed" Activate NoNfc 0 11 3 [ActivationWindow]
        "asks for activation shortly before or shortly after the window closes";
    ProofMissing "proof-missing" Activate NoNfc 0 17 3 [DeviceKeyProof]
        "sends a request of the bound device without the proof of its key";
    ProofForeign "proof-foreign" Activate NoNfc 0 17 3 [DeviceKeyProof]
        "sends a proof made by another key";
    ProofStale "proof-stale" Activate NoNfc 0 17 3 [DeviceKeyProof]
        "sends a proof older than the window allows";
    ProofReplayed "proof-replayed" Activate NoNfc 0 17 3 [DeviceKeyProof]
        "sends a proof a second time";
    LoginOtherDevice "login-other-device" Activate NoNfc 0 16 3 [AccountOneDevice SessionBoundToDevice]
        "logs in from another phone while the account is bound";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        let words: BTreeSet<&str> = Twist::ALL.iter().map(|twist| twist.as_str()).collect();
        assert_eq!(words.len(), Twist::ALL.len());
        for &twist in Twist::ALL {
            assert_eq!(Twist::named(twist.as_str()), Some(twist));
            assert!(twist.further() <= 2 && twist.requests() > 0, "{twist}");
            assert!(twist.text().len() > 10 && !twist.text().ends_with('.'), "{twist}");
        }
        assert_eq!(Journey::ALL.iter().map(|journey| journey.twists().count()).sum::<usize>(), Twist::ALL.len());
    }

    #[test]
    fn every_timed_rule_of_these_journeys_has_a_twist() {
        for rule in
            [Rule::OtpExpires, Rule::OtpResendLimited, Rule::LoginLockout, Rule::SessionExpires, Rule::ActivationWindow]
        {
            assert!(rule.is_timed() && Twist::ALL.iter().any(|twist| twist.rules().contains(&rule)), "{rule}");
        }
    }
}

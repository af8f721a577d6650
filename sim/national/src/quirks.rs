//! The twin's misbehaviours: each breaks one rule on purpose, so that a harness can show that it would notice.
//!
//! Invariants: a misbehaviour draws nothing from the chance of the rules, so it changes nothing but what it is about; and
//! within one call it happens always or never, however often the rules look, since a call is decided anew after each
//! answer from outside.

use std::fmt;
use std::str::FromStr;

use songsinh_contract::{Chance, Purpose, Rule};

const STRIKES: Purpose = Purpose::named("national.strikes");

macro_rules! quirks {
    ($($name:ident $text:literal $rule:ident $sentence:literal;)+) => {
        /// A way in which the twin can be wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Quirk { $(#[doc = $sentence] $name,)+ }

        impl Quirk {
            /// Every misbehaviour.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
            /// The name on the command line and in reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
            /// The rule that it breaks.
            #[must_use]
            pub const fn breaks(self) -> Rule {
                match self { $(Self::$name => Rule::$rule,)+ }
            }
            /// What it does, in a sentence.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)+ }
            }
        }
    };
}

quirks! {
    OtpLivesTwice "otp-lives-twice" OtpExpires
        "A code is accepted until twice its lifetime is over.";
    OtpExpiresEarly "otp-expires-early" OtpExpires
        "A code is refused as expired from half its lifetime on.";
    OtpReusable "otp-reusable" OtpSingleUse
        "A used code is accepted again.";
    OldCodeWorks "old-code-works" OtpSupersededByNewer
        "A newer code does not void the older ones.";
    AnyCodeWorks "any-code-works" OtpBoundToCitizen
        "Any six digits are taken for the right code.";
    LockoutMissing "lockout-missing" LoginLockout
        "Wrong passwords never lock the login.";
    LockoutEndsEarly "lockout-ends-early" LoginLockout
        "The login lock lasts half its time.";
    PopulationUnchecked "population-unchecked" RegisterNeedsPopulationMatch
        "A registration goes on although the population database says that the fields do not match.";
    DeadMayRegister "dead-may-register" RegisterPersonEligible
        "A dead, cancelled or under-age person may register.";
    PhoneSharedFreely "phone-shared-freely" RegisterOneAccountPerPhone
        "A phone number that serves one citizen may be registered by another.";
    ActivationWithoutCode "activation-without-code" ActivateNeedsCode
        "Activation accepts any code, and goes on without one.";
    WrongPhoneActivates "wrong-phone-activates" ActivateNeedsRegisteredPhone
        "Activation goes on with a phone number that is not the account's, and sends the code there.";
    DeviceShared "device-shared" DeviceOneAccount
        "A device in use by one account may be bound to another.";
    SecondDeviceBinds "second-device-binds" AccountOneDevice
        "Of several half-finished activations of an account each one binds its device.";
    SessionFollowsAnyDevice "session-follows-any-device" SessionBoundToDevice
        "A session is accepted from any device.";
    ProofUnchecked "proof-unchecked" DeviceKeyProof
        "Proofs of the device key are not looked at.";
    CodeInAnswer "code-in-answer" OtpNeverInAnswer
        "The answer to a request for a code holds the code.";
    OtherCitizensData "other-citizens-data" NoPersonalDataLeak
        "The account page shows the citizen who logged in last.";
    RefusalCountsAsChange "refusal-counts-as-change" RefusalChangesNothing
        "A registration refused because the account exists changes the account's phone number.";
    PortraitUnchecked "portrait-unchecked" PortraitMatches
        "Any portrait is accepted.";
    NoFsync "no-fsync" AcknowledgedIsDurable
        "The store acknowledges without waiting for the disk.";
    OldSessionsSurvive "old-sessions-survive" PasswordChangeEndsSessions
        "A change or reset of the password leaves every other session alive.";
    RefreshReusable "refresh-reusable" SessionExpires
        "A refresh token that has served is accepted again.";
    ResetTellsAccounts "reset-tells-accounts" NoEnumeration
        "A reset is refused at once where number and phone are not an account's.";
    ResetWithoutAnswers "reset-without-answers" StepsInOrder
        "A reset sets the new password although the security questions are not answered.";
    MoveWithoutCode "move-without-code" AccountOneDevice
        "A move to a new phone takes any code, and needs none to have been shown.";
    ReleaseKeepsSessions "release-keeps-sessions" DeviceReleaseEndsAccess
        "The sessions of a released device go on.";
    Level2FromHome "level2-from-home" Level2NeedsCounter
        "A level-2 application is taken from anybody, without an officer.";
    QrAnyDevice "qr-any-device" QrBoundToDevice
        "A QR is found genuine if any bound device has signed it, not only the citizen's.";
    QrWithoutLevel2 "qr-without-level2" QrNeedsLevel2
        "An account activated at level 1 gets tickets, and its QR codes are found genuine.";
    QrWithoutSwitch "qr-without-switch" QrNeedsSwitch
        "A ticket is given although the switch is off.";
    QrLivesASecondMore "qr-lives-a-second-more" QrExpires
        "A QR is found genuine until a second after its life.";
    QrWholeSeconds "qr-whole-seconds" QrExpires
        "The end of a QR's life is cut to whole seconds, so that it is refused up to a second early.";
    QrMinuteOfGrace "qr-minute-of-grace" QrExpires
        "A QR is accepted for 60 seconds more, for the sake of clocks that differ.";
    QrOldWorks "qr-old-works" QrNewReplacesOld
        "A replaced QR is found genuine.";
    QrOfficialUnchecked "qr-official-unchecked" QrOfficialNeedsLevel2
        "Whoever is logged in may scan.";
    QrSignatureUnchecked "qr-signature-unchecked" QrFakeIsSaidFake
        "The signature of a QR is not looked at.";
    QrKeyNameUnchecked "qr-key-name-unchecked" QrFakeIsSaidFake
        "A QR that names a key other than the one that signed it is found genuine.";
    QrGarbageFails "qr-garbage-fails" QrFakeIsSaidFake
        "A QR that cannot be read gives an error page.";
    QrServesTwice "qr-serves-twice" QrReplay
        "A used QR is found genuine again.";
    QrServesTwiceAtOnce "qr-serves-twice-at-once" QrReplay
        "Of simultaneous scans of a QR each one finds it genuine.";
    QrShowsAnother "qr-shows-another" QrResultIsTrue
        "A scan shows another person's data: the official's own.";
    QrSelfScanServes "qr-self-scan-serves" QrSelfScanRefused
        "An official may scan his own QR.";
    UtilityWithoutActivation "utility-without-activation" UtilityNeedsActivation
        "The utilities are open before activation, without a passcode.";
    UtilityWithoutLevel2 "utility-without-level2" UtilityNeedsLevel2
        "The utilities are open at level 1.";
    UtilityWithoutPasscode "utility-without-passcode" UtilityNeedsPasscode
        "The utilities are open without the passcode.";
    PasscodeNeverLocks "passcode-never-locks" UtilityNeedsPasscode
        "Wrong passcodes never lock the utilities.";
    PaperUnchecked "paper-unchecked" WalletOwnDocumentsOnly
        "The wallet takes and shows any paper number, whatever the register says.";
    PaperShownWrong "paper-shown-wrong" WalletOwnDocumentsOnly
        "The wallet shows a paper with something else than what the register says.";
    FormFilledWrong "form-filled-wrong" ServiceFormPrefilled
        "A form comes with an address that is not the citizen's.";
    SubmissionKeptTwice "submission-kept-twice" ServiceSubmittedOnce
        "A retried submission is kept a second time.";
    PaymentMadeTwice "payment-made-twice" PaymentExactlyOnce
        "A retried payment is made a second time.";
    TransferLost "transfer-lost" PaymentExactlyOnce
        "Money that is sent never arrives.";
    ScanUnchecked "scan-unchecked" RegisterScanMatchesTyped
        "The number on the scanned card is not compared with the typed one.";
    CorrectionRefused "correction-refused" RegisterMismatchIsCorrectable
        "After a mismatch with the population database the corrected form is refused as well.";
    NumberFilledUp "number-filled-up" RegisterNumberIsWellFormed
        "A number that is too short is filled up with zeros and registered without asking anybody.";
    SecondAccount "second-account" RegisterOneAccountPerCitizen
        "A citizen who has an account may register another one in its place.";
    AccountCheckedEarly "account-checked-early" RegisterOneAccountPerCitizen
        "Whether the citizen has an account is checked when the code is asked for, and not again when the account is made.";
    AccountFromCodeOn "account-from-code-on" RegisterIncompleteLeavesNothing
        "The account exists from the code on, and any password logs in until one is set.";
    ResetToNamedPhone "reset-to-named-phone" OtpGoesToRegisteredPhone
        "The code of a reset goes to the phone number named in the request, whosever it is.";
    AttemptsUnlimited "attempts-unlimited" OtpAttemptsLimited
        "Wrong codes never void a code.";
    AttemptsOffByOne "attempts-off-by-one" OtpAttemptsLimited
        "One code more is looked at than may be: <= for <.";
    ResendForgivesAll "resend-forgives-all" OtpAttemptsLimited
        "A resend forgets the wrong codes of the last hour as well.";
    CodeOfAnyPurpose "code-of-any-purpose" OtpBoundToPurpose
        "The code of a registration, activation or reset is taken for any other of the same phone.";
    ResendGapUnchecked "resend-gap-unchecked" OtpResendLimited
        "A code is sent again at once, without waiting for the gap.";
    OneResendMore "one-resend-more" OtpResendLimited
        "One resend more than allowed is sent in an hour: <= for <.";
    OtpASecondMore "otp-a-second-more" OtpExpires
        "A code is accepted until a second after its life.";
    ResendLengthensLife "resend-lengthens-life" OtpExpires
        "The life of a code that a resend repeats is counted from the last resend.";
    CodeFromPhone "code-from-phone" OtpUnpredictable
        "A code is the last six digits of the phone number it goes to.";
    OtpServesTwiceAtOnce "otp-serves-twice-at-once" OtpSingleUse
        "Of simultaneous uses of a code each one is accepted.";
    PasswordUnchecked "password-unchecked" LoginNeedsPassword
        "Any password is taken for the right one.";
    LockASecondShort "lock-a-second-short" LoginLockout
        "The login lock ends a second early.";
    LockoutOffByOne "lockout-off-by-one" LoginLockout
        "One wrong password more than allowed is needed to lock: > for >=.";
    LockoutForgotten "lockout-forgotten" LoginLockout
        "Wrong passwords and locks are lost whenever somebody else logs in, as if the counters lived in a process that restarts.";
    ResetLiftsLock "reset-lifts-lock" LoginLockout
        "A reset of the password lifts the login lock.";
    PasswordWithoutSign "password-without-sign" PasswordPolicy
        "A password needs no sign.";
    SessionASecondMore "session-a-second-more" SessionExpires
        "A session may idle a second longer than it may.";
    LogoutKeepsSession "logout-keeps-session" SessionExpires
        "A logout says that it is done, and the session goes on.";
    UnlockWithoutSwitch "unlock-without-switch" LoginNeedsPassword
        "The bound device's key logs in although the switch is off.";
    CardOfAnother "card-of-another" CardBelongsToCitizen
        "Another person's card is taken for an application.";
    CardShownWrong "card-shown-wrong" CardDataShownIsTrue
        "The data shown for confirmation has the other sex than the card.";
    WithdrawnCardServes "withdrawn-card-serves" CardNotRevokedOrExpired
        "A lost, re-issued, cancelled or expired card is taken.";
    PrintedQrAlways "printed-qr-always" CardQrOnlyWithoutNfc
        "The printed QR serves on phones that could read the chip.";
    PortraitOptional "portrait-optional" PortraitRequired
        "An application goes through without a portrait.";
    EmailRequired "email-required" EmailOptional
        "An application without an e-mail address is refused.";
    Level1WithoutLogin "level1-without-login" Level1NeedsLogin
        "An application is opened by whoever shows a card, without being logged in.";
    AnybodyDecides "anybody-decides" Level2NeedsCounter
        "Applications are decided by whoever asks, also by the citizen.";
    NoticeMissing "notice-missing" ApprovalSendsSms
        "An approval sends no notice.";
    NoticeTwice "notice-twice" ApprovalSendsSms
        "An approval sends the notice of a rejection as well.";
    NoticeOfTheOpposite "notice-of-the-opposite" ApprovalSendsSms
        "The notice tells the opposite of what was decided.";
    NoticeTooEarly "notice-too-early" ApprovalSendsSms
        "The notice of an approval goes out when the account is made, before anybody applied.";
    AppAccountActivates "app-account-activates" ActivateAppAccountRefused
        "An account without an approved level may be activated.";
    FirstMessageWrong "first-message-wrong" ActivateAppAccountRefused
        "An account without an approved level is refused with another message than the prescribed one.";
    SecondMessageWrong "second-message-wrong" ActivateOnce
        "An account that is activated already is refused with the message of one that is not identified.";
    ActivatesAgain "activates-again" ActivateOnce
        "An account that is activated already may be activated again.";
    PasswordStepAlways "password-step-always" ActivateSetsPasswordOnlyIfNone
        "The password step of an activation is open to who has a password.";
    ShortPasscode "short-passcode" ActivateNeedsPasscode
        "A passcode of four to eight digits is taken.";
    OneQuestionSuffices "one-question-suffices" ActivateNeedsTwoSecurityQuestions
        "One answered security question is enough, or the same one twice.";
    PasscodeSkipped "passcode-skipped" ActivateIncompleteIsNotActivated
        "The security questions activate although no passcode is set.";
    ActiveFromCodeOn "active-from-code-on" ActivateIncompleteIsNotActivated
        "The account is active, and the device bound, from the code on.";
    WindowASecondMore "window-a-second-more" ActivationWindow
        "The activation window closes a second late.";
    BindingCheckedEarly "binding-checked-early" DeviceRaceOneWinner
        "Whether account and device are free is checked before the answers are hashed, and not again at the commit.";
    LoginSendsCode "login-sends-code" SmsOnlyForChallenges
        "A login sends a code that nobody asked for.";
    CodeSmsWithLink "code-sms-with-link" SmsStatesPurpose
        "A code message carries a link.";
    FailureIsAFault "failure-is-a-fault" ErrorIsNotAVerdict
        "When a service that the twin needs does not answer, the answer is 500 instead of 503 with Retry-After.";
    WriteLost "write-lost" AcknowledgedIsDurable
        "An answer says that it is done, and nothing of it is kept.";
    PasswordChangeLies "password-change-lies" PasswordChangeEndsSessions
        "A change of the password says that it is done, and the old password goes on.";
    RefusedChangeChanges "refused-change-changes" RefusalChangesNothing
        "A change of the password refused for a wrong old one changes it all the same.";
    RefusedPaymentPays "refused-payment-pays" RefusalChangesNothing
        "A bill paid with a wrong amount is refused, and the money is gone.";
    RefusedScanUsesUp "refused-scan-uses-up" RefusalChangesNothing
        "A scan that is refused because nobody is logged in uses the QR up.";
    TransferToAnybody "transfer-to-anybody" PaymentExactlyOnce
        "Money may be sent to somebody who has no activated account.";
    Overdraft "overdraft" PaymentExactlyOnce
        "More money may be sent than there is.";
    PaidTwiceAtOnce "paid-twice-at-once" PaymentExactlyOnce
        "Whether a bill is paid is checked before the register is asked, and not again at the commit.";
    ProofReplayable "proof-replayable" DeviceKeyProof
        "A proof serves again.";
    ProofAgeUnchecked "proof-age-unchecked" DeviceKeyProof
        "The age of a proof is not looked at.";
    QrSurvivesRelease "qr-survives-release" DeviceReleaseEndsAccess
        "A live QR of a released phone is found genuine.";
}

impl Quirk {
    /// The misbehaviour of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|quirk| quirk.as_str() == name)
    }
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a text names no misbehaviour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuirkError {
    /// No such name.
    #[error("«{name}» is no misbehaviour of the twin; `songsinh twin --list-misbehaviours` prints the names")]
    Unknown {
        /// What was given.
        name: String,
    },
    /// The number behind the colon.
    #[error(
        "«{0}»: behind the colon stands the probability per opportunity, above 0 and up to 1, as in otp-reusable:0.1"
    )]
    Probability(String),
}

/// What decides whether misbehaviours happen in a call: the twin's seed and the number of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Luck {
    /// The seed of the twin.
    pub seed: u64,
    /// The number of the call, or of what the clerk settles.
    pub call: u64,
}

/// A set of misbehaviours, each with its probability per opportunity.
#[derive(Debug, Clone, PartialEq)]
pub struct Misbehaviours([f64; Quirk::ALL.len()]);

impl Misbehaviours {
    /// None: the twin as it should be.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }
    /// This set and one misbehaviour more.
    #[must_use]
    pub fn with(mut self, quirk: Quirk, probability: f64) -> Self {
        self.0[quirk as usize] = probability.clamp(0.0, 1.0);
        self
    }
    /// Reads a list of `name` and `name:0.1`.
    ///
    /// # Errors
    /// When a name or a probability is wrong.
    pub fn parse<'a>(list: impl IntoIterator<Item = &'a str>) -> Result<Self, QuirkError> {
        list.into_iter().try_fold(Self::none(), |set, text| {
            let (name, number) = text.split_once(':').map_or((text, None), |(name, number)| (name, Some(number)));
            let quirk =
                Quirk::named(name.trim()).ok_or_else(|| QuirkError::Unknown { name: name.trim().to_owned() })?;
            let probability = match number {
                None => 1.0,
                Some(number) => {
                    let wrong = || QuirkError::Probability(text.to_owned());
                    let value = f64::from_str(number.trim()).map_err(|_| wrong())?;
                    if !(value > 0.0 && value <= 1.0) {
                        return Err(wrong());
                    }
                    value
                }
            };
            Ok(set.with(quirk, probability))
        })
    }
    /// Whether the misbehaviour is in the set at all.
    #[must_use]
    pub fn has(&self, quirk: Quirk) -> bool {
        self.0[quirk as usize] > 0.0
    }
    /// Whether the misbehaviour happens in this call, if it has an opportunity there.
    #[must_use]
    pub fn strikes(&self, quirk: Quirk, luck: Luck) -> bool {
        let probability = self.0[quirk as usize];
        let drawn = || {
            let stream = (luck.call << u8::BITS) | u64::from(quirk as u8);
            Chance::new(luck.seed, STRIKES, stream).happens(probability)
        };
        probability >= 1.0 || (probability > 0.0 && drawn())
    }
    /// The misbehaviours of the set with their probabilities.
    pub fn iter(&self) -> impl Iterator<Item = (Quirk, f64)> + '_ {
        Quirk::ALL.iter().map(|&quirk| (quirk, self.0[quirk as usize])).filter(|(_, probability)| *probability > 0.0)
    }
}

impl Default for Misbehaviours {
    fn default() -> Self {
        Self([0.0; Quirk::ALL.len()])
    }
}

/// The catalogue as a table in Markdown.
#[must_use]
pub fn quirks_table() -> String {
    let mut out = String::from("| misbehaviour | breaks | what it does |\n| --- | --- | --- |\n");
    for quirk in Quirk::ALL {
        out.push_str(&format!("| `{quirk}` | `{}` | {} |\n", quirk.breaks(), quirk.sentence()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_with_and_without_probability() {
        for &quirk in Quirk::ALL {
            assert_eq!(Quirk::named(quirk.as_str()), Some(quirk));
        }
        let set = Misbehaviours::parse(["otp-reusable:0.25", "no-fsync"]).unwrap();
        assert_eq!(set.iter().collect::<Vec<_>>(), [(Quirk::OtpReusable, 0.25), (Quirk::NoFsync, 1.0)]);
        for bad in ["nonsense", "otp-reusable:", "otp-reusable:0", "otp-reusable:1.1", "otp-reusable:NaN", ""] {
            assert!(Misbehaviours::parse([bad]).is_err(), "{bad}");
        }
        assert!(quirks_table().contains("`lockout-missing` | `login-lockout`"));
    }

    #[test]
    fn a_quirk_strikes_about_as_often_as_asked_and_within_a_call_always_or_never() {
        let set = Misbehaviours::none().with(Quirk::AnyCodeWorks, 0.1).with(Quirk::OtpReusable, 0.1);
        let strikes = |quirk, call| set.strikes(quirk, Luck { seed: 3, call });
        let struck = |quirk| (0..10_000).filter(|call| strikes(quirk, *call)).collect::<Vec<_>>();
        let (codes, uses) = (struck(Quirk::AnyCodeWorks), struck(Quirk::OtpReusable));
        assert!((800..1200).contains(&codes.len()), "{}", codes.len());
        assert_ne!(codes, uses, "each has a luck of its own");
        assert_eq!(codes, struck(Quirk::AnyCodeWorks));
        assert!(!strikes(Quirk::LockoutMissing, codes[0]));
    }
}

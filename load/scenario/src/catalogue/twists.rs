//! The mistakes and attacks, by the names that scenarios use.

use songsinh_contract::Rule;

use super::{Journey, Need, Roles};
use crate::file::Account;
use crate::words::words;

impl Twist {
    /// How many further people it needs, whatever their role.
    #[must_use]
    pub fn further(self) -> u8 {
        self.cast().count()
    }
    /// Whom the further people must be: phones without NFC where the story takes them to level 1, anybody elsewhere.
    #[must_use]
    pub fn further_need(self) -> Need {
        match self.need() {
            Need::NoNfc => Need::NoNfc,
            _ => Need::Any,
        }
    }
}

macro_rules! twists {
    ($($name:ident $word:literal $journey:ident $need:ident $wants:ident
       ($relatives:literal $officials:literal $officers:literal $attackers:literal) $requests:literal $messages:literal
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
            /// The account from which it best begins; with less, the story brings the rest about by itself.
            #[must_use]
            pub fn wants(self) -> Account {
                match self { $(Self::$name => Account::$wants,)+ }
            }
            /// Who else is on the stage. Relatives and attackers must meet [`Twist::further_need`].
            #[must_use]
            pub fn cast(self) -> Roles {
                match self {
                    $(Self::$name => Roles {
                        relatives: $relatives, officials: $officials, officers: $officers, attackers: $attackers,
                    },)+
                }
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

// name, word, journey, need, account wanted, (relatives officials officers attackers), requests, messages, rules, sentence
twists! {
    TypoName "typo-name" Register Any None (0 0 0 0) 6 1 [RegisterNeedsPopulationMatch RegisterMismatchIsCorrectable]
        "mistypes the name, is told so, corrects it and goes on";
    TypoBirth "typo-birth" Register Any None (0 0 0 0) 6 1 [RegisterNeedsPopulationMatch RegisterMismatchIsCorrectable]
        "mistypes the date of birth, is told so, corrects it and goes on";
    ScanOtherCard "scan-other-card" Register Any None (1 0 0 0) 6 1 [RegisterScanMatchesTyped]
        "scans a relative's card after typing the own number, then scans the own one";
    MalformedNumber "malformed-number" Register Any None (0 0 0 0) 6 1 [RegisterNumberIsWellFormed]
        "types a number with a wrong digit count or digits that no such person has, then the right one";
    DeadPerson "dead-person" Register Dead None (1 0 0 0) 1 0 [RegisterPersonEligible]
        "a living person registers with a dead person's true data";
    CancelledPerson "cancelled-person" Register Cancelled None (0 0 0 0) 1 0 [RegisterPersonEligible]
        "registers with a number that was cancelled";
    UnderAge "under-age" Register UnderAge None (0 0 0 0) 1 0 [RegisterPersonEligible]
        "registers before turning 14";
    SomeoneElsesData "someone-elses-data" Register Any None (0 0 0 1) 2 0 [RegisterNeedsPopulationMatch OtpGoesToRegisteredPhone]
        "an attacker registers with the victim's number and own other data";
    AccountExists "account-exists" Register Any App (0 0 0 0) 6 1 [RegisterOneAccountPerCitizen]
        "registers once more after the account exists";
    PhoneTaken "phone-taken" Register Any None (1 0 0 0) 6 1 [RegisterOneAccountPerPhone]
        "a relative registers with the phone number that serves the citizen's account already";
    DoubleRegistration "double-registration" Register Any None (1 0 0 0) 9 2 [RegisterOneAccountPerCitizen OtpSupersededByNewer]
        "registers on two phones at once; one account comes of it";
    Abandoned "abandoned" Register Any None (0 0 0 0) 3 1 [RegisterIncompleteLeavesNothing]
        "stops after the code and tries to log in with the password that was never set";
    WrongCode "wrong-code" Register Any None (0 0 0 0) 6 1 [OtpAttemptsLimited]
        "mistypes the code once, then enters the right one";
    CodesExhausted "codes-exhausted" Register Any None (0 0 0 0) 8 1 [OtpAttemptsLimited]
        "an attacker guesses until the challenge is void; the right code is refused after";
    LateCode "late-code" Register Any None (0 0 0 0) 4 1 [OtpExpires]
        "enters the code shortly before or shortly after its life is over";
    UsedCode "used-code" Register Any None (0 0 0 0) 6 1 [OtpSingleUse]
        "enters the code a second time after it was accepted";
    OldCodeAfterResend "old-code-after-resend" Register Any None (0 0 0 0) 7 2 [OtpSupersededByNewer OtpResendLimited]
        "asks for a second code, enters the first one, then the second";
    CodeTwiceAtOnce "code-twice-at-once" Register Any None (0 0 0 0) 6 1 [OtpSingleUse]
        "sends the right code twice at the same moment";
    StolenCode "stolen-code" Register Any None (0 0 0 1) 8 2 [OtpBoundToCitizen]
        "an attacker enters the victim's code in a registration of his own";
    ResendTooSoon "resend-too-soon" Register Any None (0 0 0 0) 7 2 [OtpResendLimited]
        "asks for another code before the gap is over, then after it";
    ResendFlood "resend-flood" Register Any None (0 0 0 0) 10 6 [OtpResendLimited SmsOnlyForChallenges]
        "floods the number with codes until no more are sent";
    WeakPassword "weak-password" Register Any None (0 0 0 0) 7 1 [PasswordPolicy]
        "offers passwords below the policy, then one that meets it";
    PasswordBeforeCode "password-before-code" Register Any None (0 0 0 0) 7 1 [StepsInOrder RegisterIncompleteLeavesNothing]
        "sets the password before the code was entered";
    WrongPassword "wrong-password" Register Any App (0 0 0 0) 7 1 [LoginNeedsPassword]
        "mistypes the password at login, then logs in";
    Lockout "lockout" Register Any App (0 0 0 0) 12 1 [LoginLockout]
        "an attacker guesses passwords until the account locks; the citizen tries while locked and after";
    UnknownNumber "unknown-number" Register Any App (1 0 0 0) 5 1 [NoEnumeration LoginNeedsPassword]
        "logs in with a number that has no account";
    SessionOtherDevice "session-other-device" Register Any App (0 0 0 1) 7 1 [SessionBoundToDevice]
        "an attacker shows the citizen's session from another phone";
    SessionIdle "session-idle" Register Any App (0 0 0 0) 8 1 [SessionExpires]
        "leaves the session idle until shortly before or shortly after its life is over";

    WithoutLogin "without-login" Level1 NoNfc App (0 0 0 0) 6 1 [Level1NeedsLogin]
        "opens an application without being logged in";
    OtherPersonsCard "other-persons-card" Level1 NoNfc App (1 0 0 0) 9 2 [CardBelongsToCitizen]
        "scans a relative's card for the own application, then the own one";
    WithdrawnCard "withdrawn-card" Level1 WithdrawnCard App (0 0 0 0) 6 1 [CardNotRevokedOrExpired]
        "applies with a card that was lost, re-issued or cancelled";
    ExpiredCard "expired-card" Level1 ExpiredCard App (0 0 0 0) 6 1 [CardNotRevokedOrExpired]
        "applies with a card past its last day";
    QrOnNfcPhone "qr-on-nfc-phone" Level1 Nfc App (0 0 0 0) 6 1 [CardQrOnlyWithoutNfc]
        "shows the printed QR although the phone could read the chip";
    NoPortrait "no-portrait" Level1 NoNfc App (0 0 0 0) 10 2 [PortraitRequired]
        "sends no portrait, then one";
    OtherFace "other-face" Level1 NoNfc App (1 0 0 0) 10 2 [PortraitMatches]
        "sends a relative's portrait, then the own one";
    SubmitBeforePortrait "submit-before-portrait" Level1 NoNfc App (0 0 0 0) 10 2 [StepsInOrder PortraitRequired]
        "submits before the portrait was taken, then goes on in order";
    WithEmail "with-email" Level1 NoNfc App (0 0 0 0) 9 2 [EmailOptional]
        "gives an e-mail address, which nobody has to";

    SecondRegistration "second-registration" Activate NoNfc None (0 0 0 1) 16 3 [RegisterOneAccountPerCitizen RefusalChangesNothing]
        "somebody registers the citizen once more with another phone; the refusal must leave the account as it was";
    AppAccountOnly "app-account-only" Activate Any None (0 0 0 0) 6 1 [ActivateAppAccountRefused]
        "asks for activation with only an app account";
    BeforeApproval "before-approval" Activate NoNfc None (0 0 0 0) 16 3 [ActivateAppAccountRefused ApprovalSendsSms]
        "asks for activation while the application waits, then after the notice";
    ActivatedTwice "activated-twice" Activate NoNfc Level1 (0 0 0 0) 16 3 [ActivateOnce]
        "asks for activation once more after it is done";
    WrongPhone "wrong-phone" Activate NoNfc None (1 0 0 0) 16 3 [ActivateNeedsRegisteredPhone OtpGoesToRegisteredPhone]
        "asks for activation with a phone number that is not the account's, then with the right one";
    CodeOfOtherPurpose "code-of-other-purpose" Activate NoNfc None (1 0 0 0) 18 4 [OtpBoundToPurpose]
        "enters a registration code for the activation, then the right one";
    SkipPasscode "skip-passcode" Activate NoNfc None (0 0 0 0) 16 3 [StepsInOrder ActivateNeedsPasscode]
        "answers the security questions before setting the passcode";
    BadPasscode "bad-passcode" Activate NoNfc None (0 0 0 0) 17 3 [ActivateNeedsPasscode]
        "chooses passcodes that are not six digits, then one that is";
    OneQuestion "one-question" Activate NoNfc None (0 0 0 0) 17 3 [ActivateNeedsTwoSecurityQuestions]
        "answers one question, or the same one twice, then two";
    PasswordStep "password-step" Activate NoNfc None (0 0 0 0) 16 3 [ActivateSetsPasswordOnlyIfNone]
        "sets a password in the activation although the account has one";
    Interrupted "interrupted" Activate NoNfc None (0 0 0 0) 13 3 [ActivateIncompleteIsNotActivated]
        "stops before the last step; the account is not activated";
    DeviceInUse "device-in-use" Activate NoNfc None (1 0 0 0) 28 6 [DeviceOneAccount]
        "a relative activates on the phone that the citizen's account is bound to";
    SecondDevice "second-device" Activate NoNfc Level1 (0 0 0 0) 16 3 [AccountOneDevice ActivateOnce]
        "activates on a second phone after the first";
    TwoPhonesRace "two-phones-race" Activate NoNfc None (0 0 0 0) 21 4 [DeviceRaceOneWinner AccountOneDevice]
        "activates on two phones at the same moment; one wins";
    WindowPassed "window-passed" Activate NoNfc None (0 0 0 0) 11 3 [ActivationWindow]
        "asks for activation shortly before or shortly after the window closes";
    ProofMissing "proof-missing" Activate NoNfc Level1 (0 0 0 0) 17 3 [DeviceKeyProof]
        "sends a request of the bound device without the proof of its key";
    ProofForeign "proof-foreign" Activate NoNfc Level1 (0 0 0 0) 17 3 [DeviceKeyProof]
        "sends a proof made by another key";
    ProofStale "proof-stale" Activate NoNfc Level1 (0 0 0 0) 17 3 [DeviceKeyProof]
        "sends a proof older than the window allows";
    ProofReplayed "proof-replayed" Activate NoNfc Level1 (0 0 0 0) 17 3 [DeviceKeyProof]
        "sends a proof a second time";
    LoginOtherDevice "login-other-device" Activate NoNfc Level1 (0 0 0 0) 16 3 [AccountOneDevice SessionBoundToDevice]
        "logs in from another phone while the account is bound";

    ScanLate "scan-late" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrExpires]
        "has the QR scanned shortly before or shortly after its life is over; a new one after that";
    SecondScan "second-scan" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrReplay]
        "has the QR scanned a second time by the same official";
    SecondOfficial "second-official" VerifyQr Any Level2 (0 2 1 0) 9 0 [QrReplay]
        "has the QR scanned by one official and then by another";
    TwoOfficialsAtOnce "two-officials-at-once" VerifyQr Any Level2 (0 2 1 0) 9 0 [QrReplay]
        "has the QR scanned by two officials at the same moment; one gets it";
    ForgedSignature "forged-signature" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrFakeIsSaidFake QrBoundToDevice]
        "shows a QR whose signature is made up, missing, or a MAC with the public key";
    OtherKeyNamed "other-key-named" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrFakeIsSaidFake QrBoundToDevice]
        "shows a QR that names another key than the one that signed it";
    CounterfeitApp "counterfeit-app" VerifyQr Any Level2 (0 1 1 1) 5 0 [QrFakeIsSaidFake QrBoundToDevice]
        "shows the screen of a counterfeit app: it looks right, and no ticket is behind it";
    OtherDevice "other-device" VerifyQr Any Level2 (1 1 1 0) 9 0 [QrBoundToDevice QrFakeIsSaidFake]
        "shows a QR signed by the phone of a relative who is bound as well";
    UnknownKey "unknown-key" VerifyQr Any Level2 (0 1 1 1) 8 0 [QrBoundToDevice QrFakeIsSaidFake]
        "shows a QR signed by a key that nobody has registered";
    EditedQr "edited-qr" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrFakeIsSaidFake]
        "changes the text of a QR and keeps the signature";
    WrongAudience "wrong-audience" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrFakeIsSaidFake]
        "shows a QR made for another purpose: a login, a staging system, a move";
    MalformedQr "malformed-qr" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrFakeIsSaidFake]
        "shows a QR that is cut off, too long, of an unknown version, or says a thing twice";
    LifeExtended "life-extended" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrFakeIsSaidFake QrExpires]
        "lets the own phone sign a longer life than the server gave";
    FromTheFuture "from-the-future" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrFakeIsSaidFake QrExpires]
        "lets the own phone sign a QR issued in the future";
    TicketGuessed "ticket-guessed" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrFakeIsSaidFake]
        "lets the own phone sign a ticket id that was guessed";
    ScreenshotFromAnotherPhone "screenshot-from-another-phone" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrReplay]
        "shows a photograph of the QR from another phone, within its life";
    SelfScan "self-scan" VerifyQr Any Level2 (0 0 1 0) 8 0 [QrSelfScanRefused]
        "an official scans the own QR";
    OfficialLevel1 "official-level1" VerifyQr NoNfc Level2 (1 1 1 0) 10 0 [QrOfficialNeedsLevel2]
        "is scanned by somebody who has only level 1";
    OfficialNotLoggedIn "official-not-logged-in" VerifyQr Any Level2 (0 1 1 0) 8 0 [QrOfficialNeedsLevel2]
        "is scanned by an official who is not logged in, then by the same one logged in";
    SwitchOff "switch-off" VerifyQr Any Level2 (0 1 1 0) 9 0 [QrNeedsSwitch]
        "makes a QR with the switch off, then turns it on";
    SwitchTurnedOff "switch-turned-off" VerifyQr Any Level2 (0 1 1 0) 9 0 [QrNeedsSwitch QrNewReplacesOld]
        "turns the switch off between making the QR and its scan";
    OldQrAfterNew "old-qr-after-new" VerifyQr Any Level2 (0 1 1 0) 9 0 [QrNewReplacesOld]
        "makes a second QR, shows the first one, then the second";
    Level1Mints "level1-mints" VerifyQr NoNfc Level1 (0 0 0 0) 4 0 [QrNeedsLevel2]
        "asks for a QR with level 1";
    ReleasedAfterMinting "released-after-minting" VerifyQr Any Level2 (0 1 1 0) 8 0 [DeviceReleaseEndsAccess QrBoundToDevice]
        "releases the phone between making the QR and its scan";
    MovedAfterMinting "moved-after-minting" VerifyQr Any Level2 (0 1 1 0) 12 0 [AccountOneDevice QrBoundToDevice]
        "moves to a new phone between making the QR and its scan";
    OfficialSessionIdle "official-session-idle" VerifyQr Any Level2 (0 1 1 0) 9 0 [SessionExpires QrOfficialNeedsLevel2]
        "is scanned by an official whose session is idle until shortly before or after its end";
    WithoutOfficer "without-officer" Level2 Any App (0 0 1 0) 7 1 [Level2NeedsCounter]
        "files for level 2 with the own session, and without any, then at the counter";
    OfficersPasswordGuessed "officers-password-guessed" Level2 Any None (0 0 1 1) 5 1 [LoginNeedsPassword Level2NeedsCounter]
        "an attacker guesses an officer's password and files all the same";
    CitizenDecides "citizen-decides" Level1 NoNfc App (0 0 0 0) 10 2 [ApprovalSendsSms RefusalChangesNothing]
        "approves the own application with the own session";
    OtherFingerprints "other-fingerprints" Level2 Any None (1 0 1 0) 5 1 [CardBelongsToCitizen RefusalChangesNothing]
        "gives a relative's fingerprints at the counter, then the own ones";
    NoFingerprints "no-fingerprints" Level2 Any None (0 0 1 0) 5 1 [CardBelongsToCitizen]
        "gives no fingerprints at the counter, then the own ones";
    CounterOtherCard "counter-other-card" Level2 Any None (1 0 1 0) 5 1 [CardBelongsToCitizen]
        "hands a relative's card over the counter, then the own one";
    CounterOtherFace "counter-other-face" Level2 Any None (1 0 1 0) 5 1 [PortraitMatches]
        "is filed with a relative's portrait, then with the own one";
    CounterNoPortrait "counter-no-portrait" Level2 Any None (0 0 1 0) 5 1 [PortraitRequired]
        "is filed without a portrait, then with one";
    CounterOtherPhone "counter-other-phone" Level2 Any App (1 0 1 0) 5 1 [ActivateNeedsRegisteredPhone]
        "gives another phone number at the counter than the account's, then the right one";
    Level2WhilePending "level2-while-pending" Level2 NoNfc App (0 0 1 0) 11 2 [StepsInOrder RefusalChangesNothing]
        "is filed for level 2 while level 1 is pending";
    FiledTwice "filed-twice" Level2 Any None (0 0 1 0) 4 1 [RefusalChangesNothing StepsInOrder]
        "is filed a second time while the first application waits";
    RegistersWhileWaiting "registers-while-waiting" Level2 Any None (0 0 1 0) 4 1 [RegisterOneAccountPerCitizen]
        "registers an app account while the application from the counter waits";
    Rejected "rejected" Level2 Any App (0 0 1 0) 8 2 [ActivateAppAccountRefused ApprovalSendsSms]
        "is rejected by the officer, asks for activation all the same, and applies again";
    NothingToDecide "nothing-to-decide" Level2 Any None (0 0 1 0) 2 0 [StepsInOrder ApprovalSendsSms]
        "has an officer decide although nothing was filed";
    SkipPassword "skip-password" ActivateLevel2 Any None (0 0 1 0) 11 2 [ActivateSetsPasswordOnlyIfNone StepsInOrder]
        "sets the passcode before the password that the account has not got";
    WeakFirstPassword "weak-first-password" ActivateLevel2 Any None (0 0 1 0) 11 2 [PasswordPolicy]
        "offers a password below the policy in the activation, then a good one";
    Level2FromOtherPhone "level2-from-other-phone" Level2AfterLevel1 NoNfc Level1 (0 0 1 0) 8 1 [AccountOneDevice]
        "activates level 2 from another phone than level 1 is active on, then from the right one";
    PendingBesideActive "pending-beside-active" Level2AfterLevel1 NoNfc Level1 (0 0 1 0) 5 1 [ActivateOnce]
        "asks for activation while level 2 is pending and level 1 active";


    RefreshReused "refresh-reused" Refresh Any App (0 0 0 0) 7 0 [SessionExpires]
        "shows a refresh token a second time: its whole family ends";
    RefreshOtherDevice "refresh-other-device" Refresh Any App (0 0 0 0) 6 0 [SessionBoundToDevice]
        "shows the citizen's refresh token from another phone";
    SessionAbsolute "session-absolute" Refresh Any App (0 0 0 0) 40 0 [SessionExpires]
        "keeps a session busy until shortly before or after its absolute life is over";
    AfterLogout "after-logout" Refresh Any App (0 0 0 0) 7 0 [SessionExpires]
        "shows session and refresh token after logging out";
    UnlockOff "unlock-off" Login Any Level2 (0 0 1 0) 7 0 [LoginNeedsPassword DeviceKeyProof]
        "logs in by fingerprint with the switch off, then with it on";
    UnlockOtherDevice "unlock-other-device" Login Any Level2 (0 0 1 0) 6 0 [AccountOneDevice DeviceKeyProof]
        "logs in by fingerprint from a phone that the account is not bound to";
    UnlockForeignKey "unlock-foreign-key" Login Any Level2 (0 0 1 0) 6 0 [DeviceKeyProof]
        "logs in by fingerprint with a proof of another key";
    WrongOldPassword "wrong-old-password" PersonalPage Any Level2 (0 0 1 0) 6 0 [PasswordChangeEndsSessions LoginNeedsPassword RefusalChangesNothing]
        "changes the password with a wrong old one, then logs in with what it was";
    WeakNewPassword "weak-new-password" PersonalPage Any Level2 (0 0 1 0) 7 0 [PasswordPolicy RefusalChangesNothing]
        "changes to a password below the policy, then to one that meets it";
    OldPasswordAfterChange "old-password-after-change" PersonalPage Any Level2 (0 0 1 0) 7 0 [PasswordChangeEndsSessions]
        "logs in with the old password after changing it";
    OldSessionAfterChange "old-session-after-change" PersonalPage Any Level2 (0 0 1 0) 8 0 [PasswordChangeEndsSessions]
        "shows an older session after the password was changed in a newer one";
    WrongOldPasscode "wrong-old-passcode" PersonalPage Any Level2 (0 0 1 0) 6 0 [UtilityNeedsPasscode RefusalChangesNothing]
        "changes the passcode with a wrong old one, then opens the utilities with what it was";
    BadNewPasscode "bad-new-passcode" PersonalPage Any Level2 (0 0 1 0) 6 0 [ActivateNeedsPasscode RefusalChangesNothing]
        "changes to a passcode that is not six digits";
    OldPasscodeAfterChange "old-passcode-after-change" PersonalPage Any Level2 (0 0 1 0) 7 0 [UtilityNeedsPasscode]
        "enters the old passcode after changing it";
    WrongPasscode "wrong-passcode" Wallet Any Level2 (0 0 1 0) 7 0 [UtilityNeedsPasscode]
        "mistypes the passcode, tries the wallet all the same, then enters the right one";
    WithoutPasscode "without-passcode" Wallet Any Level2 (0 0 1 0) 6 0 [UtilityNeedsPasscode]
        "opens the wallet without the passcode, then with it";
    PasscodeLockout "passcode-lockout" Wallet Any Level2 (0 0 1 0) 14 0 [UtilityNeedsPasscode]
        "an attacker guesses passcodes until the utilities lock; the citizen tries while locked and at the edge of the lock";
    UtilitiesAtLevel1 "utilities-at-level1" Wallet NoNfc Level1 (0 0 0 0) 9 0 [UtilityNeedsLevel2]
        "opens wallet, payments and a form with level 1";
    UtilitiesNotActivated "utilities-not-activated" Wallet Any App (0 0 0 0) 7 0 [UtilityNeedsActivation]
        "opens the utilities with only an app account";
    OthersPaper "others-paper" Wallet Any Level2 (1 0 1 0) 8 0 [WalletOwnDocumentsOnly NoPersonalDataLeak]
        "adds a relative's paper to the wallet, then the own one";
    UnknownPaper "unknown-paper" Wallet Any Level2 (0 0 1 0) 7 0 [WalletOwnDocumentsOnly]
        "adds a paper whose number no register knows, and shows one that was never added";
    SubmittedTwice "submitted-twice" Services Any Level2 (0 0 1 0) 8 0 [ServiceSubmittedOnce]
        "submits a form twice with the same request id, once after the other and at the same moment";
    OtherContent "other-content" Services Any Level2 (0 0 1 0) 7 0 [ServiceSubmittedOnce]
        "submits another text with the same request id";
    PaidTwice "paid-twice" Payments Any Level2 (0 0 1 0) 9 0 [PaymentExactlyOnce]
        "pays a bill twice at the same moment, with one request id or with two";
    PaidAgain "paid-again" Payments Any Level2 (0 0 1 0) 9 0 [PaymentExactlyOnce]
        "pays a bill that is paid, with a new request id";
    WrongAmount "wrong-amount" Payments Any Level2 (0 0 1 0) 8 0 [PaymentExactlyOnce RefusalChangesNothing]
        "pays less than a bill's amount, and a bill that nobody sent";
    BalanceTooLow "balance-too-low" Payments Any Level2 (1 0 1 0) 8 0 [PaymentExactlyOnce RefusalChangesNothing]
        "sends more money than there is";
    TwoTransfersAtOnce "two-transfers-at-once" Payments Any Level2 (1 0 1 0) 9 0 [PaymentExactlyOnce]
        "sends the whole balance twice at the same moment";
    TransferToUnfit "transfer-to-unfit" Payments Any Level2 (1 0 1 0) 8 0 [PaymentExactlyOnce UtilityNeedsActivation]
        "sends money to the own account and to somebody who has none";
    NegativeAmount "negative-amount" Payments Any Level2 (1 0 1 0) 8 0 [PaymentExactlyOnce RefusalChangesNothing]
        "sends nothing, and less than nothing";
    OtherAmountSameRequest "other-amount-same-request" Payments Any Level2 (1 0 1 0) 8 0 [PaymentExactlyOnce]
        "sends another amount with a request id that was used";
    WrongMoveCode "wrong-move-code" MoveDevice Any Level2 (0 0 1 0) 8 0 [OtpAttemptsLimited AccountOneDevice]
        "mistypes the code of the move once";
    MoveCodesExhausted "move-codes-exhausted" MoveDevice Any Level2 (0 0 1 0) 12 0 [OtpAttemptsLimited AccountOneDevice]
        "guesses the code of the move until it is void";
    LateMoveCode "late-move-code" MoveDevice Any Level2 (0 0 1 0) 7 0 [OtpExpires AccountOneDevice]
        "enters the code of the move shortly before or shortly after its life is over";
    UsedMoveCode "used-move-code" MoveDevice Any Level2 (0 0 1 0) 8 0 [OtpSingleUse AccountOneDevice]
        "enters the code of the move a second time";
    MoveNotAsked "move-not-asked" MoveDevice Any Level2 (0 0 1 0) 5 0 [StepsInOrder AccountOneDevice]
        "asks for the code of a move that nobody asked for";
    MoveWrongPassword "move-wrong-password" MoveDevice Any Level2 (0 0 1 0) 6 0 [AccountOneDevice LoginNeedsPassword]
        "an attacker asks to move the account with a guessed password";
    MoveWithoutCode "move-without-code" MoveDevice Any Level2 (0 0 1 0) 7 0 [AccountOneDevice OtpSingleUse]
        "an attacker with the password moves the account without having seen the code";
    OldPhoneAfterMove "old-phone-after-move" MoveDevice Any Level2 (0 0 1 0) 12 0 [AccountOneDevice SessionBoundToDevice]
        "uses the old phone after the move: session, login, fingerprint";
    Reinstalled "reinstalled" MoveDevice Any Level2 (0 0 1 0) 7 0 [AccountOneDevice DeviceKeyProof]
        "installs the app anew: the same phone with another key";
    OldSessionAfterRelease "old-session-after-release" ReleaseDevice Any Level2 (0 0 1 0) 9 0 [DeviceReleaseEndsAccess]
        "uses session, refresh token and fingerprint after releasing the phone";
    ResetUnknownNumber "reset-unknown-number" ForgotPassword Any App (1 0 0 0) 3 0 [NoEnumeration SmsOnlyForChallenges]
        "asks for a new password for a number that has no account, and for one that has with another phone";
    WrongResetCode "wrong-reset-code" ForgotPassword Any App (0 0 0 0) 7 1 [OtpAttemptsLimited]
        "mistypes the code of the reset once";
    LateResetCode "late-reset-code" ForgotPassword Any App (0 0 0 0) 5 1 [OtpExpires]
        "enters the code of the reset shortly before or shortly after its life is over";
    ResetCodeElsewhere "reset-code-elsewhere" ForgotPassword Any App (0 0 0 1) 8 2 [OtpBoundToCitizen OtpBoundToPurpose]
        "an attacker enters the victim's reset code in a reset of the own account";
    PasswordBeforeResetCode "password-before-reset-code" ForgotPassword Any App (0 0 0 0) 6 1 [StepsInOrder]
        "sets the new password before the code was entered";
    WeakResetPassword "weak-reset-password" ForgotPassword Any App (0 0 0 0) 7 1 [PasswordPolicy]
        "sets a new password below the policy, then one that meets it";
    OldPasswordAfterReset "old-password-after-reset" ForgotPassword Any App (0 0 0 0) 9 1 [PasswordChangeEndsSessions]
        "uses the old password and the old session after a reset";
    ResetWhileLocked "reset-while-locked" ForgotPassword Any App (0 0 0 0) 14 1 [LoginLockout]
        "locks the account by wrong passwords, resets the password, and is locked still";
    ResetTooSlow "reset-too-slow" ForgotPassword Any App (0 0 0 0) 6 1 [StepsInOrder OtpExpires]
        "sets the new password when the time after the code is over";
    WrongAnswers "wrong-answers" ForgotPassword Any Level2 (0 0 1 0) 12 1 [OtpAttemptsLimited StepsInOrder]
        "answers the security questions wrong until the reset ends, and sets a password all the same";
    OneWrongAnswer "one-wrong-answer" ForgotPassword Any Level2 (0 0 1 0) 8 1 [StepsInOrder]
        "answers one of the two questions wrong, then both right";
    SkipAnswers "skip-answers" ForgotPassword Any Level2 (0 0 1 0) 7 1 [StepsInOrder]
        "sets the new password without answering the security questions";

    CounterWithdrawnCard "counter-withdrawn-card" ActivateLevel2 WithdrawnCard None (0 0 1 0) 3 0 [CardNotRevokedOrExpired]
        "comes to the counter with a card that was lost, re-issued or cancelled";
    CounterExpiredCard "counter-expired-card" ActivateLevel2 ExpiredCard None (0 0 1 0) 3 0 [CardNotRevokedOrExpired]
        "comes to the counter with a card past its last day";
    MintWithoutProof "mint-without-proof" VerifyQr Any Level2 (0 1 1 0) 8 0 [DeviceKeyProof QrBoundToDevice]
        "makes a QR without the proof of the device key, then with it";
    NewQrAfterUse "new-qr-after-use" VerifyQr Any Level2 (0 1 1 0) 9 0 [QrReplay QrResultIsTrue]
        "has one QR scanned after the other, each genuine";
    TwoMovesAtOnce "two-moves-at-once" MoveDevice Any Level2 (0 0 1 0) 9 0 [DeviceRaceOneWinner OtpSingleUse]
        "enters the code of the move twice at the same moment";
    MoveToBusyPhone "move-to-busy-phone" MoveDevice Any Level2 (1 0 1 0) 10 0 [DeviceOneAccount AccountOneDevice]
        "moves to a phone that a relative's account is active on";
    PasscodeOtherSession "passcode-other-session" Wallet Any Level2 (0 0 1 0) 7 0 [UtilityNeedsPasscode]
        "enters the passcode in one session and opens the wallet in the next";
    ReleasedAndPaid "released-and-paid" Payments Any Level2 (0 0 1 0) 7 0 [UtilityNeedsActivation DeviceReleaseEndsAccess]
        "releases the phone and pays from it all the same";
    ResetResendTooSoon "reset-resend-too-soon" ForgotPassword Any App (0 0 0 0) 6 2 [OtpResendLimited]
        "asks for another reset code shortly before or shortly after the gap is over";
    LateActivationCode "late-activation-code" Activate NoNfc None (0 0 0 0) 12 3 [OtpExpires ActivateNeedsCode]
        "enters the activation code shortly before or shortly after its life is over";
    WithoutCode "without-code" Activate NoNfc None (0 0 0 0) 15 3 [ActivateNeedsCode StepsInOrder]
        "sets passcode and questions without having entered the code, then goes on in order";
    OnePhoneRace "one-phone-race" Activate NoNfc None (1 0 0 0) 30 6 [DeviceRaceOneWinner DeviceOneAccount]
        "activates two accounts on one phone at the same moment; one gets it";
    ReleasedWhileScanned "released-while-scanned" VerifyQr Any Level2 (0 1 1 0) 9 0 [DeviceReleaseEndsAccess QrBoundToDevice]
        "releases the phone at the moment when its QR is scanned; scanned again it is fake";
    ReleasedWhileScanning "released-while-scanning" VerifyQr Any Level2 (1 0 1 0) 10 0 [DeviceReleaseEndsAccess QrOfficialNeedsLevel2]
        "is scanned by somebody who releases the own phone at the same moment";
    ResendWhileEntering "resend-while-entering" Register Any None (0 0 0 0) 7 2 [OtpSupersededByNewer OtpSingleUse]
        "asks for a new code at the moment when the old one is entered";
    ChangedWhileWorking "changed-while-working" PersonalPage Any Level2 (0 0 1 0) 8 0 [PasswordChangeEndsSessions]
        "changes the password in one session at the moment when another session works";
    GuessesOverResends "guesses-over-resends" Register Any None (0 0 0 0) 21 4 [OtpAttemptsLimited OtpResendLimited]
        "an attacker guesses code after code until the wrong ones of the hour are used up; the right one is refused after";
    LateCodeAfterResend "late-code-after-resend" Register Any None (0 0 0 0) 6 2 [OtpExpires OtpSupersededByNewer]
        "asks for the code again and enters it shortly before or shortly after its life is over";
}

//! The journeys of the letters, by the names that scenarios use.

use songsinh_contract::{OperationName, Rule};

use super::{Need, Roles, Twist};
use crate::file::Account;
use crate::words::words;

macro_rules! journeys {
    ($($name:ident $word:literal $need:ident $wants:ident ($relatives:literal $officials:literal $officers:literal)
       $requests:literal $messages:literal [$($rule:ident)+] [$($operation:ident)*] $text:literal;)+) => {
        words! {
            /// What a citizen sets out to do.
            pub enum Journey ("journey") { $( #[doc = $text] $name $word, )+ }
        }

        impl Journey {
            /// What happens, in a sentence.
            #[must_use]
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
            /// Whom the journey needs when it goes without a twist.
            #[must_use]
            pub fn need(self) -> Need {
                match self { $(Self::$name => Need::$need,)+ }
            }
            /// The account from which it best begins; with less, the story brings the rest about by itself.
            #[must_use]
            pub fn wants(self) -> Account {
                match self { $(Self::$name => Account::$wants,)+ }
            }
            /// Who else is on the stage.
            #[must_use]
            pub fn cast(self) -> Roles {
                match self {
                    $(Self::$name => Roles {
                        relatives: $relatives, officials: $officials, officers: $officers, attackers: 0,
                    },)+
                }
            }
            /// About how many requests it makes from the account that it wants, to estimate the load.
            #[must_use]
            pub fn requests(self) -> u32 {
                match self { $(Self::$name => $requests,)+ }
            }
            /// About how many messages it brings about.
            #[must_use]
            pub fn messages(self) -> u32 {
                match self { $(Self::$name => $messages,)+ }
            }
            /// The rules that it exercises without a twist.
            #[must_use]
            pub fn rules(self) -> &'static [Rule] {
                match self { $(Self::$name => &[$(Rule::$rule),+],)+ }
            }
            /// What an honest citizen asks on it, beginning with the account that it wants.
            #[must_use]
            pub fn operations(self) -> &'static [OperationName] {
                match self { $(Self::$name => &[$(OperationName::$operation),*],)+ }
            }
        }
    };
}

impl Journey {
    /// Its twists.
    pub fn twists(self) -> impl Iterator<Item = Twist> {
        Twist::ALL.iter().copied().filter(move |twist| twist.journey() == self)
    }
}

// name, word, need, account wanted, (relatives officials officers), requests, messages, rules, operations, sentence
journeys! {
    Reached "reached" Any None (0 0 0) 1 0
        [ErrorIsNotAVerdict]
        [ServiceTerms]
        "is reached by a channel, installs the app, opens it and accepts the terms; or ends on the way";
    Register "register" Any None (0 0 0) 5 1
        [RegisterNeedsPopulationMatch RegisterNumberIsWellFormed RegisterPersonEligible OtpGoesToRegisteredPhone
         OtpExpires OtpNeverInAnswer OtpUnpredictable LoginNeedsPassword SmsOnlyForChallenges SmsStatesPurpose
         ErrorIsNotAVerdict NoPersonalDataLeak]
        [AccountRegister AccountConfirm AccountSetPassword SessionLogin]
        "registers an app account, confirms it with the code, sets a password and logs in";
    Login "login" Any App (0 0 0) 4 0
        [LoginNeedsPassword SessionExpires SessionBoundToDevice]
        [SessionLogin AccountShow]
        "logs in with number and password; with an activated account also by fingerprint or face";
    Level1 "level1" NoNfc None (0 0 0) 9 2
        [Level1NeedsLogin CardBelongsToCitizen CardDataShownIsTrue CardQrOnlyWithoutNfc PortraitRequired
         PortraitMatches EmailOptional ApprovalSendsSms ApprovalInTime OtpExpires SessionExpires NoPersonalDataLeak]
        [AccountRegister AccountConfirm AccountSetPassword SessionLogin Level1ReadCard Level1Portrait Level1Submit]
        "registers and logs in, applies for level 1 with the card's printed QR, waits for the notice";
    Level2 "level2" Any None (0 0 1) 3 1
        [Level2NeedsCounter CardBelongsToCitizen PortraitMatches PortraitRequired ApprovalSendsSms ApprovalInTime]
        [OfficerLogin Level2File]
        "applies for level 2 at a police counter, with or without an app account, and waits for the notice";
    Activate "activate" NoNfc None (0 0 0) 15 3
        [ActivateNeedsRegisteredPhone ActivateNeedsCode ActivateNeedsPasscode ActivateNeedsTwoSecurityQuestions
         ActivateSetsPasswordOnlyIfNone ActivationWindow OtpBoundToPurpose DeviceKeyProof OtpExpires]
        [AccountRegister AccountConfirm AccountSetPassword SessionLogin Level1ReadCard Level1Portrait Level1Submit
         ActivationRequest ActivationConfirm ActivationSetPasscode ActivationSetQuestions]
        "does all of that for level 1, activates the account on the phone and logs in with the device key";
    Level2AfterLevel1 "level2-after-level1" NoNfc Level1 (0 0 1) 12 2
        [Level2NeedsCounter ActivateOnce ActivateSetsPasswordOnlyIfNone AccountOneDevice ApprovalSendsSms]
        [OfficerLogin Level2File SessionLogin ActivationRequest ActivationConfirm ActivationSetPasscode
         ActivationSetQuestions]
        "applies for level 2 at the counter with level 1 active, which goes on working, and activates level 2";
    ActivateLevel2 "activate-level2" Any None (0 0 1) 10 2
        [Level2NeedsCounter ActivateSetsPasswordOnlyIfNone ActivateNeedsCode ActivateNeedsPasscode
         ActivateNeedsTwoSecurityQuestions DeviceKeyProof]
        [OfficerLogin Level2File ActivationRequest ActivationConfirm ActivationSetPassword ActivationSetPasscode
         ActivationSetQuestions SessionLogin]
        "applies for level 2 at the counter, activates it on the phone and logs in with the device key";
    QrSwitch "qr-switch" Any Level2 (0 0 1) 4 0
        [QrNeedsSwitch SessionExpires DeviceKeyProof]
        [SessionLogin QrSwitch]
        "turns on the verification of the app by QR in the personal page";
    VerifyQr "verify-qr" Any Level2 (0 1 1) 11 0
        [QrNeedsLevel2 QrNeedsSwitch QrExpires QrResultIsTrue QrOfficialNeedsLevel2 QrBoundToDevice QrReplay]
        [SessionLogin QrSwitch QrMint QrScan]
        "turns the switch on and makes a QR, which an official scans; proven genuine, shows the papers";
    Wallet "wallet" Any Level2 (0 0 1) 8 0
        [WalletOwnDocumentsOnly UtilityNeedsActivation UtilityNeedsLevel2 UtilityNeedsPasscode]
        [SessionLogin PasscodeEnter WalletAdd WalletList WalletShow]
        "adds papers to the wallet and shows them";
    Services "services" Any Level2 (0 0 1) 7 0
        [ServiceFormPrefilled ServiceSubmittedOnce UtilityNeedsPasscode]
        [SessionLogin PasscodeEnter FormOpen FormSubmit FormList]
        "opens the form of a public service, finds the personal fields filled, and submits it";
    Payments "payments" Any Level2 (1 0 1) 9 0
        [PaymentExactlyOnce UtilityNeedsPasscode]
        [SessionLogin PasscodeEnter PaymentBills PaymentBalance PaymentPay PaymentTransfer]
        "pays a bill, sends money to a relative and looks at balance and receipts";
    PersonalPage "personal-page" Any Level2 (0 0 1) 12 0
        [PasswordChangeEndsSessions UtilityNeedsPasscode AccountOneDevice]
        [SessionLogin PasswordChange PasscodeChange UnlockSwitch SessionUnlock DeviceList NoticeList]
        "changes password and passcode, turns on login by fingerprint, reads devices and notices";
    MoveDevice "move-device" Any Level2 (0 0 1) 8 0
        [AccountOneDevice OtpExpires OtpNeverInAnswer DeviceKeyProof]
        [SessionLogin DeviceMove DeviceMoveCode DeviceMoveConfirm DeviceList]
        "moves the account to a new phone with the code that the old one shows";
    ReleaseDevice "release-device" Any Level2 (0 0 1) 12 1
        [DeviceReleaseEndsAccess AccountOneDevice ActivateOnce]
        [SessionLogin DeviceRelease ActivationRequest ActivationConfirm ActivationSetPasscode ActivationSetQuestions]
        "releases the phone and activates the account anew";
    Refresh "refresh" Any App (0 0 0) 7 0
        [SessionExpires SessionBoundToDevice]
        [SessionLogin AccountShow SessionRefresh SessionLogout]
        "gets a new session for the old one's refresh token, logs out, and is out";
    ForgotPassword "forgot-password" Any App (0 0 0) 7 1
        [NoEnumeration OtpExpires OtpBoundToPurpose OtpGoesToRegisteredPhone PasswordPolicy
         PasswordChangeEndsSessions]
        [ResetRequest ResetConfirm ResetSetPassword SessionLogin]
        "has forgotten the password, and sets a new one with the code and the security questions";
}

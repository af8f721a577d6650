//! The names of operations, as profiles, scenarios and reports write them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Operation;

macro_rules! names {
    ($($name:ident {$($rest:tt)*} $word:literal,)+) => {
        /// The name of an operation, without what is asked.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each is documented at the Operation of the same name")]
        pub enum OperationName { $($name,)+ }

        impl OperationName {
            /// Every operation, in the order of the journeys as they came to be supported.
            pub const ALL: [Self; COUNT] = [$(Self::$name,)+];
            /// The name as written in profiles, scenarios and reports.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }

        impl Operation {
            /// Which operation this is.
            #[must_use]
            pub fn name(&self) -> OperationName {
                match self { $(Self::$name { $($rest)* } => OperationName::$name,)+ }
            }
        }
    };
}

const COUNT: usize = 52;

names! {
    ServiceHealth {} "service.health",
    ServiceQuestions {} "service.questions",
    ServiceTerms {} "service.terms",
    AccountRegister {..} "account.register",
    AccountResend {..} "account.resend",
    AccountConfirm {..} "account.confirm",
    AccountSetPassword {..} "account.set-password",
    SessionLogin {..} "session.login",
    AccountShow {} "account.show",
    Level1ReadCard {..} "level1.read-card",
    Level1Portrait {..} "level1.portrait",
    Level1Submit {..} "level1.submit",
    ActivationRequest {..} "activation.request",
    ActivationResend {..} "activation.resend",
    ActivationConfirm {..} "activation.confirm",
    ActivationSetPassword {..} "activation.set-password",
    ActivationSetPasscode {..} "activation.set-passcode",
    ActivationSetQuestions {..} "activation.set-questions",
    SessionRefresh {..} "session.refresh",
    SessionLogout {} "session.logout",
    SessionUnlock {..} "session.unlock",
    OfficerLogin {..} "officer.login",
    Level2File {..} "level2.file",
    ApplicationDecide {..} "application.decide",
    QrSwitch {..} "qr.switch",
    QrMint {} "qr.mint",
    QrScan {..} "qr.scan",
    DeviceList {} "device.list",
    DeviceRelease {} "device.release",
    DeviceMove {..} "device.move",
    DeviceMoveCode {} "device.move-code",
    DeviceMoveConfirm {..} "device.move-confirm",
    PasswordChange {..} "password.change",
    PasscodeChange {..} "passcode.change",
    PasscodeEnter {..} "passcode.enter",
    UnlockSwitch {..} "unlock.switch",
    NoticeList {} "notice.list",
    ResetRequest {..} "reset.request",
    ResetResend {..} "reset.resend",
    ResetConfirm {..} "reset.confirm",
    ResetAnswer {..} "reset.answer",
    ResetSetPassword {..} "reset.set-password",
    WalletAdd {..} "wallet.add",
    WalletList {} "wallet.list",
    WalletShow {..} "wallet.show",
    FormOpen {..} "form.open",
    FormSubmit {..} "form.submit",
    FormList {} "form.list",
    PaymentBills {} "payment.bills",
    PaymentBalance {} "payment.balance",
    PaymentPay {..} "payment.pay",
    PaymentTransfer {..} "payment.transfer",
}

impl OperationName {
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

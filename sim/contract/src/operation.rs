//! What a phone asks of the national system, in the domain's words. A target profile turns an [`Operation`] into a
//! request of some implementation; the record keeps it; the oracle judges the answer by it.

use serde::{Deserialize, Serialize};

use crate::{
    CitizenNumber, Code, CounterFiling, Form, PaperKind, PhoneNumber, Portrait, PrintedCard, PublicService, Secret,
    ShownQr, Token,
};

/// One request of the national system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// Is the system up? Asks nothing of anybody.
    ServiceHealth,
    /// The list of security questions.
    ServiceQuestions,
    /// Journey 0: the terms that are accepted when the app is opened first.
    ServiceTerms,
    /// Journey 1: asks for an app account; a match sends a code.
    AccountRegister {
        /// What the citizen states.
        form: Form,
        /// The card's printed QR, when it was scanned.
        scanned: Option<Box<PrintedCard>>,
    },
    /// Asks for the registration code once more.
    AccountResend {
        /// From `account.register`.
        challenge: Token,
    },
    /// Enters the registration code.
    AccountConfirm {
        /// From `account.register`.
        challenge: Token,
        /// As typed.
        code: Code,
    },
    /// Sets the password; the account exists from here on.
    AccountSetPassword {
        /// From `account.register`.
        challenge: Token,
        /// The password.
        password: Secret,
    },
    /// Journey 2.
    SessionLogin {
        /// The twelve digits as typed.
        number: CitizenNumber,
        /// The password as typed.
        password: Secret,
    },
    /// The account of the session: number, name, level, application, activation.
    AccountShow,
    /// Journey 3: opens a level-1 application with the card's printed QR.
    Level1ReadCard {
        /// What was scanned.
        printed: Box<PrintedCard>,
        /// Whether the phone says that it could read the chip.
        nfc: bool,
    },
    /// Adds the portrait to the application.
    Level1Portrait {
        /// From `level1.read-card`.
        application: Token,
        /// The picture taken; none: an empty one is sent.
        portrait: Option<Portrait>,
    },
    /// Confirms the application ("Xác nhận thông tin đăng ký").
    Level1Submit {
        /// From `level1.read-card`.
        application: Token,
        /// Optional (rule `email-optional`).
        email: Option<Box<str>>,
    },
    /// Journey 6: asks for activation ("Gửi yêu cầu"); sends a code.
    ActivationRequest {
        /// The twelve digits.
        number: CitizenNumber,
        /// The phone number as typed.
        phone: PhoneNumber,
    },
    /// Asks for the activation code once more.
    ActivationResend {
        /// From `activation.request`.
        challenge: Token,
    },
    /// Enters the activation code.
    ActivationConfirm {
        /// From `activation.request`.
        challenge: Token,
        /// As typed.
        code: Code,
    },
    /// Sets a password; only for who had no account.
    ActivationSetPassword {
        /// From `activation.request`.
        challenge: Token,
        /// The password.
        password: Secret,
    },
    /// Sets the passcode.
    ActivationSetPasscode {
        /// From `activation.request`.
        challenge: Token,
        /// Six digits, or a mistake.
        passcode: Secret,
    },
    /// Answers the security questions; the account is active and the device bound from here on.
    ActivationSetQuestions {
        /// From `activation.request`.
        challenge: Token,
        /// Number of the question and its answer, in the order typed.
        answers: Vec<(u16, Secret)>,
    },
    /// A new session for an old one's refresh token; the token serves once.
    SessionRefresh {
        /// From `session.login` or the refresh before.
        refresh: Token,
    },
    /// Ends the session.
    SessionLogout,
    /// Journey 2, later: the fingerprint or face unlocks the device key, and the key logs in.
    SessionUnlock {
        /// The twelve digits.
        number: CitizenNumber,
    },
    /// A police officer logs in at a counter. The session is an officer's, not a citizen's.
    OfficerLogin {
        /// The officer's user name.
        user: Box<str>,
        /// The password.
        password: Secret,
    },
    /// Journey 5: an officer files a level-2 application for the citizen at the counter.
    Level2File {
        /// What the officer took down.
        filing: Box<CounterFiling>,
    },
    /// Journey 4, by the police queue: an officer approves or rejects a pending application of either level.
    ApplicationDecide {
        /// The citizen whose newest pending application it is.
        number: CitizenNumber,
        /// Yes or no.
        approve: bool,
    },
    /// Journey 7: turns "Xác minh ứng dụng qua QR code" on or off.
    QrSwitch {
        /// On or off.
        on: bool,
    },
    /// Journey 7: asks for a QR. The server gives a ticket, the phone signs it.
    QrMint,
    /// Journey 7: an official scans a QR. Done: genuine, and what is shown; refused: fake, expired, replaced or used.
    QrScan {
        /// What the camera saw, and how it came to be.
        qr: Box<ShownQr>,
    },
    /// Journey 11: the devices of the account.
    DeviceList,
    /// Journey 11: releases the device of the session; the account is then not activated.
    DeviceRelease,
    /// Journey 11: the new phone asks to move the account to it, with number and password.
    DeviceMove {
        /// The twelve digits.
        number: CitizenNumber,
        /// The password.
        password: Secret,
    },
    /// Journey 11: the old phone asks for the code of the pending move; the answer shows it.
    DeviceMoveCode,
    /// Journey 11: the new phone enters the code that the old one shows; the account is bound to the new one.
    DeviceMoveConfirm {
        /// From `device.move`.
        challenge: Token,
        /// As typed.
        code: Code,
    },
    /// Journey 11: changes the password; this session survives.
    PasswordChange {
        /// The old one as typed.
        old: Secret,
        /// The new one.
        new: Secret,
    },
    /// Journey 11: changes the passcode.
    PasscodeChange {
        /// The old one as typed.
        old: Secret,
        /// The new one.
        new: Secret,
    },
    /// The passcode opens the utilities for the session.
    PasscodeEnter {
        /// As typed.
        passcode: Secret,
    },
    /// Journey 11: login by fingerprint or face on or off.
    UnlockSwitch {
        /// On or off.
        on: bool,
    },
    /// Journey 11: the notices of the account.
    NoticeList,
    /// Journey 12: forgot the password. Answers alike whether the account exists or not; if it does, a code goes out.
    ResetRequest {
        /// The twelve digits.
        number: CitizenNumber,
        /// The phone number as typed.
        phone: PhoneNumber,
    },
    /// Asks for the reset code once more.
    ResetResend {
        /// From `reset.request`.
        challenge: Token,
    },
    /// Enters the reset code; the answer names the account's two security questions, if it has some.
    ResetConfirm {
        /// From `reset.request`.
        challenge: Token,
        /// As typed.
        code: Code,
    },
    /// Answers the security questions.
    ResetAnswer {
        /// From `reset.request`.
        challenge: Token,
        /// Number of the question and its answer.
        answers: Vec<(u16, Secret)>,
    },
    /// Sets the new password; all sessions end.
    ResetSetPassword {
        /// From `reset.request`.
        challenge: Token,
        /// The password.
        password: Secret,
    },
    /// Journey 8: adds ("tích hợp") a paper to the wallet.
    WalletAdd {
        /// Which kind.
        kind: PaperKind,
        /// The paper's number as typed.
        number: Box<str>,
    },
    /// Journey 8: which papers the wallet holds.
    WalletList,
    /// Journey 8: shows a paper.
    WalletShow {
        /// Which kind.
        kind: PaperKind,
    },
    /// Journey 9: opens a form of a public service, the personal fields filled.
    FormOpen {
        /// Which service.
        service: PublicService,
    },
    /// Journey 9: submits a form. The request id makes a retry harmless.
    FormSubmit {
        /// Which service.
        service: PublicService,
        /// Chosen by the phone; a retry shows the same one.
        request: Token,
        /// What the citizen wrote beside the filled fields.
        text: Box<str>,
    },
    /// Journey 9: the submissions of the account.
    FormList,
    /// Journey 10: the bills to be paid.
    PaymentBills,
    /// Journey 10: the balance and the receipts.
    PaymentBalance,
    /// Journey 10: pays a bill. The request id makes a retry harmless.
    PaymentPay {
        /// Chosen by the phone; a retry shows the same one.
        request: Token,
        /// Which bill.
        bill: Box<str>,
        /// How much, in đồng.
        amount_vnd: i64,
    },
    /// Journey 10: sends money to another citizen.
    PaymentTransfer {
        /// Chosen by the phone; a retry shows the same one.
        request: Token,
        /// To whom.
        to: CitizenNumber,
        /// How much, in đồng.
        amount_vnd: i64,
    },
}

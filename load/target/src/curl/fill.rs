//! A call out of a record, whose secrets and tokens are digests, with texts in their places again.

use songsinh_contract::{Code, Operation, Secret, ShownQr, Token};

/// Where the texts come from.
pub(crate) trait Texts {
    /// What a fake person types.
    fn typed(&self, secret: &Secret) -> Secret;
    /// What stands for something that the target handed out, or that the phone chose.
    fn token(&self, token: &Token) -> Token;
    /// What stands for a code.
    fn code(&self, code: Code) -> Code;
    /// What stands for the text of a QR.
    fn qr(&self, qr: &ShownQr) -> Token;
}

/// The same operation with texts.
pub(crate) fn filled(operation: &Operation, texts: &impl Texts) -> Operation {
    let mut operation = operation.clone();
    match &mut operation {
        Operation::AccountResend { challenge }
        | Operation::ActivationResend { challenge }
        | Operation::ResetResend { challenge } => *challenge = texts.token(challenge),
        Operation::AccountConfirm { challenge, code }
        | Operation::ActivationConfirm { challenge, code }
        | Operation::ResetConfirm { challenge, code }
        | Operation::DeviceMoveConfirm { challenge, code } => {
            (*challenge, *code) = (texts.token(challenge), texts.code(*code));
        }
        Operation::AccountSetPassword { challenge, password: secret }
        | Operation::ActivationSetPassword { challenge, password: secret }
        | Operation::ActivationSetPasscode { challenge, passcode: secret }
        | Operation::ResetSetPassword { challenge, password: secret } => {
            (*challenge, *secret) = (texts.token(challenge), texts.typed(secret));
        }
        Operation::ActivationSetQuestions { challenge, answers } | Operation::ResetAnswer { challenge, answers } => {
            *challenge = texts.token(challenge);
            for (_, answer) in answers {
                *answer = texts.typed(answer);
            }
        }
        Operation::Level1Portrait { application, .. } | Operation::Level1Submit { application, .. } => {
            *application = texts.token(application);
        }
        Operation::SessionLogin { password, .. }
        | Operation::OfficerLogin { password, .. }
        | Operation::DeviceMove { password, .. }
        | Operation::PasscodeEnter { passcode: password } => *password = texts.typed(password),
        Operation::PasswordChange { old, new } | Operation::PasscodeChange { old, new } => {
            (*old, *new) = (texts.typed(old), texts.typed(new));
        }
        Operation::SessionRefresh { refresh } => *refresh = texts.token(refresh),
        Operation::QrScan { qr } => qr.text = texts.qr(qr),
        Operation::FormSubmit { request, .. }
        | Operation::PaymentPay { request, .. }
        | Operation::PaymentTransfer { request, .. } => *request = texts.token(request),
        _ => {}
    }
    operation
}

/// The code that a call enters.
pub(crate) fn entered(operation: &Operation) -> Option<Code> {
    match operation {
        Operation::AccountConfirm { code, .. }
        | Operation::ActivationConfirm { code, .. }
        | Operation::ResetConfirm { code, .. }
        | Operation::DeviceMoveConfirm { code, .. } => Some(*code),
        _ => None,
    }
}

//! The variables that a request template may use, and what they are in one call.
//!
//! Invariant: which variables an operation has is known when a profile is compiled; a template can then only meet a
//! value or a value that this call does not have ([`Value::Absent`]).

use std::borrow::Cow;
use std::io::Write as _;

use songsinh_contract::{BirthDate, Call, CitizenNumber, Operation, OperationName, PhoneNumber, Secret, Sex, TraceId};
use songsinh_contract::{PrintedCard, Token, UnixMillis};

use super::filters::push_hex;

macro_rules! variables {
    ($($name:ident = $text:literal,)+) => {
        /// A variable of request templates.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Var { $($name,)+ }

        impl Var {
            /// Every variable.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];
            /// The name in templates.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

variables! {
    CitizenNumber = "citizen.number",
    PhoneNumber = "phone.number",
    FormNumber = "form.number",
    FormPhone = "form.phone",
    FormName = "form.name",
    FormBorn = "form.born",
    FormSex = "form.sex",
    CardQr = "card.qr",
    Handle = "handle",
    Challenge = "challenge",
    Application = "application",
    Activation = "activation",
    Code = "code",
    Password = "password",
    Passcode = "passcode",
    Answers = "answers",
    Email = "email",
    Portrait = "portrait",
    Nfc = "nfc",
    Refresh = "refresh",
    OfficerUser = "officer.user",
    Fingerprints = "fingerprints",
    Approve = "approve",
    QrText = "qr.text",
    SwitchOn = "switch.on",
    Move = "move",
    Reset = "reset",
    PasswordOld = "password.old",
    PasswordNew = "password.new",
    PasscodeOld = "passcode.old",
    PasscodeNew = "passcode.new",
    PaperKind = "paper.kind",
    PaperNumber = "paper.number",
    Service = "service",
    FormText = "form.text",
    RequestId = "request.id",
    BillId = "bill.id",
    AmountVnd = "amount_vnd",
    ToNumber = "to.number",
    DeviceId = "device.id",
    Session = "session",
    Proof = "proof",
    Trace = "trace",
    NowUnixMs = "now.unix_ms",
    NowUnixS = "now.unix_s",
    NowIso = "now.iso",
    Method = "method",
    Path = "path",
    Body = "body",
}

impl Var {
    /// The variable of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == name)
    }

    /// Whether a call of this operation can have it.
    pub(crate) fn belongs_to(self, operation: OperationName) -> bool {
        use OperationName as Op;
        match self {
            Self::CitizenNumber => names_a_citizen(operation),
            Self::PhoneNumber => {
                matches!(operation, Op::AccountRegister | Op::ActivationRequest | Op::Level2File | Op::ResetRequest)
            }
            Self::FormNumber | Self::FormPhone | Self::FormName | Self::FormBorn | Self::FormSex => {
                operation == Op::AccountRegister
            }
            Self::CardQr => matches!(operation, Op::AccountRegister | Op::Level1ReadCard | Op::Level2File),
            Self::Challenge => {
                registers(operation)
                    || activates(operation)
                    || Self::Reset.belongs_to(operation)
                    || Self::Move.belongs_to(operation)
            }
            Self::Activation => activates(operation),
            Self::Application => matches!(operation, Op::Level1Portrait | Op::Level1Submit),
            Self::Reset => {
                matches!(operation, Op::ResetResend | Op::ResetConfirm | Op::ResetAnswer | Op::ResetSetPassword)
            }
            Self::Move => operation == Op::DeviceMoveConfirm,
            Self::Handle => Self::Challenge.belongs_to(operation) || Self::Application.belongs_to(operation),
            Self::Code => matches!(
                operation,
                Op::AccountConfirm | Op::ActivationConfirm | Op::DeviceMoveConfirm | Op::ResetConfirm
            ),
            Self::Password => types_a_password(operation),
            Self::Passcode => matches!(operation, Op::ActivationSetPasscode | Op::PasscodeEnter),
            Self::Answers => matches!(operation, Op::ActivationSetQuestions | Op::ResetAnswer),
            Self::Email => matches!(operation, Op::Level1Submit | Op::Level2File),
            Self::Portrait => matches!(operation, Op::Level1Portrait | Op::Level2File),
            Self::Nfc => operation == Op::Level1ReadCard,
            Self::Refresh => operation == Op::SessionRefresh,
            Self::OfficerUser => operation == Op::OfficerLogin,
            Self::Fingerprints => operation == Op::Level2File,
            Self::Approve => operation == Op::ApplicationDecide,
            Self::QrText => operation == Op::QrScan,
            Self::SwitchOn => matches!(operation, Op::QrSwitch | Op::UnlockSwitch),
            Self::PasswordOld | Self::PasswordNew => operation == Op::PasswordChange,
            Self::PasscodeOld | Self::PasscodeNew => operation == Op::PasscodeChange,
            Self::PaperKind => matches!(operation, Op::WalletAdd | Op::WalletShow),
            Self::PaperNumber => operation == Op::WalletAdd,
            Self::Service => matches!(operation, Op::FormOpen | Op::FormSubmit),
            Self::FormText => operation == Op::FormSubmit,
            Self::RequestId => matches!(operation, Op::FormSubmit | Op::PaymentPay | Op::PaymentTransfer),
            Self::BillId => operation == Op::PaymentPay,
            Self::AmountVnd => matches!(operation, Op::PaymentPay | Op::PaymentTransfer),
            Self::ToNumber => operation == Op::PaymentTransfer,
            Self::DeviceId
            | Self::Session
            | Self::Proof
            | Self::Trace
            | Self::NowUnixMs
            | Self::NowUnixS
            | Self::NowIso
            | Self::Method
            | Self::Path
            | Self::Body => true,
        }
    }
}

fn names_a_citizen(operation: OperationName) -> bool {
    use OperationName as Op;
    matches!(
        operation,
        Op::AccountRegister
            | Op::SessionLogin
            | Op::Level1ReadCard
            | Op::ActivationRequest
            | Op::SessionUnlock
            | Op::Level2File
            | Op::ApplicationDecide
            | Op::DeviceMove
            | Op::ResetRequest
    )
}

fn types_a_password(operation: OperationName) -> bool {
    use OperationName as Op;
    matches!(
        operation,
        Op::AccountSetPassword
            | Op::ActivationSetPassword
            | Op::SessionLogin
            | Op::OfficerLogin
            | Op::DeviceMove
            | Op::ResetSetPassword
    )
}

fn registers(operation: OperationName) -> bool {
    use OperationName as Op;
    matches!(operation, Op::AccountResend | Op::AccountConfirm | Op::AccountSetPassword)
}

fn activates(operation: OperationName) -> bool {
    use OperationName as Op;
    matches!(
        operation,
        Op::ActivationResend
            | Op::ActivationConfirm
            | Op::ActivationSetPassword
            | Op::ActivationSetPasscode
            | Op::ActivationSetQuestions
    )
}

/// What a variable is in one call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// This call does not have it.
    Absent,
    /// Any text.
    Text(Cow<'a, str>),
    /// A number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// A date of birth.
    Born(BirthDate),
    /// A sex.
    Sex(Sex),
    /// Twelve digits.
    Citizen(CitizenNumber),
    /// Ten digits.
    Phone(PhoneNumber),
    /// A W3C traceparent.
    Trace(TraceId, u64),
    /// Security questions and their answers.
    Answers(&'a [(u16, Secret)]),
    /// The bytes of a body or of a digest.
    Bytes(Cow<'a, [u8]>),
    /// JSON as it stands.
    Raw(String),
}

impl Value<'_> {
    /// Writes a value whose text needs no escaping anywhere, without a detour; false for all others.
    pub(crate) fn write_plain(&self, out: &mut Vec<u8>) -> bool {
        // Writing to a Vec does not fail.
        let _ = match self {
            Self::Int(number) => write!(out, "{number}"),
            Self::Citizen(number) => write!(out, "{number}"),
            Self::Phone(number) => write!(out, "{number}"),
            Self::Trace(trace, span) => {
                out.extend_from_slice(b"00-");
                push_hex(trace.0, out);
                push_hex(trace.1, out);
                out.push(b'-');
                push_hex(*span, out);
                out.extend_from_slice(b"-01");
                Ok(())
            }
            _ => return false,
        };
        true
    }

    /// The text that the value is outside of JSON; none if it is absent.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Absent => return None,
            Self::Text(text) => Cow::Borrowed(text),
            Self::Int(number) => Cow::Owned(number.to_string()),
            Self::Bool(yes) => Cow::Borrowed(if *yes { "true" } else { "false" }),
            Self::Born(born) => Cow::Owned(born.to_string()),
            Self::Sex(Sex::Male) => Cow::Borrowed("male"),
            Self::Sex(Sex::Female) => Cow::Borrowed("female"),
            Self::Citizen(number) => Cow::Owned(number.to_string()),
            Self::Phone(number) => Cow::Owned(number.to_string()),
            Self::Trace(trace, span) => Cow::Owned(format!("00-{trace}-{span:016x}-01")),
            Self::Answers(answers) => Cow::Owned(answers_json(answers, "question", "answer")),
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes),
            Self::Raw(json) => Cow::Borrowed(json),
        })
    }
}

/// Security answers as a JSON array of objects with these member names.
pub(crate) fn answers_json(answers: &[(u16, Secret)], question: &str, answer: &str) -> String {
    let item = |(number, text): &(u16, Secret)| {
        let mut object = serde_json::Map::new();
        object.insert(question.to_owned(), (*number).into());
        object.insert(answer.to_owned(), text.text().unwrap_or_default().into());
        serde_json::Value::Object(object)
    };
    serde_json::Value::Array(answers.iter().map(item).collect()).to_string()
}

/// Everything that the templates of one request look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// The call.
    pub(crate) call: &'a Call,
    /// Its trace.
    pub(crate) trace: TraceId,
    /// The span of this one request within the trace.
    pub(crate) span: u64,
    /// The wall clock.
    pub(crate) unix: UnixMillis,
    /// The method, upper case.
    pub(crate) method: &'static str,
    /// Path and query as on the request line, once rendered.
    pub(crate) path: &'a str,
    /// The body, once rendered.
    pub(crate) body: &'a [u8],
    /// The proof of the device key, once made.
    pub(crate) proof: Option<&'a str>,
}

impl<'a> Frame<'a> {
    /// The value of a variable.
    pub(crate) fn value(&self, var: Var) -> Value<'a> {
        match var {
            Var::CitizenNumber | Var::FormNumber => self.number(),
            Var::PhoneNumber | Var::FormPhone => match &self.call.operation {
                Operation::AccountRegister { form, .. } => Value::Phone(form.phone),
                Operation::ActivationRequest { phone, .. } | Operation::ResetRequest { phone, .. } => {
                    Value::Phone(*phone)
                }
                Operation::Level2File { filing } => Value::Phone(filing.phone),
                _ => Value::Absent,
            },
            Var::FormName | Var::FormBorn | Var::FormSex => self.form(var),
            Var::CardQr => match &self.call.operation {
                Operation::AccountRegister { scanned: Some(card), .. }
                | Operation::Level1ReadCard { printed: card, .. } => printed(card),
                Operation::Level2File { filing } => printed(&filing.card),
                _ => Value::Absent,
            },
            Var::Handle | Var::Challenge | Var::Application | Var::Activation | Var::Reset | Var::Move => {
                text(handle_of(&self.call.operation).and_then(Token::text))
            }
            Var::Code => match &self.call.operation {
                Operation::AccountConfirm { code, .. }
                | Operation::ActivationConfirm { code, .. }
                | Operation::DeviceMoveConfirm { code, .. }
                | Operation::ResetConfirm { code, .. } => Value::Text(Cow::Owned(code.to_string())),
                _ => Value::Absent,
            },
            Var::Password
            | Var::Passcode
            | Var::PasswordOld
            | Var::PasswordNew
            | Var::PasscodeOld
            | Var::PasscodeNew => text(secret(var, &self.call.operation).and_then(Secret::text)),
            Var::Answers | Var::Email | Var::Portrait | Var::Nfc => self.step(var),
            Var::Refresh
            | Var::OfficerUser
            | Var::Fingerprints
            | Var::Approve
            | Var::QrText
            | Var::SwitchOn
            | Var::PaperKind
            | Var::PaperNumber
            | Var::Service
            | Var::FormText
            | Var::RequestId
            | Var::BillId
            | Var::AmountVnd
            | Var::ToNumber => later(var, &self.call.operation),
            Var::DeviceId => Value::Text(Cow::Owned(self.call.caller.device.to_string())),
            Var::Session => text(self.call.caller.session.as_ref().and_then(Token::text)),
            Var::Proof => text(self.proof),
            Var::Trace => Value::Trace(self.trace, self.span),
            Var::NowUnixMs => Value::Int(self.unix.0),
            Var::NowUnixS => Value::Int(self.unix.0.div_euclid(1000)),
            Var::NowIso => {
                let now = jiff::Timestamp::from_millisecond(self.unix.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
                Value::Text(Cow::Owned(now.to_string()))
            }
            Var::Method => Value::Text(Cow::Borrowed(self.method)),
            Var::Path => Value::Text(Cow::Borrowed(self.path)),
            Var::Body => Value::Bytes(Cow::Borrowed(self.body)),
        }
    }

    fn number(&self) -> Value<'a> {
        match &self.call.operation {
            Operation::AccountRegister { form, .. } => Value::Text(Cow::Borrowed(&form.number)),
            Operation::SessionLogin { number, .. }
            | Operation::ActivationRequest { number, .. }
            | Operation::SessionUnlock { number }
            | Operation::ApplicationDecide { number, .. }
            | Operation::DeviceMove { number, .. }
            | Operation::ResetRequest { number, .. } => Value::Citizen(*number),
            Operation::Level2File { filing } => Value::Citizen(filing.number),
            Operation::Level1ReadCard { printed, .. } => Value::Citizen(printed.number),
            _ => Value::Absent,
        }
    }

    fn form(&self, var: Var) -> Value<'a> {
        let Operation::AccountRegister { form, .. } = &self.call.operation else { return Value::Absent };
        match var {
            Var::FormName => Value::Text(Cow::Borrowed(&form.name)),
            Var::FormBorn => Value::Born(form.born),
            _ => Value::Sex(form.sex),
        }
    }

    fn step(&self, var: Var) -> Value<'a> {
        match (var, &self.call.operation) {
            (
                Var::Answers,
                Operation::ActivationSetQuestions { answers, .. } | Operation::ResetAnswer { answers, .. },
            ) => Value::Answers(answers),
            (Var::Email, Operation::Level1Submit { email, .. }) => text(email.as_deref()),
            (Var::Email, Operation::Level2File { filing }) => text(filing.email.as_deref()),
            (Var::Portrait, Operation::Level1Portrait { portrait: Some(portrait), .. }) => {
                Value::Text(Cow::Owned(portrait.to_string()))
            }
            (Var::Portrait, Operation::Level2File { filing }) => owned(filing.portrait.as_ref()),
            (Var::Nfc, Operation::Level1ReadCard { nfc, .. }) => Value::Bool(*nfc),
            _ => Value::Absent,
        }
    }
}

/// The secret that an operation types under that name.
fn secret(var: Var, operation: &Operation) -> Option<&Secret> {
    match (var, operation) {
        (
            Var::Password,
            Operation::AccountSetPassword { password, .. }
            | Operation::ActivationSetPassword { password, .. }
            | Operation::SessionLogin { password, .. }
            | Operation::OfficerLogin { password, .. }
            | Operation::DeviceMove { password, .. }
            | Operation::ResetSetPassword { password, .. },
        ) => Some(password),
        (Var::Passcode, Operation::ActivationSetPasscode { passcode, .. } | Operation::PasscodeEnter { passcode }) => {
            Some(passcode)
        }
        (Var::PasswordOld, Operation::PasswordChange { old, .. })
        | (Var::PasscodeOld, Operation::PasscodeChange { old, .. }) => Some(old),
        (Var::PasswordNew, Operation::PasswordChange { new, .. })
        | (Var::PasscodeNew, Operation::PasscodeChange { new, .. }) => Some(new),
        _ => None,
    }
}

/// What a call holds that nobody else may read: passwords, passcodes, answers, session and handles.
pub(crate) fn hidden_of(call: &Call) -> Vec<&str> {
    let secrets =
        [Var::Password, Var::Passcode, Var::PasswordOld, Var::PasswordNew, Var::PasscodeOld, Var::PasscodeNew];
    let mut hidden: Vec<&str> = secrets.into_iter().filter_map(|var| secret(var, &call.operation)?.text()).collect();
    if let Operation::ActivationSetQuestions { answers, .. } | Operation::ResetAnswer { answers, .. } = &call.operation
    {
        hidden.extend(answers.iter().filter_map(|(_, answer)| answer.text()));
    }
    hidden.extend(call.caller.session.iter().chain(handle_of(&call.operation)).filter_map(Token::text));
    if let Operation::SessionRefresh { refresh } = &call.operation {
        hidden.extend(refresh.text());
    }
    hidden
}

/// What operations of the counter, of QR codes and of the utilities name.
fn later(var: Var, operation: &Operation) -> Value<'_> {
    match (var, operation) {
        (Var::Refresh, Operation::SessionRefresh { refresh }) => text(refresh.text()),
        (Var::OfficerUser, Operation::OfficerLogin { user, .. }) => text(Some(user)),
        (Var::Fingerprints, Operation::Level2File { filing }) => owned(filing.fingerprints.as_ref()),
        (Var::Approve, Operation::ApplicationDecide { approve, .. }) => Value::Bool(*approve),
        (Var::QrText, Operation::QrScan { qr }) => text(qr.text.text()),
        (Var::SwitchOn, Operation::QrSwitch { on } | Operation::UnlockSwitch { on }) => Value::Bool(*on),
        (Var::PaperKind, Operation::WalletAdd { kind, .. } | Operation::WalletShow { kind }) => {
            text(Some(kind.as_str()))
        }
        (Var::PaperNumber, Operation::WalletAdd { number, .. }) => text(Some(number)),
        (Var::Service, Operation::FormOpen { service } | Operation::FormSubmit { service, .. }) => {
            text(Some(service.as_str()))
        }
        (Var::FormText, Operation::FormSubmit { text: written, .. }) => text(Some(written)),
        (
            Var::RequestId,
            Operation::FormSubmit { request, .. }
            | Operation::PaymentPay { request, .. }
            | Operation::PaymentTransfer { request, .. },
        ) => text(request.text()),
        (Var::BillId, Operation::PaymentPay { bill, .. }) => text(Some(bill)),
        (Var::AmountVnd, Operation::PaymentPay { amount_vnd, .. } | Operation::PaymentTransfer { amount_vnd, .. }) => {
            Value::Int(*amount_vnd)
        }
        (Var::ToNumber, Operation::PaymentTransfer { to, .. }) => Value::Citizen(*to),
        _ => Value::Absent,
    }
}

/// The challenge, application, reset or move that an operation names.
pub(crate) fn handle_of(operation: &Operation) -> Option<&Token> {
    match operation {
        Operation::AccountResend { challenge }
        | Operation::AccountConfirm { challenge, .. }
        | Operation::AccountSetPassword { challenge, .. }
        | Operation::ActivationResend { challenge }
        | Operation::ActivationConfirm { challenge, .. }
        | Operation::ActivationSetPassword { challenge, .. }
        | Operation::ActivationSetPasscode { challenge, .. }
        | Operation::ActivationSetQuestions { challenge, .. }
        | Operation::DeviceMoveConfirm { challenge, .. }
        | Operation::ResetResend { challenge }
        | Operation::ResetConfirm { challenge, .. }
        | Operation::ResetAnswer { challenge, .. }
        | Operation::ResetSetPassword { challenge, .. } => Some(challenge),
        Operation::Level1Portrait { application, .. } | Operation::Level1Submit { application, .. } => {
            Some(application)
        }
        _ => None,
    }
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Absent, |text| Value::Text(Cow::Borrowed(text)))
}

fn owned<'a>(value: Option<&impl ToString>) -> Value<'a> {
    value.map_or(Value::Absent, |value| Value::Text(Cow::Owned(value.to_string())))
}

fn printed<'a>(card: &PrintedCard) -> Value<'a> {
    Value::Text(Cow::Owned(songsinh_card::printed::text(card)))
}

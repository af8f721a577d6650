//! The variables that a request template may use, and what they are in one call.
//!
//! Invariant: which variables an operation has is known when a profile is compiled; a template can then only meet a
//! value or a value that this call does not have ([`Value::Absent`]).

use std::borrow::Cow;
use std::io::Write as _;

use songsinh_contract::{BirthDate, Call, CitizenNumber, Operation, OperationName, PhoneNumber, Secret, Sex, TraceId};
use songsinh_contract::{Token, UnixMillis};

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
            Self::CitizenNumber => {
                matches!(operation, Op::AccountRegister | Op::SessionLogin | Op::Level1ReadCard | Op::ActivationRequest)
            }
            Self::PhoneNumber => matches!(operation, Op::AccountRegister | Op::ActivationRequest),
            Self::FormNumber | Self::FormPhone | Self::FormName | Self::FormBorn | Self::FormSex => {
                operation == Op::AccountRegister
            }
            Self::CardQr => matches!(operation, Op::AccountRegister | Op::Level1ReadCard),
            Self::Challenge => registers(operation) || activates(operation),
            Self::Activation => activates(operation),
            Self::Application => matches!(operation, Op::Level1Portrait | Op::Level1Submit),
            Self::Handle => Self::Challenge.belongs_to(operation) || Self::Application.belongs_to(operation),
            Self::Code => matches!(operation, Op::AccountConfirm | Op::ActivationConfirm),
            Self::Password => {
                matches!(operation, Op::AccountSetPassword | Op::ActivationSetPassword | Op::SessionLogin)
            }
            Self::Passcode => operation == Op::ActivationSetPasscode,
            Self::Answers => operation == Op::ActivationSetQuestions,
            Self::Email => operation == Op::Level1Submit,
            Self::Portrait => operation == Op::Level1Portrait,
            Self::Nfc => operation == Op::Level1ReadCard,
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
                Operation::ActivationRequest { phone, .. } => Value::Phone(*phone),
                _ => Value::Absent,
            },
            Var::FormName | Var::FormBorn | Var::FormSex => self.form(var),
            Var::CardQr => match &self.call.operation {
                Operation::AccountRegister { scanned: Some(card), .. }
                | Operation::Level1ReadCard { printed: card, .. } => {
                    Value::Text(Cow::Owned(songsinh_card::printed::text(card)))
                }
                _ => Value::Absent,
            },
            Var::Handle | Var::Challenge | Var::Application | Var::Activation => {
                text(handle_of(&self.call.operation).and_then(Token::text))
            }
            Var::Code => match &self.call.operation {
                Operation::AccountConfirm { code, .. } | Operation::ActivationConfirm { code, .. } => {
                    Value::Text(Cow::Owned(code.to_string()))
                }
                _ => Value::Absent,
            },
            Var::Password => match &self.call.operation {
                Operation::AccountSetPassword { password, .. }
                | Operation::ActivationSetPassword { password, .. }
                | Operation::SessionLogin { password, .. } => text(password.text()),
                _ => Value::Absent,
            },
            Var::Passcode | Var::Answers | Var::Email | Var::Portrait | Var::Nfc => self.step(var),
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
            Operation::SessionLogin { number, .. } | Operation::ActivationRequest { number, .. } => {
                Value::Citizen(*number)
            }
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
            (Var::Passcode, Operation::ActivationSetPasscode { passcode, .. }) => text(passcode.text()),
            (Var::Answers, Operation::ActivationSetQuestions { answers, .. }) => Value::Answers(answers),
            (Var::Email, Operation::Level1Submit { email, .. }) => text(email.as_deref()),
            (Var::Portrait, Operation::Level1Portrait { portrait: Some(portrait), .. }) => {
                Value::Text(Cow::Owned(portrait.to_string()))
            }
            (Var::Nfc, Operation::Level1ReadCard { nfc, .. }) => Value::Bool(*nfc),
            _ => Value::Absent,
        }
    }
}

/// The challenge or application that an operation names.
pub(crate) fn handle_of(operation: &Operation) -> Option<&Token> {
    match operation {
        Operation::AccountResend { challenge }
        | Operation::AccountConfirm { challenge, .. }
        | Operation::AccountSetPassword { challenge, .. }
        | Operation::ActivationResend { challenge }
        | Operation::ActivationConfirm { challenge, .. }
        | Operation::ActivationSetPassword { challenge, .. }
        | Operation::ActivationSetPasscode { challenge, .. }
        | Operation::ActivationSetQuestions { challenge, .. } => Some(challenge),
        Operation::Level1Portrait { application, .. } | Operation::Level1Submit { application, .. } => {
            Some(application)
        }
        _ => None,
    }
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Absent, |text| Value::Text(Cow::Borrowed(text)))
}

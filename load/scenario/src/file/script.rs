//! Scripts: stories that a file tells step by step, beside the journeys of the catalogue.
//!
//! A step is one line: `WHO VERB [OBJECT]`, `wait SPAN`, `wait until SPAN before|after LIFE`, or a list of the first
//! kind, which are asked at once. What a step means by «newest» or «before» is seen when it is played, so that steps
//! can be left out without naming the others anew. Invariant: what [`Display`](fmt::Display) writes is read back as the
//! same step.
//!
//! ```text
//! - citizen-a request-reset
//! - wait until 20ms after code
//! - [citizen-a enter reset newest, citizen-b enter reset newest]
//! ```
//!
//! Not here: how a step is played (`songsinh-journey`), how scripts are made up and shrunk (`songsinh-check`).

use std::fmt;
use std::time::Duration;

use schemars::{Schema, SchemaGenerator, json_schema};
use songsinh_contract::{OperationName, Rulebook};

use super::step_fault::fault;
use crate::catalogue::Journey;
use crate::message::Message;
use crate::read::{Findings, Read, text_of};
use crate::units::{show_time, time};
use crate::words::words;
use crate::yaml::{Kind, Node};

/// The most steps of a script.
pub(super) const MOST_STEPS: usize = 200;
/// The most requests at once.
const MOST_AT_ONCE: usize = 8;

words! {
    /// Who does it.
    pub enum Who ("person of a script") {
        /// The citizen whose story it is.
        Citizen "citizen",
        /// Somebody else, with an account of their own to make.
        Relative "relative",
        /// Who scans.
        Official "official",
    }
}

words! {
    /// On which of their two phones: the account that somebody begins with is active on the first.
    pub enum Hand ("phone of a script") {
        /// The first.
        A "a",
        /// The second.
        B "b",
    }
}

words! {
    /// Which of the paths with a code.
    pub enum CodePath ("path of a code") {
        /// Registration of an account.
        Registration "registration",
        /// Activation of a level.
        Activation "activation",
        /// A new password.
        Reset "reset",
    }
}

words! {
    /// Which of several sessions or tickets, as they stand when the step is played.
    pub enum Pick ("choice") {
        /// The newest.
        Newest "newest",
        /// The one before the newest.
        Before "before",
        /// The first of all.
        First "first",
    }
}

words! {
    /// Which code is entered.
    pub enum WhichCode ("choice of a code") {
        /// The newest of the path.
        Newest "newest",
        /// The one before the newest.
        Before "before",
        /// The one that went through last.
        Used "used",
        /// The newest one of the other person.
        Others "others",
        /// One that is surely none.
        Wrong "wrong",
    }
}

words! {
    /// A span of the rulebook at whose end a script aims.
    pub enum Life ("life") {
        /// Of the newest code.
        Code "code",
        /// From the newest code until another may be asked for.
        Resend "resend",
        /// From the code that went through until the step after it.
        AfterCode "after-code",
        /// Idle life of the newest session, from its last use.
        Session "session",
        /// Whole life of the newest session.
        SessionEnd "session-end",
        /// Of the newest QR.
        Qr "qr",
        /// Of the code that the old phone shows.
        MoveCode "move-code",
        /// How long wrong passwords lock.
        Lock "lock",
        /// How long wrong passcodes lock.
        PasscodeLock "passcode-lock",
        /// From the notice of approval until activation.
        Window "window",
    }
}

/// What somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// `register`: an account, with true data.
    Register,
    /// `resend PATH`: another code.
    Resend(CodePath),
    /// `enter PATH CODE`: a code, for the newest challenge.
    Enter(CodePath, WhichCode),
    /// `set-password` or `set-password weak`: ends a registration.
    SetPassword(Is),
    /// `login` or `login wrong`.
    Login(Is),
    /// `show SESSION`: looks at the account with that session.
    Show(Pick),
    /// `refresh SESSION`: a new session for the refresh token of that one.
    Refresh(Pick),
    /// `logout SESSION`.
    Logout(Pick),
    /// `change-password SESSION`.
    ChangePassword(Pick),
    /// `request-reset`: a new password for who forgot it.
    RequestReset,
    /// `answer`: the security questions of a reset.
    Answer,
    /// `reset-password`: ends a reset.
    ResetPassword,
    /// `be-approved`: registers, applies for level 1 and waits for the notice: all that comes before an activation.
    BeApproved,
    /// `request-activation`.
    RequestActivation,
    /// `set-passcode` or `set-passcode wrong`, with one digit too few.
    SetPasscode(Is),
    /// `set-questions`: the last step of an activation.
    SetQuestions,
    /// `release SESSION`: the phone on which the account is active.
    Release(Pick),
    /// `ask-move`: the account to this phone.
    AskMove,
    /// `show-move-code SESSION`: on the old phone.
    ShowMoveCode(Pick),
    /// `confirm-move CODE`: on the new phone.
    ConfirmMove(WhichCode),
    /// `switch-qr-on SESSION`.
    SwitchOn(Pick),
    /// `switch-qr-off SESSION`.
    SwitchOff(Pick),
    /// `mint SESSION`: makes a QR.
    Mint(Pick),
    /// `scan QR`: a QR of the citizen.
    Scan(Pick),
    /// `passcode` or `passcode wrong`: opens the utilities of the newest session.
    Passcode(Is),
    /// `list-wallet SESSION`.
    ListWallet(Pick),
}

/// Whether something is given as it is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Is {
    /// As it is.
    Right,
    /// Otherwise.
    Wrong,
}

/// One request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ask {
    /// Who asks.
    pub who: Who,
    /// On which phone.
    pub hand: Hand,
    /// For what.
    pub verb: Verb,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScriptStep {
    /// A request.
    Ask(Ask),
    /// Requests sent without waiting for each other.
    AtOnce(Vec<Ask>),
    /// A time in which nothing is asked.
    Wait(Duration),
    /// A wait that ends near the end of a life; no wait where there is no such life, or it is past.
    Until {
        /// Which.
        life: Life,
        /// Before its end, or after.
        before: bool,
        /// By so much.
        by: Duration,
    },
}

/// A story told step by step.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Script(pub Vec<ScriptStep>);

impl Script {
    /// Requests in it.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.asks().count()
    }
    /// Every request, in order.
    pub fn asks(&self) -> impl Iterator<Item = &Ask> {
        self.0.iter().flat_map(|step| match step {
            ScriptStep::Ask(ask) => std::slice::from_ref(ask),
            ScriptStep::AtOnce(asks) => asks.as_slice(),
            ScriptStep::Wait(_) | ScriptStep::Until { .. } => &[],
        })
    }
    /// Whether that person has a part in it.
    #[must_use]
    pub fn has(&self, who: Who) -> bool {
        self.asks().any(|ask| ask.who == who)
    }
    /// How long its waits take together at most, under that rulebook.
    #[must_use]
    pub fn longest_wait(&self, book: &Rulebook) -> Duration {
        let wait = |step: &ScriptStep| match step {
            ScriptStep::Wait(span) => *span,
            ScriptStep::Until { life, before: true, .. } => life.span(book),
            ScriptStep::Until { life, before: false, by } => life.span(book) + *by,
            ScriptStep::Ask(_) | ScriptStep::AtOnce(_) => Duration::ZERO,
        };
        self.0.iter().map(wait).sum()
    }
    /// Whether somebody applies for a level in it.
    #[must_use]
    pub fn applies(&self) -> bool {
        self.asks().any(|ask| ask.verb == Verb::BeApproved)
    }
    /// As lines of a YAML list, each behind that indent.
    #[must_use]
    pub fn yaml(&self, indent: &str) -> String {
        self.0.iter().map(|step| format!("{indent}- {step}\n")).collect()
    }
}

impl Life {
    /// How long it is.
    #[must_use]
    pub fn span(self, book: &Rulebook) -> Duration {
        match self {
            Self::Code | Self::MoveCode => book.otp_lifetime,
            Self::Resend => book.otp_resend_gap,
            Self::AfterCode => book.after_code,
            Self::Session => book.session_idle,
            Self::SessionEnd => book.session_absolute,
            Self::Qr => book.qr_lifetime,
            Self::Lock => book.login_lock,
            Self::PasscodeLock => book.passcode_lock,
            Self::Window => book.activation_window,
        }
    }
}

impl Verb {
    /// The operations that it takes.
    #[must_use]
    pub fn operations(self) -> &'static [OperationName] {
        use OperationName as Op;
        match self {
            Self::Register => &[Op::AccountRegister],
            Self::Resend(CodePath::Registration) => &[Op::AccountResend],
            Self::Resend(CodePath::Activation) => &[Op::ActivationResend],
            Self::Resend(CodePath::Reset) => &[Op::ResetResend],
            Self::Enter(CodePath::Registration, _) => &[Op::AccountConfirm],
            Self::Enter(CodePath::Activation, _) => &[Op::ActivationConfirm],
            Self::Enter(CodePath::Reset, _) => &[Op::ResetConfirm],
            Self::SetPassword(_) => &[Op::AccountSetPassword],
            Self::Login(_) => &[Op::SessionLogin],
            Self::Show(_) => &[Op::AccountShow],
            Self::Refresh(_) => &[Op::SessionRefresh],
            Self::Logout(_) => &[Op::SessionLogout],
            Self::ChangePassword(_) => &[Op::PasswordChange],
            Self::RequestReset => &[Op::ResetRequest],
            Self::Answer => &[Op::ResetAnswer],
            Self::ResetPassword => &[Op::ResetSetPassword],
            Self::BeApproved => Journey::Level1.operations(),
            Self::RequestActivation => &[Op::ActivationRequest],
            Self::SetPasscode(_) => &[Op::ActivationSetPasscode],
            Self::SetQuestions => &[Op::ActivationSetQuestions],
            Self::Release(_) => &[Op::DeviceRelease],
            Self::AskMove => &[Op::DeviceMove],
            Self::ShowMoveCode(_) => &[Op::DeviceMoveCode],
            Self::ConfirmMove(_) => &[Op::DeviceMoveConfirm],
            Self::SwitchOn(_) | Self::SwitchOff(_) => &[Op::QrSwitch],
            Self::Mint(_) => &[Op::QrMint],
            Self::Scan(_) => &[Op::QrScan],
            Self::Passcode(_) => &[Op::PasscodeEnter],
            Self::ListWallet(_) => &[Op::WalletList],
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is = |f: &mut fmt::Formatter<'_>, word: &str, is: Is, wrong: &str| match is {
            Is::Right => f.write_str(word),
            Is::Wrong => write!(f, "{word} {wrong}"),
        };
        match *self {
            Self::Register => f.write_str("register"),
            Self::Resend(path) => write!(f, "resend {path}"),
            Self::Enter(path, code) => write!(f, "enter {path} {code}"),
            Self::SetPassword(right) => is(f, "set-password", right, "weak"),
            Self::Login(right) => is(f, "login", right, "wrong"),
            Self::Show(session) => write!(f, "show {session}"),
            Self::Refresh(session) => write!(f, "refresh {session}"),
            Self::Logout(session) => write!(f, "logout {session}"),
            Self::ChangePassword(session) => write!(f, "change-password {session}"),
            Self::RequestReset => f.write_str("request-reset"),
            Self::Answer => f.write_str("answer"),
            Self::ResetPassword => f.write_str("reset-password"),
            Self::BeApproved => f.write_str("be-approved"),
            Self::RequestActivation => f.write_str("request-activation"),
            Self::SetPasscode(right) => is(f, "set-passcode", right, "wrong"),
            Self::SetQuestions => f.write_str("set-questions"),
            Self::Release(session) => write!(f, "release {session}"),
            Self::AskMove => f.write_str("ask-move"),
            Self::ShowMoveCode(session) => write!(f, "show-move-code {session}"),
            Self::ConfirmMove(code) => write!(f, "confirm-move {code}"),
            Self::SwitchOn(session) => write!(f, "switch-qr-on {session}"),
            Self::SwitchOff(session) => write!(f, "switch-qr-off {session}"),
            Self::Mint(session) => write!(f, "mint {session}"),
            Self::Scan(qr) => write!(f, "scan {qr}"),
            Self::Passcode(right) => is(f, "passcode", right, "wrong"),
            Self::ListWallet(session) => write!(f, "list-wallet {session}"),
        }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{} {}", self.who, self.hand, self.verb)
    }
}

impl fmt::Display for ScriptStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ask(ask) => write!(f, "{ask}"),
            Self::AtOnce(asks) => {
                let asks: Vec<String> = asks.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", asks.join(", "))
            }
            Self::Wait(span) => write!(f, "wait {}", show_time(*span)),
            Self::Until { life, before, by } => {
                let side = if *before { "before" } else { "after" };
                write!(f, "wait until {} {side} {life}", show_time(*by))
            }
        }
    }
}

fn verb(words: &[&str]) -> Option<Verb> {
    let right = |rest: &[&str], wrong: &str| match rest {
        [] => Some(Is::Right),
        [word] if *word == wrong => Some(Is::Wrong),
        _ => None,
    };
    let (&first, rest) = words.split_first()?;
    let pick = |make: fn(Pick) -> Verb| match rest {
        [word] => Pick::named(word).map(make),
        _ => None,
    };
    let alone = |verb: Verb| rest.is_empty().then_some(verb);
    match (first, rest) {
        ("resend", [path]) => CodePath::named(path).map(Verb::Resend),
        ("enter", [path, code]) => Some(Verb::Enter(CodePath::named(path)?, WhichCode::named(code)?)),
        ("confirm-move", [code]) => WhichCode::named(code).map(Verb::ConfirmMove),
        ("set-password", rest) => right(rest, "weak").map(Verb::SetPassword),
        ("login", rest) => right(rest, "wrong").map(Verb::Login),
        ("set-passcode", rest) => right(rest, "wrong").map(Verb::SetPasscode),
        ("passcode", rest) => right(rest, "wrong").map(Verb::Passcode),
        ("register", _) => alone(Verb::Register),
        ("request-reset", _) => alone(Verb::RequestReset),
        ("answer", _) => alone(Verb::Answer),
        ("reset-password", _) => alone(Verb::ResetPassword),
        ("be-approved", _) => alone(Verb::BeApproved),
        ("request-activation", _) => alone(Verb::RequestActivation),
        ("set-questions", _) => alone(Verb::SetQuestions),
        ("ask-move", _) => alone(Verb::AskMove),
        ("show", _) => pick(Verb::Show),
        ("refresh", _) => pick(Verb::Refresh),
        ("logout", _) => pick(Verb::Logout),
        ("change-password", _) => pick(Verb::ChangePassword),
        ("release", _) => pick(Verb::Release),
        ("show-move-code", _) => pick(Verb::ShowMoveCode),
        ("switch-qr-on", _) => pick(Verb::SwitchOn),
        ("switch-qr-off", _) => pick(Verb::SwitchOff),
        ("mint", _) => pick(Verb::Mint),
        ("scan", _) => pick(Verb::Scan),
        ("list-wallet", _) => pick(Verb::ListWallet),
        _ => None,
    }
}

fn ask(words: &[&str]) -> Option<Ask> {
    let (who, rest) = words.split_first()?;
    let (who, hand) = who.rsplit_once('-')?;
    let (who, hand) = (Who::named(who)?, Hand::named(hand)?);
    Some(Ask { who, hand, verb: verb(rest)? }).filter(may_ask)
}

/// Whether that person may be made to ask for it. Officials serve many stories at a time: nothing that changes them may be
/// asked.
pub(super) fn may_ask(ask: &Ask) -> bool {
    let serves = matches!(ask.verb, Verb::Login(Is::Right) | Verb::Scan(_) | Verb::Show(_));
    ask.who != Who::Official || (serves && ask.hand == Hand::A)
}

pub(super) fn step(text: &str) -> Option<ScriptStep> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["wait", "until", by, side, life] => {
            let before = match *side {
                "before" => true,
                "after" => false,
                _ => return None,
            };
            Some(ScriptStep::Until { life: Life::named(life)?, before, by: time(by)? })
        }
        ["wait", span] => time(span).map(ScriptStep::Wait),
        words => ask(words).map(ScriptStep::Ask),
    }
}

pub(super) const WANTED: &str = "as in `citizen-a enter reset newest`, `official-a scan newest`, `wait 3s`, `wait until 20ms after \
                      code`, or a list of requests at once";

impl Read for ScriptStep {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        if let Kind::List(items) = &node.kind {
            let asks: Option<Vec<Ask>> = items
                .iter()
                .map(|item| match Self::read(item, findings)? {
                    Self::Ask(ask) => Some(ask),
                    _ => {
                        findings.add(&item.place, Message::WaitAtOnce);
                        None
                    }
                })
                .collect();
            let asks = asks?;
            if asks.is_empty() || asks.len() > MOST_AT_ONCE {
                findings.add(
                    &node.place,
                    Message::TooMany { what: "requests at once", count: asks.len(), limit: MOST_AT_ONCE },
                );
                return None;
            }
            return Some(Self::AtOnce(asks));
        }
        let text = text_of(node, "a step of a script", findings)?;
        let read = step(text);
        if read.is_none() {
            findings.add(&node.place, fault(text));
        }
        read
    }
    fn schema(_: &mut SchemaGenerator) -> Schema {
        let one = json_schema!({ "type": "string", "examples": [
            "citizen-a enter reset newest", "official-a scan newest", "wait 3s", "wait until 20ms after code",
        ] });
        json_schema!({ "anyOf": [one, { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": MOST_AT_ONCE }] })
    }
}

impl Read for Script {
    fn read(node: &Node, findings: &mut Findings) -> Option<Self> {
        let steps = Vec::<ScriptStep>::read(node, findings)?;
        if steps.is_empty() {
            let wanted = "give at least one step, as in `citizen-a login`";
            findings.add(&node.place, Message::Empty { what: "the script", wanted });
            return None;
        }
        if steps.len() > MOST_STEPS {
            let message = Message::TooMany { what: "steps of a script", count: steps.len(), limit: MOST_STEPS };
            findings.add(&node.place, message);
            return None;
        }
        Some(Self(steps))
    }
    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = ScriptStep::schema(generator);
        json_schema!({ "type": "array", "items": items, "minItems": 1, "maxItems": MOST_STEPS })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::step_fault::verbs;

    #[test]
    fn what_is_written_is_read_back() {
        let ask = |verb| Ask { who: Who::Relative, hand: Hand::B, verb };
        let mut steps: Vec<ScriptStep> = verbs().into_iter().map(|verb| ScriptStep::Ask(ask(verb))).collect();
        steps.push(ScriptStep::AtOnce(vec![ask(Verb::Register), ask(Verb::Enter(CodePath::Reset, WhichCode::Used))]));
        steps.push(ScriptStep::Wait(Duration::from_millis(1_250)));
        for &life in Life::ALL {
            steps.push(ScriptStep::Until { life, before: life > Life::Session, by: Duration::from_millis(3) });
        }
        let script = Script(steps);
        let node = crate::yaml::parse(&script.yaml("")).unwrap();
        assert_eq!(Script::read(&node, &mut Findings::default()), Some(script));
    }

    #[test]
    fn what_is_no_step_is_said_where_it_stands() {
        for wrong in
            ["citizen login", "citizen-c login", "citizen-a login right", "official-a release newest", "wait x"]
        {
            let node = crate::yaml::parse(&format!("- {wrong}\n")).unwrap();
            let mut findings = Findings::default();
            assert_eq!(Script::read(&node, &mut findings), None, "{wrong}");
            assert_eq!(findings.0.len(), 1, "{wrong}");
        }
    }
}

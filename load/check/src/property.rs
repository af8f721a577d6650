//! The properties: the state in which their people begin, and what their random stories are made of.
//!
//! Fragments put into one row what belongs together (make a QR, wait for the end of its life, scan it), so that random
//! rows of them come near the edges of the rules; the order of fragments, the choices in them and all times are drawn.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use songsinh_scenario::{Ask, CodePath, Hand, Is, Journey, Life, Pick, Script, ScriptStep, Verb, WhichCode, Who};

/// What is to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// Codes, sessions and QR codes die when they must, and not before.
    TokenExpiry,
    /// An account is active on one phone, and dies there at once when it is released or moved.
    DeviceBinding,
    /// Codes go once, in time, to one purpose and person.
    Otp,
    /// Passwords, locks and sessions.
    Session,
    /// Activation goes through in its order and its time alone.
    Activation,
}

impl Property {
    /// Every one.
    pub const ALL: &'static [Self] =
        &[Self::TokenExpiry, Self::DeviceBinding, Self::Otp, Self::Session, Self::Activation];
    /// Its name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TokenExpiry => "token-expiry",
            Self::DeviceBinding => "device-binding",
            Self::Otp => "otp",
            Self::Session => "session",
            Self::Activation => "activation",
        }
    }
    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == name)
    }
    /// What its people have at the start, as a scenario says it.
    #[must_use]
    pub fn have(self) -> &'static str {
        match self {
            Self::TokenExpiry | Self::DeviceBinding => "{account: level2, qr_switch: on}",
            Self::Session => "{account: app}",
            Self::Otp | Self::Activation => "{account: none}",
        }
    }
    /// The journeys that bring people there.
    pub(crate) fn journeys_before(self) -> &'static [Journey] {
        match self {
            Self::TokenExpiry | Self::DeviceBinding => &[Journey::ActivateLevel2, Journey::QrSwitch],
            Self::Session => &[Journey::Register],
            Self::Otp | Self::Activation => &[],
        }
    }
    pub(crate) fn scripts(self) -> BoxedStrategy<Script> {
        let fragment = match self {
            Self::TokenExpiry => token_expiry(),
            Self::DeviceBinding => device_binding(),
            Self::Otp => otp(),
            Self::Session => session(),
            Self::Activation => activation(),
        };
        let first = match self {
            Self::TokenExpiry | Self::DeviceBinding | Self::Session => vec![a(Verb::Login(Is::Right))],
            Self::Otp => vec![a(Verb::Register)],
            Self::Activation => vec![a(Verb::BeApproved)],
        };
        vec(fragment, 2..7)
            .prop_map(move |rest| Script(first.iter().cloned().chain(rest.into_iter().flatten()).collect()))
            .boxed()
    }
}

type Fragment = BoxedStrategy<Vec<ScriptStep>>;

fn by(who: Who, hand: Hand, verb: Verb) -> Ask {
    Ask { who, hand, verb }
}
fn a(verb: Verb) -> ScriptStep {
    ScriptStep::Ask(by(Who::Citizen, Hand::A, verb))
}
fn b(verb: Verb) -> ScriptStep {
    ScriptStep::Ask(by(Who::Citizen, Hand::B, verb))
}
fn relative(verb: Verb) -> ScriptStep {
    ScriptStep::Ask(by(Who::Relative, Hand::A, verb))
}
fn official(verb: Verb) -> ScriptStep {
    ScriptStep::Ask(by(Who::Official, Hand::A, verb))
}
fn twice(ask: Ask, other: Ask) -> ScriptStep {
    ScriptStep::AtOnce(vec![ask, other])
}

fn one(step: impl Strategy<Value = ScriptStep> + 'static) -> Fragment {
    step.prop_map(|step| vec![step]).boxed()
}
fn row(steps: impl Strategy<Value = Vec<ScriptStep>> + 'static) -> Fragment {
    steps.boxed()
}

fn pick() -> impl Strategy<Value = Pick> + Clone {
    prop_oneof![5 => Just(Pick::Newest), 2 => Just(Pick::Before), 1 => Just(Pick::First)]
}
fn code() -> impl Strategy<Value = WhichCode> + Clone {
    prop_oneof![
        6 => Just(WhichCode::Newest), 2 => Just(WhichCode::Before), 2 => Just(WhichCode::Used),
        1 => Just(WhichCode::Wrong), 1 => Just(WhichCode::Others)
    ]
}
/// Shortly before or shortly after the end of a life.
fn edge(life: Life) -> impl Strategy<Value = ScriptStep> + Clone {
    let near = prop_oneof![3 => 15u64..120, 3 => 120u64..900, 1 => 900u64..20_000];
    (any::<bool>(), near).prop_map(move |(before, ms)| ScriptStep::Until {
        life,
        before,
        by: Duration::from_millis(ms),
    })
}
fn pause() -> Fragment {
    one(prop_oneof![3 => 100u64..5_000, 1 => 5_000u64..90_000]
        .prop_map(|ms| ScriptStep::Wait(Duration::from_millis(ms))))
}

fn token_expiry() -> Fragment {
    prop_oneof![
        4 => row((edge(Life::Qr), any::<bool>()).prop_map(|(edge, twice_scanned)| {
            let mut steps = vec![a(Verb::Login(Is::Right)), official(Verb::Login(Is::Right)), a(Verb::Mint(Pick::Newest)), edge];
            let scan = by(Who::Official, Hand::A, Verb::Scan(Pick::Newest));
            steps.push(if twice_scanned { twice(scan, scan) } else { ScriptStep::Ask(scan) });
            steps
        })),
        3 => row((edge(Life::Code), code()).prop_map(|(edge, code)| {
            vec![a(Verb::RequestReset), edge, a(Verb::Enter(CodePath::Reset, code))]
        })),
        3 => row((edge(Life::Session), pick()).prop_map(|(edge, pick)| vec![edge, a(Verb::Show(pick))])),
        2 => row(edge(Life::SessionEnd).prop_map(|edge| vec![
            ScriptStep::Wait(Duration::from_secs(50)), a(Verb::Show(Pick::Newest)), edge, a(Verb::Show(Pick::Newest)),
        ])),
        3 => one(pick().prop_map(|pick| a(Verb::Refresh(pick)))),
        2 => one(pick().prop_map(|pick| a(Verb::Show(pick)))),
        1 => one(Just(a(Verb::Login(Is::Right)))),
        1 => one(pick().prop_map(|pick| a(Verb::Logout(pick)))),
        1 => one(pick().prop_map(|pick| official(Verb::Scan(pick)))),
        1 => row(edge(Life::MoveCode).prop_map(|edge| vec![
            b(Verb::AskMove), a(Verb::ShowMoveCode(Pick::Newest)), edge, b(Verb::ConfirmMove(WhichCode::Newest)),
        ])),
        1 => pause(),
    ]
    .boxed()
}

fn device_binding() -> Fragment {
    prop_oneof![
        3 => one(pick().prop_map(|pick| a(Verb::Show(pick)))),
        2 => one(pick().prop_map(|pick| b(Verb::Show(pick)))),
        2 => one(Just(b(Verb::Login(Is::Right)))),
        2 => one(Just(a(Verb::Login(Is::Right)))),
        3 => one(Just(a(Verb::Release(Pick::Newest)))),
        2 => row(pick().prop_map(|pick| vec![official(Verb::Login(Is::Right)), a(Verb::Mint(pick)), a(Verb::Release(Pick::Newest)), official(Verb::Scan(Pick::Newest))])),
        3 => row(code().prop_map(|code| vec![b(Verb::AskMove), a(Verb::ShowMoveCode(Pick::Newest)), b(Verb::ConfirmMove(code))])),
        2 => one(code().prop_map(|code| b(Verb::ConfirmMove(code)))),
        1 => one(Just(b(Verb::AskMove))),
        2 => row((any::<bool>(), any::<bool>()).prop_map(|(released, other)| {
            let on = if other { b } else { a };
            let mut steps = vec![
                on(Verb::RequestActivation), on(Verb::Enter(CodePath::Activation, WhichCode::Newest)),
                on(Verb::SetPasscode(Is::Right)), on(Verb::SetQuestions), on(Verb::Login(Is::Right)),
            ];
            if released {
                steps.insert(0, a(Verb::Release(Pick::Newest)));
            }
            steps
        })),
        1 => pause(),
    ]
    .boxed()
}

fn otp() -> Fragment {
    let registration = CodePath::Registration;
    prop_oneof![
        5 => one(code().prop_map(move |code| a(Verb::Enter(registration, code)))),
        2 => row((edge(Life::Code), code()).prop_map(move |(edge, code)| vec![edge, a(Verb::Enter(registration, code))])),
        3 => row((edge(Life::Resend), code()).prop_map(move |(edge, code)| vec![
            edge, a(Verb::Resend(registration)), a(Verb::Enter(registration, code)),
        ])),
        2 => one(code().prop_map(move |code| {
            let enter = by(Who::Citizen, Hand::A, Verb::Enter(registration, code));
            twice(enter, enter)
        })),
        1 => row(Just(vec![a(Verb::Enter(registration, WhichCode::Wrong)); 5])),
        1 => one(Just(a(Verb::Register))),
        1 => one(Just(relative(Verb::Register))),
        1 => one(code().prop_map(move |code| relative(Verb::Enter(registration, code)))),
        2 => one(Just(a(Verb::SetPassword(Is::Right)))),
        1 => one(Just(a(Verb::SetPassword(Is::Wrong)))),
        1 => row(edge(Life::AfterCode).prop_map(|edge| vec![edge, a(Verb::SetPassword(Is::Right))])),
        1 => one(Just(a(Verb::Login(Is::Right)))),
        1 => pause(),
    ]
    .boxed()
}

fn session() -> Fragment {
    prop_oneof![
        3 => one(pick().prop_map(|pick| a(Verb::Show(pick)))),
        2 => one(pick().prop_map(|pick| b(Verb::Show(pick)))),
        2 => one(Just(a(Verb::Login(Is::Right)))),
        1 => one(Just(b(Verb::Login(Is::Right)))),
        1 => one(Just(a(Verb::Login(Is::Wrong)))),
        3 => row(edge(Life::Lock).prop_map(|edge| {
            let mut steps = vec![a(Verb::Login(Is::Wrong)); 5];
            steps.extend([edge, a(Verb::Login(Is::Right))]);
            steps
        })),
        2 => one(pick().prop_map(|pick| a(Verb::ChangePassword(pick)))),
        3 => one(pick().prop_map(|pick| a(Verb::Refresh(pick)))),
        1 => one(pick().prop_map(|pick| a(Verb::Logout(pick)))),
        2 => row((edge(Life::Session), pick()).prop_map(|(edge, pick)| vec![edge, a(Verb::Show(pick))])),
        1 => row(code().prop_map(|code| vec![
            a(Verb::RequestReset), a(Verb::Enter(CodePath::Reset, code)), a(Verb::ResetPassword),
        ])),
        1 => pause(),
    ]
    .boxed()
}

fn activation() -> Fragment {
    let path = CodePath::Activation;
    prop_oneof![
        4 => row((any::<bool>(), code()).prop_map(move |(other, code)| {
            let on = if other { b } else { a };
            vec![on(Verb::RequestActivation), on(Verb::Enter(path, code)), on(Verb::SetPasscode(Is::Right)), on(Verb::SetQuestions)]
        })),
        2 => one(Just(a(Verb::RequestActivation))),
        2 => one(code().prop_map(move |code| a(Verb::Enter(path, code)))),
        2 => one(Just(a(Verb::SetPasscode(Is::Right)))),
        1 => one(Just(a(Verb::SetPasscode(Is::Wrong)))),
        2 => one(Just(a(Verb::SetQuestions))),
        1 => one(Just(b(Verb::SetQuestions))),
        1 => row(edge(Life::Window).prop_map(|edge| vec![edge, a(Verb::RequestActivation)])),
        1 => row(edge(Life::Resend).prop_map(move |edge| vec![edge, a(Verb::Resend(path))])),
        1 => one(Just(a(Verb::Login(Is::Right)))),
        1 => one(pick().prop_map(|pick| a(Verb::Show(pick)))),
        1 => pause(),
    ]
    .boxed()
}

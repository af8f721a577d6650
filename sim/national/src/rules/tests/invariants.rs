//! Random calls in random order: the core never panics, and what must always hold holds.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use songsinh_contract::{Application, Code, Digest, Level, Operation, Outcome, Portrait, Secret, SmsPurpose, Token};

use super::world::{COUNTER, Human, PASSWORD, World};
use crate::records::{ActivationState, Key, Record, ResetStep};
use crate::rules::ProofClaim;

/// One random thing to do.
#[derive(Debug, Clone)]
struct Act {
    kind: u8,
    citizen: u32,
    phone: u32,
    device: u32,
    pick: prop::sample::Index,
    right: bool,
    proof: u8,
    wait_ms: i64,
}

/// Half of the acts are stretches of journeys, and most are by people with their own phone in hand: else chance would
/// hardly ever come to a level-2 account or a move.
fn act() -> impl Strategy<Value = Act> {
    let waits = prop_oneof![Just(0), Just(2_000), Just(60_000), Just(180_000), 0..400_000_i64, Just(90_000_000)];
    let kind = prop_oneof![0..44_u8, 18..25_u8];
    let who = (1..4_u32, 1..4_u32, 1..4_u32, prop::bool::weighted(0.6));
    (kind, who, any::<prop::sample::Index>(), prop::bool::weighted(0.85), 0..12_u8, waits).prop_map(
        |(kind, (citizen, phone, device, own), pick, right, proof, wait_ms)| {
            let (phone, device) = if own { (citizen, citizen) } else { (phone, device) };
            Act { kind, citizen, phone, device, pick, right, proof, wait_ms }
        },
    )
}

struct Known {
    tokens: Vec<Token>,
    sessions: Vec<Token>,
}

impl Known {
    fn token(&self, pick: &prop::sample::Index) -> Token {
        if self.tokens.is_empty() { Token::new("none") } else { pick.get(&self.tokens).clone() }
    }
}

fn operation(world: &World, known: &Known, act: &Act, human: &Human) -> Operation {
    let code = |purpose| {
        let sent = world.outbox.iter().any(|sms| sms.purpose == purpose);
        if sent && act.right { world.last_code(purpose) } else { Code(act.pick.index(1_000_000) as u32) }
    };
    let challenge = known.token(&act.pick);
    let password = Secret::new(if act.right { PASSWORD } else { "Sai-Mat-Khau-1" });
    match act.kind {
        0 | 1 => Operation::AccountRegister { form: human.form(), scanned: None },
        2 => Operation::AccountResend { challenge },
        3 | 4 => Operation::AccountConfirm { challenge, code: code(SmsPurpose::Register) },
        5 | 6 => Operation::AccountSetPassword { challenge, password },
        7 | 8 => Operation::SessionLogin { number: human.number, password },
        9 => Operation::AccountShow,
        10 => Operation::Level1ReadCard { printed: Box::new(human.card()), nfc: !act.right },
        11 => {
            let face = if act.right { human.entry.portrait.face } else { 9 };
            Operation::Level1Portrait { application: challenge, portrait: Some(Portrait { face, shot: 1 }) }
        }
        12 => Operation::Level1Submit { application: challenge, email: None },
        13 => Operation::ActivationRequest { number: human.number, phone: human.phone },
        14 => Operation::ActivationResend { challenge },
        15 => Operation::ActivationConfirm { challenge, code: code(SmsPurpose::Activate) },
        16 => Operation::ActivationSetPasscode { challenge, passcode: Secret::new("246802") },
        17 => super::world::questions(&challenge, &[(2, "a"), (3, "b")]),
        _ => later_operation(act, human, challenge, password, &code),
    }
}

/// The operations of the personal page, the counter and moves.
fn later_operation(
    act: &Act,
    human: &Human,
    challenge: Token,
    password: Secret,
    code: &dyn Fn(SmsPurpose) -> Code,
) -> Operation {
    let (old, new) = (Secret::new(if act.right { "135790" } else { "000000" }), Secret::new("135790"));
    match act.kind {
        25 => Operation::SessionRefresh { refresh: challenge },
        26 => Operation::SessionLogout,
        27 => Operation::SessionUnlock { number: human.number },
        28 => Operation::UnlockSwitch { on: act.right },
        29 => Operation::NoticeList,
        30 => Operation::PasswordChange { old: password, new: Secret::new(PASSWORD) },
        31 => Operation::PasscodeChange { old, new },
        32 => Operation::ResetRequest { number: human.number, phone: human.phone },
        33 => Operation::ResetResend { challenge },
        34 => Operation::ResetConfirm { challenge, code: code(SmsPurpose::Reset) },
        35 => {
            let cat = if act.right { "Mèo" } else { "Chó" };
            let answers = vec![(1, Secret::new("Hoa Hồng")), (4, Secret::new(cat))];
            Operation::ResetAnswer { challenge, answers }
        }
        36 => Operation::ResetSetPassword { challenge, password: Secret::new(PASSWORD) },
        37 => Operation::Level2File { filing: Box::new(human.filing()) },
        38 => Operation::ApplicationDecide { number: human.number, approve: act.right },
        39 => Operation::DeviceList,
        40 => Operation::DeviceRelease,
        41 => Operation::DeviceMove { number: human.number, password },
        42 => Operation::DeviceMoveCode,
        _ => Operation::DeviceMoveConfirm { challenge, code: Code(act.pick.index(1_000_000) as u32) },
    }
}

/// A stretch of a journey, as far as it is let through.
fn flow(world: &mut World, human: &Human, stretch: u8) -> Option<Token> {
    let tell = |outcome: Outcome| outcome.values().cloned();
    match stretch {
        18 => {
            let form = human.form();
            let opened = tell(world.by(human, None, Operation::AccountRegister { form, scanned: None }))?;
            let challenge = opened.handle?;
            let code = world.last_code(SmsPurpose::Register);
            tell(world.confirm(human, &challenge, code))?;
            tell(world.set_password(human, &challenge))?;
            None
        }
        19 => {
            let session = tell(world.try_login(human, PASSWORD))?.session?;
            let read = Operation::Level1ReadCard { printed: Box::new(human.card()), nfc: false };
            let application = tell(world.by(human, Some(&session), read))?.handle?;
            let portrait = Some(human.entry.portrait);
            let operation = Operation::Level1Portrait { application: application.clone(), portrait };
            tell(world.by(human, Some(&session), operation))?;
            tell(world.by(human, Some(&session), Operation::Level1Submit { application, email: None }))?;
            None
        }
        22 => {
            let officer = world.officer();
            tell(world.file(&officer, human.filing()))?;
            tell(world.decide(&officer, human, true))?;
            None
        }
        23 => {
            let session = tell(world.try_login(human, PASSWORD))?.session?;
            let new = human.on_phone_of(human.device.0 as u32 % 3 + 1);
            let password = Secret::new(PASSWORD);
            let ask = Operation::DeviceMove { number: human.number, password };
            let challenge = tell(world.by(&new, None, ask))?.handle?;
            let code = tell(world.by(human, Some(&session), Operation::DeviceMoveCode))?.code?;
            tell(world.by(&new, None, Operation::DeviceMoveConfirm { challenge, code }))?;
            None
        }
        24 => {
            let ask = Operation::ResetRequest { number: human.number, phone: human.phone };
            let challenge = tell(world.by(human, None, ask))?.handle?;
            let sent = world.outbox.iter().any(|sms| sms.purpose == SmsPurpose::Reset);
            let code = if sent { world.last_code(SmsPurpose::Reset) } else { Code(0) };
            tell(world.by(human, None, Operation::ResetConfirm { challenge: challenge.clone(), code }))?;
            let answers = vec![(1, Secret::new("Hoa Hồng")), (4, Secret::new("Mèo"))];
            let answer = Operation::ResetAnswer { challenge: challenge.clone(), answers };
            world.by(human, None, answer);
            let password = Secret::new(PASSWORD);
            tell(world.by(human, None, Operation::ResetSetPassword { challenge: challenge.clone(), password }))?;
            Some(challenge)
        }
        _ => {
            let challenge = tell(world.request(human))?.handle?;
            let code = world.last_code(SmsPurpose::Activate);
            let confirm = Operation::ActivationConfirm { challenge: challenge.clone(), code };
            if tell(world.by(human, None, confirm))?.needs_password == Some(true) {
                let password = Secret::new(PASSWORD);
                let set = Operation::ActivationSetPassword { challenge: challenge.clone(), password };
                tell(world.by(human, None, set))?;
            }
            let passcode = Secret::new("135790");
            let operation = Operation::ActivationSetPasscode { challenge: challenge.clone(), passcode };
            tell(world.by(human, None, operation))?;
            if stretch == 21 {
                tell(world.finish(human, &challenge))?;
            }
            Some(challenge)
        }
    }
}

fn invariants_hold(world: &World) {
    let (mut phones, mut devices) = (BTreeSet::new(), BTreeSet::new());
    let mut approved = 0;
    for (key, record) in &world.records {
        if let (Key::Account(number), Record::Account(account)) = (key, record) {
            assert_eq!(*number, account.number);
            assert!(phones.insert(account.phone), "one account per phone");
            // Only who came to a counter without an app account has no password, until the activation sets one.
            let active = account.device().is_some();
            assert!(account.password.is_some() || (!active && account.level != Level::App));
            assert_eq!(
                account.level == Level::None,
                account.activation == ActivationState::None && account.password.is_none()
            );
            assert_eq!(account.application == Application::Pending, !account.pending.is_empty());
            assert!(account.upgrade_ms.is_none() || (active && account.level == Level::One));
            assert!(!account.unlock || active, "only a bound device's key logs in");
            if let ActivationState::Activated { device, .. } = account.activation {
                assert!(devices.insert(device), "one account per device");
                assert!(matches!(
                    world.records.get(&Key::Binding(device)),
                    Some(Record::Binding(binding)) if binding.number == account.number
                ));
                assert!(account.passcode.is_some() && account.questions.len() == 2);
            }
            approved += account.notices.iter().filter(|&&notice| notice == SmsPurpose::Approved).count();
            assert_eq!(account.level >= Level::One, account.notices.contains(&SmsPurpose::Approved));
        }
    }
    let bindings = world.records.keys().filter(|key| matches!(key, Key::Binding(_))).count();
    assert_eq!(bindings, devices.len(), "every binding is an activated account's");
    assert_eq!(world.count(SmsPurpose::Approved), approved, "one notice for each approval");
}

/// What a record shows to have been reached.
fn milestone(record: &Record) -> Option<&'static str> {
    match record {
        Record::Account(account) if account.upgrade_ms.is_some() => Some("level 2 granted over an active level 1"),
        Record::Account(account) if account.level == Level::Two && account.device().is_some() => Some("level 2"),
        Record::Move(one) if one.challenge.used_ms.is_some() => Some("move"),
        Record::Reset(one) if one.step == ResetStep::Done && one.wrong == 0 => Some("reset"),
        Record::Binding(_) => Some("bound"),
        _ => None,
    }
}

/// Plays the acts; what was reached on the way.
fn play(acts: &[Act]) -> Result<BTreeSet<&'static str>, TestCaseError> {
    let mut world = World::new();
    world.people.insert(Human::new(3).number, Human::new(3).entry);
    let mut known = Known { tokens: Vec::new(), sessions: vec![world.officer()] };
    let mut reached = BTreeSet::new();
    for act in acts {
        let mut human = Human::new(act.citizen);
        (human.phone, human.device) = (Human::new(act.phone).phone, Human::new(act.device).device);
        human.key = Human::new(act.device).key;
        if (18..25).contains(&act.kind) {
            known.tokens.extend(flow(&mut world, &human, act.kind));
            world.wait_ms(act.wait_ms);
            world.settle_due();
            invariants_hold(&world);
            world.records.values().for_each(|record| reached.extend(milestone(record)));
            continue;
        }
        let session = (!known.sessions.is_empty()).then(|| act.pick.get(&known.sessions).clone());
        let proof = match act.proof {
            0 => ProofClaim::Missing,
            1 => ProofClaim::Unsound,
            2 => world.proof(Digest(5)),
            _ => world.proof(human.key),
        };
        let before = world.records.clone();
        let operation = operation(&world, &known, act, &human);
        let at_counter = matches!(operation, Operation::Level2File { .. } | Operation::ApplicationDecide { .. });
        let device = if at_counter { Human::new(COUNTER).device } else { human.device };
        let outcome = world.call(device, session.as_ref(), proof, operation);
        match outcome {
            Outcome::Done(values) => {
                known.tokens.extend(values.handle);
                known.tokens.extend(values.refresh);
                known.sessions.extend(values.session);
            }
            Outcome::Refused(_) => {
                // A refusal touches counters alone.
                for (key, record) in &world.records {
                    let counts = matches!(
                        key,
                        Key::Proof(_)
                            | Key::Session(_)
                            | Key::Logins(_)
                            | Key::Attempts(_)
                            | Key::Registration(_)
                            | Key::Activation(_)
                            | Key::Reset(_)
                            | Key::Move(_)
                            | Key::Passcodes(_)
                            | Key::OfficerSession(_)
                    );
                    prop_assert!(counts || before.get(key) == Some(record), "{key:?} changed by a refusal");
                }
            }
            other => prop_assert!(false, "the core answered {other:?}"),
        }
        world.wait_ms(act.wait_ms);
        world.settle_due();
        invariants_hold(&world);
    }
    Ok(reached)
}

#[test]
fn random_calls_keep_the_invariants() {
    let reached = RefCell::new(BTreeMap::<&str, usize>::new());
    let mut runner = TestRunner::new(Config { cases: 192, ..Config::default() });
    let played = runner.run(&prop::collection::vec(act(), 1..160), |acts| {
        for what in play(&acts)? {
            *reached.borrow_mut().entry(what).or_default() += 1;
        }
        Ok(())
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
    let reached = reached.borrow();
    let wanted = ["bound", "level 2", "level 2 granted over an active level 1", "move", "reset"];
    assert!(wanted.iter().all(|what| reached.contains_key(what)), "random sequences came only to {reached:?}");
}

//! Random calls in random order: the core never panics, and what must always hold holds.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use songsinh_contract::{Activation, Code, Digest, Operation, Outcome, Portrait, Secret, SmsPurpose, Token};

use super::world::{Human, PASSWORD, World};
use crate::records::{ActivationState, Key, Record};
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

fn act() -> impl Strategy<Value = Act> {
    let waits = prop_oneof![Just(0), Just(1_000), Just(60_000), Just(180_000), 0..400_000_i64, Just(90_000_000)];
    (0..22_u8, 1..4_u32, 1..4_u32, 1..4_u32, any::<prop::sample::Index>(), prop::bool::weighted(0.85), 0..12_u8, waits)
        .prop_map(|(kind, citizen, phone, device, pick, right, proof, wait_ms)| Act {
            kind,
            citizen,
            phone,
            device,
            pick,
            right,
            proof,
            wait_ms,
        })
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
        _ => super::world::questions(&challenge, &[(2, "a"), (3, "b")]),
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
        _ => {
            let challenge = tell(world.request(human))?.handle?;
            let code = world.last_code(SmsPurpose::Activate);
            let confirm = Operation::ActivationConfirm { challenge: challenge.clone(), code };
            tell(world.by(human, None, confirm))?;
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
    let (mut phones, mut devices) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let mut approved = 0;
    for (key, record) in &world.records {
        if let (Key::Account(number), Record::Account(account)) = (key, record) {
            assert_eq!(*number, account.number);
            assert!(phones.insert(account.phone), "one account per phone");
            assert!(account.password.is_some());
            if let ActivationState::Activated { device, .. } = account.activation {
                assert!(devices.insert(device), "one account per device");
                assert!(matches!(
                    world.records.get(&Key::Binding(device)),
                    Some(Record::Binding(binding)) if binding.number == account.number
                ));
                assert!(account.passcode.is_some() && account.questions.len() == 2);
            }
            approved += usize::from(account.state().activation != Activation::None);
        }
    }
    let bindings = world.records.keys().filter(|key| matches!(key, Key::Binding(_))).count();
    assert_eq!(bindings, devices.len(), "every binding is an activated account's");
    assert_eq!(world.count(SmsPurpose::Approved), approved, "one notice for each approval");
}

/// Plays the acts; how many devices were bound on the way.
fn play(acts: &[Act]) -> Result<usize, TestCaseError> {
    let mut world = World::new();
    world.people.insert(Human::new(3).number, Human::new(3).entry);
    let mut known = Known { tokens: Vec::new(), sessions: Vec::new() };
    let mut reached = std::collections::BTreeSet::new();
    for act in acts {
        let mut human = Human::new(act.citizen);
        (human.phone, human.device) = (Human::new(act.phone).phone, Human::new(act.device).device);
        human.key = Human::new(act.device).key;
        if act.kind >= 18 {
            known.tokens.extend(flow(&mut world, &human, act.kind));
            world.wait_ms(act.wait_ms);
            world.settle_due();
            invariants_hold(&world);
            reached.extend(world.records.keys().filter(|key| matches!(key, Key::Binding(_))).copied());
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
        let outcome = world.call(human.device, session.as_ref(), proof, operation);
        match outcome {
            Outcome::Done(values) => {
                known.tokens.extend(values.handle);
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
    Ok(reached.len())
}

#[test]
fn random_calls_keep_the_invariants() {
    let reached = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 128, ..Config::default() });
    let played = runner.run(&prop::collection::vec(act(), 1..160), |acts| {
        reached.set(reached.get() + play(&acts)?);
        Ok(())
    });
    if let Err(failure) = played {
        panic!("{failure}");
    }
    assert!(reached.get() > 0, "no random sequence ever came to an activation");
}

//! Devices of an account: list, release, move.

use songsinh_contract::{
    Activation, Code, DeviceInUse, Level, Operation, Outcome, Reason, ResendPolicy, Secret, Token,
};

use super::world::{Human, PASSWORD, World, done, handle, refused, wrong};
use crate::quirks::Quirk;
use crate::records::Binding;
use crate::rules::ProofClaim;

/// An active citizen, the session on the old phone, and the same citizen with a new phone in hand.
fn owner() -> (World, Human, Token, Human) {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level2(&human);
    let new = human.on_phone_of(3);
    (world, human, session, new)
}
fn ask(world: &mut World, new: &Human, password: &str) -> Outcome {
    world.by(new, None, Operation::DeviceMove { number: new.number, password: Secret::new(password) })
}
fn code(world: &mut World, old: &Human, session: &Token) -> Outcome {
    world.by(old, Some(session), Operation::DeviceMoveCode)
}
fn shown(world: &mut World, old: &Human, session: &Token) -> Code {
    done(code(world, old, session)).code.unwrap()
}
fn enter(world: &mut World, new: &Human, challenge: &Token, code: Code) -> Outcome {
    world.by(new, None, Operation::DeviceMoveConfirm { challenge: challenge.clone(), code })
}
fn release(world: &mut World, human: &Human, session: &Token) -> Outcome {
    world.by(human, Some(session), Operation::DeviceRelease)
}

#[test]
fn the_list_names_the_bound_device() {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    assert!(done(world.by(&human, Some(&session), Operation::DeviceList)).devices.is_empty());
    world.activate(&human);
    assert_eq!(done(world.by(&human, Some(&session), Operation::DeviceList)).devices, [human.device]);
    refused(world.by(&human, None, Operation::DeviceList), Reason::SessionMissing);
}

#[test]
fn a_release_ends_access_at_once_and_keeps_the_level() {
    let (mut world, human, session, new) = owner();
    let other = world.login(&human);
    done(world.by(&human, Some(&session), Operation::UnlockSwitch { on: true }));
    refused(
        world.call(human.device, Some(&session), ProofClaim::Missing, Operation::DeviceRelease),
        Reason::ProofMissing,
    );
    let state = done(release(&mut world, &human, &session)).account.unwrap();
    assert_eq!((state.level, state.activation), (Level::Two, Activation::Notified));
    for ended in [&session, &other] {
        refused(world.show(&human, ended), Reason::SessionMissing);
    }
    refused(world.by(&human, None, Operation::SessionUnlock { number: human.number }), Reason::UnlockOff);
    assert!(world.get::<Binding>(human.device).is_none());
    let again = world.login(&human);
    refused(release(&mut world, &human, &again), Reason::NotActivated);
    world.wait_gap();
    world.activate(&new);
    assert_eq!(world.account(&human).device(), Some(new.device));
    // The old phone is free for somebody else.
    let mut relative = Human::new(2);
    world.make_level1(&relative);
    (relative.device, relative.key) = (human.device, human.key);
    world.activate(&relative);
}

#[test]
fn a_released_account_has_a_fresh_window() {
    let (mut world, human, session, _) = owner();
    let window_ms = i64::try_from(world.book.activation_window.as_millis()).unwrap();
    done(release(&mut world, &human, &session));
    world.wait_ms(window_ms);
    refused(world.request(&human), Reason::WindowClosed);
    world.wait_ms(-1);
    done(world.request(&human));
}

#[test]
fn a_move_takes_the_password_and_the_code_of_the_old_phone() {
    let (mut world, human, session, new) = owner();
    let sent = world.outbox.len();
    refused(code(&mut world, &human, &session), Reason::MoveNotAsked);
    let challenge = handle(ask(&mut world, &new, PASSWORD));
    refused(enter(&mut world, &new, &challenge, Code(1)), Reason::StepOutOfOrder);
    let right = shown(&mut world, &human, &session);
    let state = done(enter(&mut world, &new, &challenge, right)).account.unwrap();
    assert_eq!((state.level, state.activation), (Level::Two, Activation::Activated));
    assert_eq!(world.outbox.len(), sent, "no message goes out");
    refused(world.show(&human, &session), Reason::SessionMissing);
    refused(world.try_login(&human, PASSWORD), Reason::BoundElsewhere);
    assert!(world.get::<Binding>(human.device).is_none());
    assert_eq!(world.get::<Binding>(new.device).map(|one| (one.number, one.key)), Some((new.number, new.key)));
    let there = world.login(&new);
    done(world.show(&new, &there));
    refused(enter(&mut world, &new, &challenge, right), Reason::CodeUsed);
    refused(code(&mut world, &new, &there), Reason::MoveNotAsked);
    // Passcode and questions came along.
    let operation = Operation::PasscodeChange { old: Secret::new("135790"), new: Secret::new("246802") };
    done(world.by(&new, Some(&there), operation));
}

#[test]
fn a_new_password_voids_a_move_asked_with_the_old_one() {
    let (mut world, human, session, new) = owner();
    let change = |world: &mut World, old: &str, new: &str| {
        let operation = Operation::PasswordChange { old: Secret::new(old), new: Secret::new(new) };
        done(world.by(&human, Some(&session), operation));
    };
    let challenge = handle(ask(&mut world, &new, PASSWORD));
    let right = shown(&mut world, &human, &session);
    change(&mut world, PASSWORD, "Mat-Khau-2");
    refused(code(&mut world, &human, &session), Reason::MoveNotAsked);
    refused(enter(&mut world, &new, &challenge, right), Reason::MoveNotAsked);
    let challenge = handle(ask(&mut world, &new, "Mat-Khau-2"));
    let right = shown(&mut world, &human, &session);
    done(enter(&mut world, &new, &challenge, right));
}

#[test]
fn a_move_is_asked_with_the_password_and_a_proof() {
    let (mut world, _, _, new) = owner();
    let operation = Operation::DeviceMove { number: new.number, password: Secret::new(PASSWORD) };
    refused(world.call(new.device, None, ProofClaim::Missing, operation.clone()), Reason::ProofMissing);
    refused(world.call(new.device, None, ProofClaim::Unsound, operation), Reason::ProofForeign);
    for _ in 0..5 {
        refused(ask(&mut world, &new, "Mat-Khau-2"), Reason::CredentialsWrong);
    }
    refused(ask(&mut world, &new, PASSWORD), Reason::Locked);
    world.wait(world.book.login_lock);
    done(ask(&mut world, &new, PASSWORD));
    let stranger = Human::new(4);
    for _ in 0..5 {
        refused(ask(&mut world, &stranger, PASSWORD), Reason::CredentialsWrong);
    }
    refused(ask(&mut world, &stranger, PASSWORD), Reason::Locked);
}

#[test]
fn only_an_active_account_moves_and_only_to_another_key() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_level1(&human);
    refused(ask(&mut world, &human.on_phone_of(3), PASSWORD), Reason::NotActivated);
    world.activate(&human);
    refused(ask(&mut world, &human, PASSWORD), Reason::AlreadyActivated);
}

#[test]
fn the_code_is_shown_to_the_old_phone_alone() {
    let (mut world, human, session, new) = owner();
    done(ask(&mut world, &new, PASSWORD));
    refused(world.by(&new, Some(&session), Operation::DeviceMoveCode), Reason::SessionForeignDevice);
    refused(world.by(&new, None, Operation::DeviceMoveCode), Reason::SessionMissing);
    refused(
        world.call(human.device, Some(&session), ProofClaim::Missing, Operation::DeviceMoveCode),
        Reason::ProofMissing,
    );
    world.wait(world.book.after_code);
    let session = world.login(&human);
    refused(code(&mut world, &human, &session), Reason::MoveNotAsked);
    world.wait_ms(-1);
    done(code(&mut world, &human, &session));
}

#[test]
fn the_code_of_a_move_keeps_the_rules_of_codes() {
    let (mut world, human, session, new) = owner();
    let challenge = handle(ask(&mut world, &new, PASSWORD));
    let first = shown(&mut world, &human, &session);
    refused(enter(&mut world, &human, &challenge, first), Reason::HandleUnknown);
    let operation = Operation::DeviceMoveConfirm { challenge: challenge.clone(), code: first };
    refused(world.call(new.device, None, ProofClaim::Missing, operation.clone()), Reason::ProofMissing);
    let foreign = world.proof(Human::new(4).key);
    refused(world.call(new.device, None, foreign, operation), Reason::ProofForeign);
    world.wait(world.book.otp_lifetime);
    refused(enter(&mut world, &new, &challenge, first), Reason::CodeExpired);
    let second = shown(&mut world, &human, &session);
    for _ in 0..5 {
        refused(enter(&mut world, &new, &challenge, wrong(second)), Reason::CodeWrong);
    }
    refused(enter(&mut world, &new, &challenge, second), Reason::CodeVoid);
    let third = shown(&mut world, &human, &session);
    world.wait_ms(179_999);
    done(enter(&mut world, &new, &challenge, third));
}

#[test]
fn a_code_shown_again_is_a_new_one_unless_the_rulebook_repeats_it() {
    let (mut world, human, session, new) = owner();
    let challenge = handle(ask(&mut world, &new, PASSWORD));
    let first = shown(&mut world, &human, &session);
    let second = shown(&mut world, &human, &session);
    assert_ne!(first, second);
    refused(enter(&mut world, &new, &challenge, first), Reason::CodeWrong);
    world.book.otp_resend_policy = ResendPolicy::SameCode;
    world.wait_ms(60_000);
    let values = done(code(&mut world, &human, &session));
    assert_eq!((values.code, values.expires_in.unwrap().as_secs()), (Some(second), 120));
    world.wait_ms(120_000);
    refused(enter(&mut world, &new, &challenge, second), Reason::CodeExpired);
    world.wait_ms(-1);
    done(enter(&mut world, &new, &challenge, second));
}

#[test]
fn the_newest_move_is_the_only_one() {
    let (mut world, human, session, new) = owner();
    let third = human.on_phone_of(4);
    let one = handle(ask(&mut world, &new, PASSWORD));
    let early = shown(&mut world, &human, &session);
    let two = handle(ask(&mut world, &third, PASSWORD));
    refused(enter(&mut world, &new, &one, early), Reason::CodeVoid);
    let right = shown(&mut world, &human, &session);
    refused(enter(&mut world, &new, &one, right), Reason::CodeVoid);
    done(enter(&mut world, &third, &two, right));
}

#[test]
fn a_release_ends_a_move_on_its_way() {
    let (mut world, human, session, new) = owner();
    let challenge = handle(ask(&mut world, &new, PASSWORD));
    let right = shown(&mut world, &human, &session);
    done(release(&mut world, &human, &session));
    refused(enter(&mut world, &new, &challenge, right), Reason::MoveNotAsked);
    assert!(world.get::<Binding>(new.device).is_none());
}

#[test]
fn a_phone_in_use_is_refused_or_taken_over() {
    let (mut world, human, session, new) = owner();
    let mut other = Human::new(2);
    world.make_level1(&other);
    (other.device, other.key) = (new.device, new.key);
    // The phone was free when the move was asked for.
    let challenge = handle(ask(&mut world, &new, PASSWORD));
    let right = shown(&mut world, &human, &session);
    world.activate(&other);
    refused(enter(&mut world, &new, &challenge, right), Reason::DeviceInUse);
    refused(ask(&mut world, &new, PASSWORD), Reason::DeviceInUse);
    world.book.device_in_use = DeviceInUse::Transfer;
    done(enter(&mut world, &new, &challenge, right));
    assert_eq!(world.account(&other).state().activation, Activation::Notified);
    assert_eq!(world.get::<Binding>(new.device).map(|one| one.number), Some(human.number));
}

/// What a scene showed: true if the system under test misbehaved.
pub fn misbehaves(quirk: Quirk, mut world: World) -> bool {
    let human = Human::new(1);
    let session = world.make_level2(&human);
    match quirk {
        Quirk::MoveWithoutCode => {
            let new = human.on_phone_of(3);
            let challenge = handle(ask(&mut world, &new, PASSWORD));
            let won = enter(&mut world, &new, &challenge, Code(1)).is_done();
            assert_eq!(won, world.account(&human).device() == Some(new.device));
            won
        }
        Quirk::ReleaseKeepsSessions => {
            done(release(&mut world, &human, &session));
            world.show(&human, &session).is_done()
        }
        _ => panic!("{quirk} has no scene here"),
    }
}

//! Journey 6.

use songsinh_contract::{Activation, DeviceInUse, Operation, Outcome, Reason, Secret, SmsPurpose, Token};

use super::world::{Human, World, done, handle, questions, refused};
use crate::records::{ActivationState, Binding};

fn level1() -> (World, Human) {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_level1(&human);
    (world, human)
}
fn passcode(world: &mut World, human: &Human, challenge: &Token, text: &str) -> Outcome {
    let passcode = Secret::new(text);
    world.by(human, None, Operation::ActivationSetPasscode { challenge: challenge.clone(), passcode })
}

#[test]
fn a_level_1_citizen_activates_and_the_device_is_bound() {
    let (mut world, human) = level1();
    let values = done(world.request(&human));
    assert_eq!(values.needs_password, Some(false));
    assert_eq!(world.outbox.last().unwrap().to, human.phone);
    let (mut world, human) = level1();
    world.activate(&human);
    assert_eq!(world.account(&human).state().activation, Activation::Activated);
    assert_eq!(world.account(&human).device(), Some(human.device));
    let binding: Binding = world.get(human.device).unwrap();
    assert_eq!((binding.number, binding.key), (human.number, human.key));
    world.wait_gap();
    refused(world.request(&human), Reason::AlreadyActivated);
}

#[test]
fn the_two_messages_and_the_wrong_phone_come_in_order() {
    let (mut world, human, stranger) = (World::new(), Human::new(1), Human::new(2));
    refused(world.request(&stranger), Reason::NotIdentified);
    world.make_account(&human);
    let mut typo = human.clone();
    typo.phone = stranger.phone;
    refused(world.request(&typo), Reason::PhoneNotRegistered);
    refused(world.request(&human), Reason::NotIdentified);
    let session = world.login(&human);
    world.apply(&human, &session);
    refused(world.request(&human), Reason::NotIdentified);
    assert_eq!(world.count(SmsPurpose::Activate), 0);
}

#[test]
fn the_window_holds_at_the_request_and_at_completion() {
    let (mut world, human) = level1();
    let ActivationState::Notified { since_ms } = world.account(&human).activation else { panic!("notified") };
    let window_ms = i64::try_from(world.book.activation_window.as_millis()).unwrap();
    world.now_ms = since_ms + window_ms - 1_000;
    let challenge = world.half_activate(&human);
    world.now_ms = since_ms + window_ms;
    refused(world.finish(&human, &challenge), Reason::WindowClosed);
    refused(world.request(&human), Reason::WindowClosed);
    world.wait_ms(-1);
    done(world.finish(&human, &challenge));
}

#[test]
fn steps_go_in_their_order() {
    let (mut world, human) = level1();
    let challenge = handle(world.request(&human));
    refused(passcode(&mut world, &human, &challenge, "135790"), Reason::StepOutOfOrder);
    refused(world.finish(&human, &challenge), Reason::StepOutOfOrder);
    let code = world.last_code(SmsPurpose::Activate);
    done(world.by(&human, None, Operation::ActivationConfirm { challenge: challenge.clone(), code }));
    let password = Secret::new("Mat-Khau-1");
    let operation = Operation::ActivationSetPassword { challenge: challenge.clone(), password };
    refused(world.by(&human, None, operation), Reason::StepOutOfOrder);
    refused(world.finish(&human, &challenge), Reason::StepOutOfOrder);
    for text in ["", "12345", "1234567", "12345a"] {
        refused(passcode(&mut world, &human, &challenge, text), Reason::PasscodeMalformed);
    }
    done(passcode(&mut world, &human, &challenge, "135790"));
    refused(passcode(&mut world, &human, &challenge, "135790"), Reason::StepOutOfOrder);
    for answers in [
        &[][..],
        &[(1, "a")],
        &[(1, "a"), (1, "b")],
        &[(1, "a"), (2, " ")],
        &[(0, "a"), (2, "b")],
        &[(1, "a"), (11, "b")],
        &[(1, "a"), (2, "b"), (3, "c")],
    ] {
        refused(world.by(&human, None, questions(&challenge, answers)), Reason::QuestionsWrong);
    }
    assert_eq!(world.account(&human).state().activation, Activation::Notified);
    assert!(world.get::<Binding>(human.device).is_none(), "what stops half-way binds nothing");
    done(world.finish(&human, &challenge));
    refused(world.finish(&human, &challenge), Reason::StepOutOfOrder);
}

#[test]
fn who_has_no_password_sets_one() {
    let (mut world, human) = level1();
    let mut account = world.account(&human);
    account.password = None;
    world.records.insert(crate::records::Key::Account(human.number), crate::records::Record::Account(account));
    let values = done(world.request(&human));
    assert_eq!(values.needs_password, Some(true));
    let challenge = values.handle.unwrap();
    let code = world.last_code(SmsPurpose::Activate);
    done(world.by(&human, None, Operation::ActivationConfirm { challenge: challenge.clone(), code }));
    refused(passcode(&mut world, &human, &challenge, "135790"), Reason::StepOutOfOrder);
    for (text, weak) in [("matkhau", true), ("Mat-Khau-9", false)] {
        let operation = Operation::ActivationSetPassword { challenge: challenge.clone(), password: Secret::new(text) };
        let outcome = world.by(&human, None, operation);
        if weak { refused(outcome, Reason::PasswordWeak) } else { drop(done(outcome)) }
    }
    done(passcode(&mut world, &human, &challenge, "135790"));
    done(world.finish(&human, &challenge));
    done(world.try_login(&human, "Mat-Khau-9"));
}

#[test]
fn of_two_phones_of_one_account_the_first_last_step_wins() {
    let (mut world, human) = level1();
    let mut second = human.clone();
    (second.device, second.key) = (Human::new(3).device, Human::new(3).key);
    let one = world.half_activate(&human);
    let two = world.half_activate(&second);
    done(world.finish(&second, &two));
    refused(world.finish(&human, &one), Reason::AlreadyActivated);
    assert_eq!(world.account(&human).device(), Some(second.device));
    assert!(world.get::<Binding>(human.device).is_none());
}

#[test]
fn of_two_accounts_on_one_device_the_first_last_step_wins() {
    let (mut world, human) = level1();
    let mut relative = Human::new(2);
    relative.device = Human::new(4).device;
    world.make_level1(&relative);
    relative.device = human.device;
    relative.key = human.key;
    let one = world.half_activate(&human);
    let two = world.half_activate(&relative);
    done(world.finish(&human, &one));
    refused(world.finish(&relative, &two), Reason::DeviceInUse);
    world.wait_gap();
    refused(world.request(&relative), Reason::DeviceInUse);
    assert_eq!(world.account(&relative).state().activation, Activation::Notified);
}

#[test]
fn under_transfer_the_code_moves_the_device() {
    let (mut world, human) = level1();
    world.book.device_in_use = DeviceInUse::Transfer;
    world.activate(&human);
    let session = world.login(&human);
    let mut relative = Human::new(2);
    world.make_level1(&relative);
    relative.device = human.device;
    relative.key = human.key;
    world.activate(&relative);
    assert_eq!(world.account(&human).state().activation, Activation::Notified);
    assert_eq!(world.get::<Binding>(human.device).unwrap().number, relative.number);
    refused(world.show(&human, &session), Reason::SessionMissing);
    let mut moved = human.clone();
    (moved.device, moved.key) = (Human::new(5).device, Human::new(5).key);
    world.wait_gap();
    world.activate(&moved);
}

#[test]
fn an_activation_is_its_devices_alone() {
    let (mut world, human) = level1();
    let challenge = handle(world.request(&human));
    let code = world.last_code(SmsPurpose::Activate);
    let thief = Human::new(2);
    let operation = Operation::ActivationConfirm { challenge: challenge.clone(), code };
    refused(world.by(&thief, None, operation.clone()), Reason::HandleUnknown);
    done(world.by(&human, None, operation));
    refused(passcode(&mut world, &thief, &challenge, "135790"), Reason::HandleUnknown);
}

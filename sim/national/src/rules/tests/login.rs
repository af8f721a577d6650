//! Journey 2 and sessions.

use songsinh_contract::{CitizenNumber, Level, LifeStatus, Operation, Reason, Secret};

use super::world::{Human, PASSWORD, World, done, refused};
use crate::records::Key;
use crate::rules::{ProofClaim, Replies, Verdict};

#[test]
fn five_wrong_passwords_lock_for_the_lock_time_to_the_millisecond() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    for _ in 0..5 {
        refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
        world.wait_ms(10);
    }
    world.wait_ms(-10);
    refused(world.try_login(&human, PASSWORD), Reason::Locked);
    world.wait_ms(100_000);
    refused(world.try_login(&human, "Mat-Khau-2"), Reason::Locked);
    world.wait_ms(199_999);
    refused(world.try_login(&human, PASSWORD), Reason::Locked);
    world.wait_ms(1);
    world.login(&human);
}

#[test]
fn wrong_passwords_add_up_until_a_right_one() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    for _ in 0..4 {
        refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
        world.wait_ms(7_200_000);
    }
    world.login(&human);
    for _ in 0..5 {
        refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
    }
    refused(world.try_login(&human, PASSWORD), Reason::Locked);
    // After the lock they have not been forgotten: the next wrong one locks again.
    world.wait(world.book.login_lock);
    refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
    refused(world.try_login(&human, PASSWORD), Reason::Locked);
    world.wait(world.book.login_lock);
    world.login(&human);
}

#[test]
fn an_unknown_number_answers_and_locks_alike() {
    let (mut world, stranger) = (World::new(), Human::new(1));
    for _ in 0..5 {
        refused(world.try_login(&stranger, PASSWORD), Reason::CredentialsWrong);
    }
    refused(world.try_login(&stranger, PASSWORD), Reason::Locked);
    let unknown = CitizenNumber::from_u64(1).unwrap();
    let operation = Operation::SessionLogin { number: unknown, password: Secret::new("x") };
    refused(world.by(&stranger, None, operation), Reason::CredentialsWrong);
}

#[test]
fn wrong_passwords_of_an_unknown_number_are_forgotten_a_day_after_the_last_and_after_the_lock() {
    let (mut world, stranger, human) = (World::new(), Human::new(1), Human::new(2));
    world.make_account(&human);
    let tried = |world: &World, human: &Human| world.records[&Key::Logins(human.number)].useless_from(&world.book);
    refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
    assert_eq!(tried(&world, &human), None, "of an account they add up until a right one");
    for _ in 0..4 {
        refused(world.try_login(&stranger, PASSWORD), Reason::CredentialsWrong);
    }
    assert_eq!(tried(&world, &stranger), Some(world.now_ms + 86_400_000));
    world.wait_ms(86_399_999);
    refused(world.try_login(&stranger, PASSWORD), Reason::CredentialsWrong);
    refused(world.try_login(&stranger, PASSWORD), Reason::Locked);
    let locked_ms = i64::try_from(world.book.login_lock.as_millis()).unwrap();
    assert_eq!(tried(&world, &stranger), Some(world.now_ms + locked_ms + 86_400_000));
    world.wait_ms(locked_ms + 86_400_000);
    for _ in 0..5 {
        refused(world.try_login(&stranger, PASSWORD), Reason::CredentialsWrong);
    }
    refused(world.try_login(&stranger, PASSWORD), Reason::Locked);
}

#[test]
fn an_active_account_logs_in_elsewhere_only_if_the_rulebook_lets_it() {
    for elsewhere in [false, true] {
        let mut world = World::new();
        world.book.login_elsewhere_refused = !elsewhere;
        let human = Human::new(1);
        let at_home = world.make_level2(&human);
        let there = human.on_phone_of(3);
        let outcome = world.try_login(&there, PASSWORD);
        if !elsewhere {
            refused(outcome, Reason::BoundElsewhere);
            continue;
        }
        let values = done(outcome);
        let session = values.session.unwrap();
        done(world.call(there.device, Some(&session), ProofClaim::Missing, Operation::AccountShow));
        refused(world.show(&human, &session), Reason::SessionForeignDevice);
        for operation in [
            Operation::QrMint,
            Operation::QrSwitch { on: true },
            Operation::PasscodeEnter { passcode: Secret::new("135790") },
            Operation::WalletList,
            Operation::DeviceRelease,
            Operation::DeviceMoveCode,
            Operation::UnlockSwitch { on: true },
        ] {
            refused(world.by(&there, Some(&session), operation), Reason::BoundElsewhere);
        }
        assert_eq!(world.account(&human).device(), Some(human.device), "the account stays bound");
        let refresh = values.refresh.unwrap();
        let next = done(world.by(&there, None, Operation::SessionRefresh { refresh })).session.unwrap();
        done(world.show(&there, &next));
        done(world.by(&there, Some(&next), Operation::SessionLogout));
        refused(world.show(&there, &next), Reason::SessionMissing);
        done(world.show(&human, &at_home));
    }
}

#[test]
fn a_session_ends_by_idling_and_by_age() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let session = world.login(&human);
    world.wait_ms(899_999);
    let shown = done(world.show(&human, &session));
    assert_eq!(shown.shown.unwrap().number, Some(human.number));
    assert_eq!(shown.account.unwrap().level, Level::App);
    world.wait_ms(900_000);
    refused(world.show(&human, &session), Reason::SessionExpired);
    let session = world.login(&human);
    let opened_ms = world.now_ms;
    while world.now_ms + 800_000 < opened_ms + 12 * 3_600_000 {
        world.wait_ms(800_000);
        done(world.show(&human, &session));
    }
    world.now_ms = opened_ms + 12 * 3_600_000 - 1;
    done(world.show(&human, &session));
    world.wait_ms(1);
    refused(world.show(&human, &session), Reason::SessionExpired);
}

#[test]
fn a_refused_call_keeps_its_session_alive_a_foreign_device_does_not() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let session = world.login(&human);
    let printed = Box::new(Human::new(2).card());
    world.wait_ms(800_000);
    let operation = Operation::Level1ReadCard { printed, nfc: false };
    refused(world.by(&human, Some(&session), operation), Reason::CardNotOwn);
    world.wait_ms(800_000);
    done(world.show(&human, &session));
    world.wait_ms(800_000);
    refused(world.by(&Human::new(2), Some(&session), Operation::AccountShow), Reason::SessionForeignDevice);
    world.wait_ms(100_000);
    refused(world.show(&human, &session), Reason::SessionExpired);
}

#[test]
fn without_a_session_nothing_is_shown() {
    let (mut world, human) = (World::new(), Human::new(1));
    refused(world.by(&human, None, Operation::AccountShow), Reason::SessionMissing);
    for text in ["", "s-1", "s-00000000000000000000000000000000", "r-00000000000000000000000000000000"] {
        let token = songsinh_contract::Token::new(text);
        refused(world.by(&human, Some(&token), Operation::AccountShow), Reason::SessionMissing);
    }
}

#[test]
fn a_lock_that_falls_while_a_password_is_checked_holds() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    for _ in 0..5 {
        refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
    }
    // The right password was with argon2 while the fifth wrong one was committed.
    let told = Replies { check: Some((world.account(&human).password, true)), ..Replies::default() };
    let operation = Operation::SessionLogin { number: human.number, password: Secret::new(PASSWORD) };
    refused(world.call_told(human.device, None, ProofClaim::Missing, operation, told), Reason::Locked);
}

#[test]
fn an_answer_about_an_older_password_is_asked_for_again() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let told = Replies { check: Some((Some("hash:older".into()), true)), ..Replies::default() };
    let operation = Operation::SessionLogin { number: human.number, password: Secret::new("older") };
    refused(world.call_told(human.device, None, ProofClaim::Missing, operation, told), Reason::CredentialsWrong);
}

#[test]
fn a_registration_that_was_overtaken_while_the_database_was_asked_is_refused() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let told = Replies { verdict: Some(Verdict::Match(LifeStatus::Alive)), ..Replies::default() };
    let operation = Operation::AccountRegister { form: human.form(), scanned: None };
    refused(world.call_told(human.device, None, ProofClaim::Missing, operation, told), Reason::AccountExists);
}

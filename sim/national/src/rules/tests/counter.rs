//! Journeys 4, 5 and 6 with an officer: level 2, with and without an account before, and over level 1.

use songsinh_contract::{
    Activation, Application, CounterFiling, Fingerprints, Level, LifeStatus, Operation, Outcome, Portrait, Reason,
    Secret, SmsPurpose, Token,
};

use super::world::{COUNTER, Human, OFFICER_PASSWORD, PASSWORD, World, done, handle, refused};
use crate::quirks::Quirk;
use crate::records::{ActivationState, Binding, Owner};
use crate::rules::ProofClaim;

fn desk() -> (World, Human, Token) {
    let mut world = World::new();
    let officer = world.officer();
    (world, Human::new(1), officer)
}
fn register(world: &mut World, human: &Human) -> Outcome {
    world.by(human, None, Operation::AccountRegister { form: human.form(), scanned: None })
}
/// Code, password if wanted, passcode: all but the last step.
fn nearly(world: &mut World, human: &Human) -> Token {
    let values = done(world.request(human));
    let challenge = values.handle.unwrap();
    let code = world.last_code(SmsPurpose::Activate);
    done(world.by(human, None, Operation::ActivationConfirm { challenge: challenge.clone(), code }));
    if values.needs_password == Some(true) {
        let password = Secret::new(PASSWORD);
        done(world.by(human, None, Operation::ActivationSetPassword { challenge: challenge.clone(), password }));
    }
    let passcode = Secret::new("135790");
    done(world.by(human, None, Operation::ActivationSetPasscode { challenge: challenge.clone(), passcode }));
    challenge
}

#[test]
fn only_a_known_officer_logs_in() {
    let (mut world, human, officer) = desk();
    for (user, password) in [("an-xa-1", "Can-Bo-2!"), ("an-xa-2", "Can-Bo-1!"), ("", "")] {
        let operation = Operation::OfficerLogin { user: user.into(), password: Secret::new(password) };
        refused(world.by(&human, None, operation), Reason::CredentialsWrong);
    }
    refused(world.by(&Human::new(COUNTER), Some(&officer), Operation::AccountShow), Reason::SessionMissing);
    refused(world.decide(&officer, &human, true), Reason::StepOutOfOrder);
    world.officers.clear();
    refused(world.decide(&officer, &human, true), Reason::OfficerWanted);
}

#[test]
fn five_wrong_passwords_lock_an_officers_name_for_the_lock_time() {
    let (mut world, human, _) = desk();
    let log_in = |world: &mut World, user: &str, password: &str| {
        world.by(&human, None, Operation::OfficerLogin { user: user.into(), password: Secret::new(password) })
    };
    let right = |world: &mut World| log_in(world, "an-xa-1", OFFICER_PASSWORD);
    for _ in 0..3 {
        // A right one in between counts from none again.
        for _ in 0..4 {
            refused(log_in(&mut world, "an-xa-1", "Can-Bo-2!"), Reason::CredentialsWrong);
        }
        done(right(&mut world));
    }
    for user in ["an-xa-1", "nobody"] {
        for _ in 0..5 {
            refused(log_in(&mut world, user, "Can-Bo-2!"), Reason::CredentialsWrong);
        }
        refused(log_in(&mut world, user, OFFICER_PASSWORD), Reason::Locked);
    }
    world.wait(world.book.login_lock);
    world.wait_ms(-1);
    refused(right(&mut world), Reason::Locked);
    world.wait_ms(1);
    done(right(&mut world));
    let lasting: Vec<_> = world.records.keys().filter(|key| key.table() == "officer_logins").collect();
    let [key] = lasting[..] else { panic!("{lasting:?}") };
    assert!(world.records[key].useless_from(&world.book).is_some(), "swept");
}

#[test]
fn only_an_officer_files_and_decides() {
    let (mut world, human, officer) = desk();
    world.make_account(&human);
    let session = world.login(&human);
    let file = Operation::Level2File { filing: Box::new(human.filing()) };
    let decide = Operation::ApplicationDecide { number: human.number, approve: true };
    for operation in [file, decide] {
        refused(world.by(&human, Some(&session), operation.clone()), Reason::OfficerWanted);
        refused(world.by(&human, None, operation.clone()), Reason::OfficerWanted);
        let made_up = Token::new("o-00000000000000000000000000000000");
        refused(world.by(&human, Some(&made_up), operation.clone()), Reason::OfficerWanted);
        refused(world.by(&human, Some(&officer), operation), Reason::SessionForeignDevice);
    }
    assert_eq!(world.account(&human).application, Application::None);
}

#[test]
fn an_officers_session_idles_out_ages_and_ends() {
    let (mut world, human, officer) = desk();
    world.wait_ms(899_999);
    refused(world.decide(&officer, &human, true), Reason::StepOutOfOrder);
    world.wait_ms(900_000);
    refused(world.decide(&officer, &human, true), Reason::SessionExpired);
    let officer = world.officer();
    let opened_ms = world.now_ms;
    while world.now_ms + 800_000 < opened_ms + 12 * 3_600_000 {
        world.wait_ms(800_000);
        refused(world.decide(&officer, &human, true), Reason::StepOutOfOrder);
    }
    world.now_ms = opened_ms + 12 * 3_600_000;
    refused(world.decide(&officer, &human, true), Reason::SessionExpired);
    let officer = world.officer();
    done(world.by(&Human::new(COUNTER), Some(&officer), Operation::SessionLogout));
    refused(world.decide(&officer, &human, true), Reason::OfficerWanted);
}

#[test]
fn who_never_had_an_account_gets_one_at_the_counter() {
    let (mut world, human, officer) = desk();
    done(world.file(&officer, human.filing()));
    refused(world.request(&human), Reason::NotIdentified);
    refused(world.try_login(&human, PASSWORD), Reason::CredentialsWrong);
    refused(register(&mut world, &human), Reason::ApplicationExists);
    let mut relative = Human::new(2);
    relative.phone = human.phone;
    refused(register(&mut world, &relative), Reason::PhoneTaken);
    let state = done(world.decide(&officer, &human, true)).account.unwrap();
    assert_eq!((state.level, state.application), (Level::Two, Application::Approved));
    assert_eq!(
        world.outbox.iter().map(|sms| (sms.to, sms.purpose)).collect::<Vec<_>>(),
        [(human.phone, SmsPurpose::Approved)]
    );
    refused(register(&mut world, &human), Reason::AccountExists);
    let typo = Human { phone: Human::new(2).phone, ..human.clone() };
    refused(world.request(&typo), Reason::PhoneNotRegistered);
    assert_eq!(done(world.request(&human)).needs_password, Some(true));
    world.wait_gap();
    let challenge = nearly(&mut world, &human);
    done(world.finish(&human, &challenge));
    assert_eq!(world.account(&human).state().level, Level::Two);
    world.login(&human);
}

#[test]
fn a_rejected_stranger_holds_nothing_and_may_register_or_come_again() {
    let (mut world, human, officer) = desk();
    done(world.file(&officer, human.filing()));
    let state = done(world.decide(&officer, &human, false)).account.unwrap();
    assert_eq!((state.level, state.application), (Level::None, Application::Rejected));
    assert_eq!(world.count(SmsPurpose::Rejected), 1);
    assert!(world.get::<Owner>(human.phone).is_none());
    refused(world.request(&human), Reason::NotIdentified);
    world.make_account(&human);
    done(world.file(&officer, human.filing()));
    done(world.decide(&officer, &human, false));
    assert_eq!((world.account(&human).level, world.account(&human).application), (Level::App, Application::Rejected));
    refused(world.request(&human), Reason::NotIdentified);
    world.grant_level2(&human);
    world.activate(&human);
    assert_eq!(world.account(&human).level, Level::Two);
}

#[test]
fn a_registration_on_its_way_is_overtaken_by_the_counter() {
    let (mut world, human, officer) = desk();
    let challenge = world.register(&human);
    let code = world.last_code(SmsPurpose::Register);
    done(world.confirm(&human, &challenge, code));
    done(world.file(&officer, human.filing()));
    refused(world.set_password(&human, &challenge), Reason::ApplicationExists);
    done(world.decide(&officer, &human, false));
    done(world.set_password(&human, &challenge));
}

#[test]
fn the_clerk_settles_what_no_officer_has() {
    let (mut world, human, officer) = desk();
    world.make_account(&human);
    done(world.file(&officer, human.filing()));
    world.wait_ms(1_999);
    world.settle_due();
    assert_eq!(world.account(&human).application, Application::Pending);
    world.wait_ms(1);
    world.settle_due();
    assert_eq!(world.account(&human).level, Level::Two);
    refused(world.decide(&officer, &human, false), Reason::StepOutOfOrder);
    assert_eq!(world.count(SmsPurpose::Approved), 1);
}

#[test]
fn an_officer_decides_level_1_and_the_clerk_comes_too_late() {
    let (mut world, human, officer) = desk();
    world.make_account(&human);
    let session = world.login(&human);
    world.apply(&human, &session);
    done(world.decide(&officer, &human, false));
    world.wait_ms(2_000);
    world.settle_due();
    assert_eq!((world.count(SmsPurpose::Rejected), world.count(SmsPurpose::Approved)), (1, 0));
    world.apply(&human, &session);
    done(world.decide(&officer, &human, true));
    world.settle_due();
    assert_eq!((world.account(&human).level, world.count(SmsPurpose::Approved)), (Level::One, 1));
}

#[test]
fn a_filing_is_judged_by_card_portrait_fingerprints_and_phone() {
    let (mut world, human, officer) = desk();
    world.make_account(&human);
    let (own, other) = (human.filing(), Human::new(2));
    let wrong = [
        (CounterFiling { card: other.card(), ..own.clone() }, Reason::CardNotOwn),
        (CounterFiling { number: Human::new(77).number, ..Human::new(77).filing() }, Reason::CardNotOwn),
        (
            CounterFiling {
                card: songsinh_contract::PrintedCard { issued: jiff::civil::date(2020, 1, 1), ..own.card.clone() },
                ..own.clone()
            },
            Reason::CardNotInForce,
        ),
        (CounterFiling { portrait: None, ..own.clone() }, Reason::PortraitMissing),
        (CounterFiling { portrait: Some(Portrait { face: 9, shot: 1 }), ..own.clone() }, Reason::PortraitDiffers),
        (CounterFiling { fingerprints: None, ..own.clone() }, Reason::FingerprintsDiffer),
        (CounterFiling { fingerprints: Some(Fingerprints { of: 9 }), ..own.clone() }, Reason::FingerprintsDiffer),
        (CounterFiling { phone: other.phone, ..own.clone() }, Reason::PhoneNotRegistered),
        (CounterFiling { phone: human.phone, ..other.filing() }, Reason::PhoneTaken),
        (CounterFiling { email: Some("an".into()), ..own.clone() }, Reason::Malformed),
    ];
    for (filing, reason) in wrong {
        refused(world.file(&officer, filing), reason);
    }
    world.day = jiff::civil::date(2028, 3, 2);
    refused(world.file(&officer, own.clone()), Reason::CardNotInForce);
    world.day = jiff::civil::date(2028, 3, 1);
    world.people.get_mut(&human.number).unwrap().life = LifeStatus::Dead;
    refused(world.file(&officer, own.clone()), Reason::PersonNotEligible);
    world.people.get_mut(&human.number).unwrap().life = LifeStatus::Alive;
    done(world.file(&officer, CounterFiling { email: Some("an@example.vn".into()), ..own }));
}

#[test]
fn one_application_at_a_time_unless_the_rulebook_lets_two_wait() {
    let (mut world, human, officer) = desk();
    world.make_account(&human);
    let session = world.login(&human);
    world.apply(&human, &session);
    refused(world.file(&officer, human.filing()), Reason::ApplicationExists);
    world.book.level2_while_pending = true;
    done(world.file(&officer, human.filing()));
    refused(world.file(&officer, human.filing()), Reason::ApplicationExists);
    // The newest is decided first; the other still waits.
    let state = done(world.decide(&officer, &human, true)).account.unwrap();
    assert_eq!((state.level, state.application), (Level::Two, Application::Pending));
    done(world.decide(&officer, &human, true));
    assert_eq!(world.account(&human).state().level, Level::Two);
    refused(world.file(&officer, human.filing()), Reason::ApplicationExists);
    assert_eq!(world.count(SmsPurpose::Approved), 2);
}

#[test]
fn level_1_is_activated_while_level_2_waits() {
    let (mut world, human, officer) = desk();
    let session = world.make_level1(&human);
    done(world.file(&officer, human.filing()));
    let printed = Box::new(human.card());
    let read = Operation::Level1ReadCard { printed, nfc: false };
    refused(world.by(&human, Some(&session), read), Reason::ApplicationExists);
    world.activate(&human);
    world.wait_gap();
    refused(world.request(&human), Reason::AlreadyActivated);
    done(world.decide(&officer, &human, false));
    refused(world.request(&human), Reason::AlreadyActivated);
    let state = world.account(&human).state();
    assert_eq!(
        (state.level, state.application, state.activation),
        (Level::One, Application::Rejected, Activation::Activated)
    );
    world.grant_level2(&human);
    done(world.request(&human));
}

#[test]
fn level_2_granted_before_level_1_was_activated_is_activated_at_once() {
    let (mut world, human, _) = desk();
    world.make_level1(&human);
    let challenge = nearly(&mut world, &human);
    world.grant_level2(&human);
    done(world.finish(&human, &challenge));
    assert_eq!((world.account(&human).level, world.account(&human).upgrade_ms), (Level::Two, None));
}

#[test]
fn level_2_over_level_1_is_activated_on_the_bound_device_alone() {
    let (mut world, human, _) = desk();
    let session = world.make_level1(&human);
    world.activate(&human);
    world.grant_level2(&human);
    let state = done(world.show(&human, &session)).account.unwrap();
    assert_eq!((state.level, state.activation), (Level::One, Activation::Activated), "level 1 goes on working");
    world.wait_gap();
    refused(world.request(&human.on_phone_of(3)), Reason::BoundElsewhere);
    let operation = Operation::ActivationRequest { number: human.number, phone: human.phone };
    refused(world.call(human.device, None, ProofClaim::Missing, operation.clone()), Reason::ProofMissing);
    let reinstalled = world.proof(Human::new(3).key);
    refused(world.call(human.device, None, reinstalled, operation), Reason::ProofForeign);
    let values = done(world.request(&human));
    assert_eq!(values.needs_password, Some(false));
    let challenge = values.handle.unwrap();
    let code = world.last_code(SmsPurpose::Activate);
    let confirm = Operation::ActivationConfirm { challenge: challenge.clone(), code };
    refused(world.call(human.device, None, ProofClaim::Missing, confirm.clone()), Reason::ProofMissing);
    done(world.by(&human, None, confirm));
    let passcode = Secret::new("246802");
    done(world.by(&human, None, Operation::ActivationSetPasscode { challenge: challenge.clone(), passcode }));
    assert_eq!(world.account(&human).passcode.as_deref(), Some("hash:135790"), "not before the last step");
    done(world.finish(&human, &challenge));
    let account = world.account(&human);
    assert_eq!((account.level, account.upgrade_ms, account.device()), (Level::Two, None, Some(human.device)));
    assert_eq!(account.passcode.as_deref(), Some("hash:246802"));
    assert_eq!(world.get::<Binding>(human.device).unwrap().key, human.key);
    done(world.show(&human, &session));
    world.wait_gap();
    refused(world.request(&human), Reason::AlreadyActivated);
}

#[test]
fn the_window_of_level_2_over_level_1_is_its_own() {
    let (mut world, human, _) = desk();
    world.make_level1(&human);
    world.activate(&human);
    world.grant_level2(&human);
    let since_ms = world.account(&human).upgrade_ms.unwrap();
    let window_ms = i64::try_from(world.book.activation_window.as_millis()).unwrap();
    world.now_ms = since_ms + window_ms - 1_000;
    let challenge = nearly(&mut world, &human);
    world.now_ms = since_ms + window_ms;
    refused(world.finish(&human, &challenge), Reason::WindowClosed);
    refused(world.request(&human), Reason::WindowClosed);
    assert_eq!(world.account(&human).device(), Some(human.device));
    world.wait_ms(-1);
    done(world.finish(&human, &challenge));
}

#[test]
fn a_release_with_level_2_granted_leaves_level_2_to_be_activated() {
    let (mut world, human, _) = desk();
    world.make_level1(&human);
    world.activate(&human);
    world.grant_level2(&human);
    let session = world.login(&human);
    done(world.by(&human, Some(&session), Operation::DeviceRelease));
    let account = world.account(&human);
    assert_eq!((account.level, account.upgrade_ms), (Level::Two, None));
    assert!(matches!(account.activation, ActivationState::Notified { since_ms } if since_ms == world.now_ms));
    world.wait_gap();
    world.activate(&human.on_phone_of(3));
}

#[test]
fn a_filing_answers_with_a_handle_of_no_use_to_others() {
    let (mut world, human, officer) = desk();
    world.make_account(&human);
    let session = world.login(&human);
    let application = handle(world.file(&officer, human.filing()));
    let operation = Operation::Level1Submit { application, email: None };
    refused(world.by(&human, Some(&session), operation), Reason::StepOutOfOrder);
}

/// What a scene showed: true if the system under test misbehaved.
pub fn misbehaves(quirk: Quirk, mut world: World) -> bool {
    assert_eq!(quirk, Quirk::Level2FromHome);
    let human = Human::new(1);
    world.make_account(&human);
    let session = world.login(&human);
    let operation = Operation::Level2File { filing: Box::new(human.filing()) };
    world.by(&human, Some(&session), operation).is_done()
}

//! Journey 1.

use std::time::Duration;

use jiff::civil::date;
use songsinh_contract::{BirthDate, LifeStatus, Operation, Reason, Secret, SmsPurpose};

use super::world::{Human, PASSWORD, World, done, handle, refused};

fn register(human: &Human) -> Operation {
    Operation::AccountRegister { form: human.form(), scanned: None }
}

#[test]
fn a_citizen_registers_and_logs_in() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    assert_eq!(world.outbox.len(), 1);
    assert_eq!(world.outbox[0].to, human.phone);
    world.login(&human);
}

#[test]
fn a_mismatch_is_refused_without_a_code_and_can_be_corrected() {
    let (mut world, human) = (World::new(), Human::new(1));
    let mut form = human.form();
    form.name = "Nguyễn Văn Sổ 1".into();
    refused(world.by(&human, None, Operation::AccountRegister { form, scanned: None }), Reason::PopulationMismatch);
    assert!(world.outbox.is_empty());
    world.make_account(&human);
}

#[test]
fn an_unknown_number_is_a_mismatch_and_a_short_one_is_malformed() {
    let (mut world, human) = (World::new(), Human::new(77));
    refused(world.by(&human, None, register(&human)), Reason::PopulationMismatch);
    for number in ["", "00820300471", "0082030047111", "00820300471x"] {
        let mut form = human.form();
        form.number = number.into();
        let operation = Operation::AccountRegister { form, scanned: None };
        refused(world.by(&human, None, operation), Reason::NumberMalformed);
    }
}

#[test]
fn a_scanned_card_must_bear_the_typed_number() {
    let (mut world, human, other) = (World::new(), Human::new(1), Human::new(2));
    let scan = |card: &Human| Operation::AccountRegister { form: human.form(), scanned: Some(Box::new(card.card())) };
    refused(world.by(&human, None, scan(&other)), Reason::ScanDiffers);
    done(world.by(&human, None, scan(&human)));
}

#[test]
fn the_dead_the_cancelled_and_children_are_refused() {
    for life in [LifeStatus::Dead, LifeStatus::Cancelled] {
        let (mut world, human) = (World::new(), Human::new(1));
        world.people.get_mut(&human.number).unwrap().life = life;
        refused(world.by(&human, None, register(&human)), Reason::PersonNotEligible);
    }
    let (mut world, mut child) = (World::new(), Human::new(1));
    child.entry.born = BirthDate::Full(date(2008, 12, 3));
    world.people.insert(child.number, child.entry.clone());
    refused(world.by(&child, None, register(&child)), Reason::PersonNotEligible);
    world.day = date(2022, 12, 3);
    done(world.by(&child, None, register(&child)));
}

#[test]
fn one_account_per_citizen_and_per_phone() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let before = world.records.clone();
    let mut again = human.clone();
    again.phone = Human::new(9).phone;
    refused(world.by(&again, None, register(&again)), Reason::AccountExists);
    let mut relative = Human::new(2);
    relative.phone = human.phone;
    refused(world.by(&relative, None, register(&relative)), Reason::PhoneTaken);
    world.records.retain(|key, _| before.contains_key(key));
    assert_eq!(world.records, before, "a refusal leaves nothing but the proof shown");
    world.book.one_account_per_phone = false;
    done(world.by(&relative, None, register(&relative)));
}

#[test]
fn of_two_registrations_the_first_password_wins() {
    let (mut world, human) = (World::new(), Human::new(1));
    let mut rival = human.clone();
    (rival.phone, rival.device) = (Human::new(2).phone, Human::new(2).device);
    let one = world.register(&human);
    let code = world.last_code(SmsPurpose::Register);
    let two = world.register(&rival);
    let rival_code = world.last_code(SmsPurpose::Register);
    done(world.confirm(&human, &one, code));
    done(world.confirm(&rival, &two, rival_code));
    done(world.set_password(&rival, &two));
    refused(world.set_password(&human, &one), Reason::AccountExists);
    assert_eq!(world.account(&human).phone, rival.phone);
}

#[test]
fn an_abandoned_registration_holds_neither_number_nor_phone() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    let code = world.last_code(SmsPurpose::Register);
    done(world.confirm(&human, &challenge, code));
    refused(world.try_login(&human, PASSWORD), Reason::CredentialsWrong);
    let mut relative = Human::new(2);
    relative.phone = human.phone;
    world.make_account(&relative);
    let mut moved = human.clone();
    moved.phone = Human::new(5).phone;
    world.make_account(&moved);
}

#[test]
fn the_password_comes_after_the_code_once_and_in_time() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    refused(world.set_password(&human, &challenge), Reason::StepOutOfOrder);
    let code = world.last_code(SmsPurpose::Register);
    done(world.confirm(&human, &challenge, code));
    let weak = Operation::AccountSetPassword { challenge: challenge.clone(), password: Secret::new("matkhau1") };
    refused(world.by(&human, None, weak), Reason::PasswordWeak);
    world.wait(world.book.after_code);
    refused(world.set_password(&human, &challenge), Reason::CodeExpired);
    world.wait_ms(-1);
    done(world.set_password(&human, &challenge));
    refused(world.set_password(&human, &challenge), Reason::StepOutOfOrder);
}

#[test]
fn a_challenge_serves_only_the_device_that_asked() {
    let (mut world, human, thief) = (World::new(), Human::new(1), Human::new(2));
    let challenge = world.register(&human);
    let code = world.last_code(SmsPurpose::Register);
    refused(world.confirm(&thief, &challenge, code), Reason::HandleUnknown);
    let operation = Operation::AccountResend { challenge: challenge.clone() };
    world.wait(Duration::from_secs(60));
    refused(world.by(&thief, None, operation), Reason::HandleUnknown);
    done(world.confirm(&human, &challenge, code));
    refused(world.set_password(&thief, &challenge), Reason::HandleUnknown);
}

#[test]
fn who_has_only_a_birth_year_matches_by_year() {
    let (mut world, mut human) = (World::new(), Human::new(1));
    world.people.get_mut(&human.number).unwrap().born = BirthDate::Year(2003);
    human.entry.born = BirthDate::Full(date(2003, 9, 9));
    handle(world.by(&human, None, register(&human)));
}

//! Journeys 3 and 4.

use jiff::civil::date;
use songsinh_contract::{
    Application, CardStatus, Level, LifeStatus, Operation, Outcome, Portrait, PrintedCard, Reason, Rulebook,
    RulebookName, SmsPurpose, Token,
};

use super::world::{Human, World, done, handle, refused};

fn logged_in() -> (World, Human, Token) {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let session = world.login(&human);
    (world, human, session)
}
fn read(world: &mut World, human: &Human, session: &Token, card: PrintedCard) -> Outcome {
    world.by(human, Some(session), Operation::Level1ReadCard { printed: Box::new(card), nfc: false })
}
fn portrait(world: &mut World, human: &Human, session: &Token, to: &Token, taken: Option<Portrait>) -> Outcome {
    let operation = Operation::Level1Portrait { application: to.clone(), portrait: taken };
    world.by(human, Some(session), operation)
}
fn submit(world: &mut World, human: &Human, session: &Token, to: &Token) -> Outcome {
    world.by(human, Some(session), Operation::Level1Submit { application: to.clone(), email: None })
}

#[test]
fn approval_leads_to_level_1_and_exactly_one_notice() {
    let (mut world, human, session) = logged_in();
    world.apply(&human, &session);
    let sent = world.outbox.len();
    world.wait_ms(1_999);
    world.settle_due();
    assert_eq!((world.account(&human).application, world.outbox.len()), (Application::Pending, sent));
    world.wait_ms(1);
    world.settle_due();
    world.settle_due();
    assert_eq!((world.account(&human).level, world.account(&human).application), (Level::One, Application::Approved));
    assert_eq!(world.count(SmsPurpose::Approved), 1);
    assert_eq!(world.outbox.last().unwrap().to, human.phone);
}

#[test]
fn a_rejected_citizen_may_apply_again() {
    let (mut world, human, session) = logged_in();
    world.approval.reject_share = 1.0;
    world.apply(&human, &session);
    world.wait_ms(2_000);
    world.settle_due();
    assert_eq!(world.account(&human).application, Application::Rejected);
    assert_eq!((world.count(SmsPurpose::Rejected), world.count(SmsPurpose::Approved)), (1, 0));
    refused(world.request(&human), Reason::NotIdentified);
    world.approval.reject_share = 0.0;
    world.apply(&human, &session);
    world.wait_ms(2_000);
    world.settle_due();
    assert_eq!(world.account(&human).level, Level::One);
}

#[test]
fn only_one_application_waits_or_stands() {
    let (mut world, human, session) = logged_in();
    let spare = handle(read(&mut world, &human, &session, human.card()));
    done(portrait(&mut world, &human, &session, &spare, Some(human.entry.portrait)));
    world.apply(&human, &session);
    refused(read(&mut world, &human, &session, human.card()), Reason::ApplicationExists);
    refused(submit(&mut world, &human, &session, &spare), Reason::ApplicationExists);
    world.wait_ms(2_000);
    world.settle_due();
    refused(read(&mut world, &human, &session, human.card()), Reason::ApplicationExists);
}

#[test]
fn the_card_is_the_citizens_own_in_every_printed_field() {
    let (mut world, human, session) = logged_in();
    let own = human.card();
    let address = "Số 1, Phường Khác".into();
    for forged in [
        Human::new(2).card(),
        PrintedCard { name: "Nguyễn Văn Số 2".into(), ..own.clone() },
        PrintedCard { born: songsinh_contract::BirthDate::Full(date(2003, 3, 2)), ..own.clone() },
        PrintedCard { sex: songsinh_contract::Sex::Female, ..own.clone() },
        PrintedCard { address, ..own.clone() },
        PrintedCard { old_number: songsinh_contract::OldNumber::from_u32(1), ..own.clone() },
    ] {
        refused(read(&mut world, &human, &session, forged), Reason::CardNotOwn);
    }
    let older = PrintedCard { issued: date(2020, 1, 1), ..own.clone() };
    refused(read(&mut world, &human, &session, older), Reason::CardNotInForce);
    let values = done(read(&mut world, &human, &session, own.clone()));
    let shown = values.shown.unwrap();
    assert_eq!((shown.number, shown.name, shown.born), (Some(own.number), Some(own.name), Some(own.born)));
}

#[test]
fn a_card_serves_on_its_last_day_and_only_while_in_force() {
    let (mut world, human, session) = logged_in();
    world.day = date(2028, 3, 2);
    refused(read(&mut world, &human, &session, human.card()), Reason::CardNotInForce);
    world.day = date(2028, 3, 1);
    done(read(&mut world, &human, &session, human.card()));
    for status in [CardStatus::Lost, CardStatus::Reissued, CardStatus::Cancelled] {
        world.people.get_mut(&human.number).unwrap().card.as_mut().unwrap().status = status;
        refused(read(&mut world, &human, &session, human.card()), Reason::CardNotInForce);
    }
    world.people.get_mut(&human.number).unwrap().life = LifeStatus::Dead;
    refused(read(&mut world, &human, &session, human.card()), Reason::PersonNotEligible);
}

#[test]
fn a_phone_with_nfc_reads_the_chip() {
    let (mut world, human, session) = logged_in();
    let operation = Operation::Level1ReadCard { printed: Box::new(human.card()), nfc: true };
    refused(world.by(&human, Some(&session), operation), Reason::ChipWanted);
}

#[test]
fn no_application_without_the_citizens_own_portrait() {
    let (mut world, human, session) = logged_in();
    let to = handle(read(&mut world, &human, &session, human.card()));
    refused(submit(&mut world, &human, &session, &to), Reason::PortraitMissing);
    refused(portrait(&mut world, &human, &session, &to, None), Reason::PortraitMissing);
    let other = Some(Human::new(2).entry.portrait);
    refused(portrait(&mut world, &human, &session, &to, other), Reason::PortraitDiffers);
    refused(submit(&mut world, &human, &session, &to), Reason::PortraitMissing);
    world.book = Rulebook::shipped(RulebookName::Decision34Of2021);
    done(portrait(&mut world, &human, &session, &to, other));
    done(submit(&mut world, &human, &session, &to));
    refused(portrait(&mut world, &human, &session, &to, other), Reason::StepOutOfOrder);
    refused(submit(&mut world, &human, &session, &to), Reason::StepOutOfOrder);
}

#[test]
fn an_application_is_its_citizens_alone_and_needs_a_session() {
    let (mut world, human, session) = logged_in();
    let to = handle(read(&mut world, &human, &session, human.card()));
    let thief = Human::new(2);
    world.make_account(&thief);
    let stolen = world.login(&thief);
    refused(portrait(&mut world, &thief, &stolen, &to, Some(thief.entry.portrait)), Reason::HandleUnknown);
    refused(submit(&mut world, &thief, &stolen, &to), Reason::HandleUnknown);
    let operation = Operation::Level1Submit { application: to, email: None };
    refused(world.by(&human, None, operation), Reason::SessionMissing);
}

#[test]
fn an_email_is_optional_but_must_look_like_one() {
    for (email, fine) in [(None, true), (Some("an@example.vn"), true), (Some("an"), false), (Some("a b@c"), false)] {
        let (mut world, human, session) = logged_in();
        let to = handle(read(&mut world, &human, &session, human.card()));
        done(portrait(&mut world, &human, &session, &to, Some(human.entry.portrait)));
        let operation = Operation::Level1Submit { application: to, email: email.map(Into::into) };
        let outcome = world.by(&human, Some(&session), operation);
        if fine { drop(done(outcome)) } else { refused(outcome, Reason::Malformed) }
    }
}

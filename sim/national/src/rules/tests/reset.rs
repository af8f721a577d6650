//! Journey 12.

use songsinh_contract::{Code, Operation, Outcome, Reason, Secret, SmsPurpose, Token};

use super::world::{Human, PASSWORD, World, done, handle, refused, wrong};
use crate::quirks::Quirk;

const RESET: SmsPurpose = SmsPurpose::Reset;
const NEW: &str = "Mat-Khau-9";

fn request(world: &mut World, human: &Human) -> Outcome {
    world.by(human, None, Operation::ResetRequest { number: human.number, phone: human.phone })
}
fn resend(world: &mut World, human: &Human, challenge: &Token) -> Outcome {
    world.by(human, None, Operation::ResetResend { challenge: challenge.clone() })
}
fn confirm(world: &mut World, human: &Human, challenge: &Token, code: Code) -> Outcome {
    world.by(human, None, Operation::ResetConfirm { challenge: challenge.clone(), code })
}
fn answer(world: &mut World, human: &Human, challenge: &Token, answers: &[(u16, &str)]) -> Outcome {
    let answers = answers.iter().map(|(question, text)| (*question, Secret::new(text))).collect();
    world.by(human, None, Operation::ResetAnswer { challenge: challenge.clone(), answers })
}
fn set(world: &mut World, human: &Human, challenge: &Token, password: &str) -> Outcome {
    let password = Secret::new(password);
    world.by(human, None, Operation::ResetSetPassword { challenge: challenge.clone(), password })
}
const RIGHT: [(u16, &str); 2] = [(1, "Hoa Hồng"), (4, "Mèo")];

/// An active account, and a reset whose code has come back.
fn confirmed() -> (World, Human, Token) {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_level1(&human);
    world.activate(&human);
    let challenge = handle(request(&mut world, &human));
    let code = world.last_code(RESET);
    assert_eq!(done(confirm(&mut world, &human, &challenge, code)).questions, [1, 4]);
    (world, human, challenge)
}

#[test]
fn an_app_account_goes_straight_to_the_password() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let sessions = [world.login(&human), world.login(&human)];
    let challenge = handle(request(&mut world, &human));
    assert_eq!(world.outbox.last().map(|sms| (sms.to, sms.purpose)), Some((human.phone, RESET)));
    refused(set(&mut world, &human, &challenge, NEW), Reason::StepOutOfOrder);
    let code = world.last_code(RESET);
    assert!(done(confirm(&mut world, &human, &challenge, code)).questions.is_empty());
    refused(answer(&mut world, &human, &challenge, &RIGHT), Reason::StepOutOfOrder);
    refused(set(&mut world, &human, &challenge, "matkhau"), Reason::PasswordWeak);
    done(set(&mut world, &human, &challenge, NEW));
    refused(set(&mut world, &human, &challenge, PASSWORD), Reason::StepOutOfOrder);
    for session in sessions {
        refused(world.show(&human, &session), Reason::SessionMissing);
    }
    refused(world.try_login(&human, PASSWORD), Reason::CredentialsWrong);
    done(world.try_login(&human, NEW));
}

#[test]
fn an_active_account_answers_its_questions_first() {
    let (mut world, human, challenge) = confirmed();
    refused(set(&mut world, &human, &challenge, NEW), Reason::StepOutOfOrder);
    done(answer(&mut world, &human, &challenge, &[RIGHT[1], RIGHT[0]]));
    refused(answer(&mut world, &human, &challenge, &RIGHT), Reason::StepOutOfOrder);
    done(set(&mut world, &human, &challenge, NEW));
    done(world.try_login(&human, NEW));
}

#[test]
fn five_wrong_answers_end_a_reset() {
    let (mut world, human, challenge) = confirmed();
    for answers in [&[][..], &[RIGHT[0]], &[(1, "Hoa Hồng"), (4, "Chó")], &[(1, "Hoa Hồng"), (5, "Mèo")]] {
        refused(answer(&mut world, &human, &challenge, answers), Reason::AnswersWrong);
    }
    let mut fourth = (world.records.clone(), world.now_ms);
    refused(answer(&mut world, &human, &challenge, &[(1, "x"), (4, "y")]), Reason::AnswersWrong);
    refused(answer(&mut world, &human, &challenge, &RIGHT), Reason::StepOutOfOrder);
    refused(set(&mut world, &human, &challenge, NEW), Reason::StepOutOfOrder);
    // After four the right ones still serve.
    std::mem::swap(&mut world.records, &mut fourth.0);
    done(answer(&mut world, &human, &challenge, &RIGHT));
}

#[test]
fn what_comes_after_the_code_has_its_time() {
    let (mut world, human, challenge) = confirmed();
    world.wait(world.book.after_code);
    refused(answer(&mut world, &human, &challenge, &RIGHT), Reason::CodeExpired);
    world.wait_ms(-1);
    done(answer(&mut world, &human, &challenge, &RIGHT));
    world.wait_ms(1);
    refused(set(&mut world, &human, &challenge, NEW), Reason::CodeExpired);
    world.wait_ms(-1);
    done(set(&mut world, &human, &challenge, NEW));
}

#[test]
fn a_reset_lifts_no_lock() {
    let (mut world, human, challenge) = confirmed();
    for _ in 0..5 {
        refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
    }
    done(answer(&mut world, &human, &challenge, &RIGHT));
    done(set(&mut world, &human, &challenge, NEW));
    refused(world.try_login(&human, NEW), Reason::Locked);
    world.wait(world.book.login_lock);
    done(world.try_login(&human, NEW));
}

/// Everything that can be asked of a reset without its code, and the answers.
fn probe(world: &mut World, human: &Human) -> Vec<Outcome> {
    let bare = |outcome: Outcome| match outcome {
        Outcome::Done(values) => {
            assert!(values.handle.is_some(), "a handle is given");
            let values = songsinh_contract::Values { handle: None, ..*values };
            Outcome::Done(Box::new(values))
        }
        other => other,
    };
    let opened = request(world, human);
    let challenge = opened.values().unwrap().handle.clone().unwrap();
    let mut told = vec![bare(opened), request(world, human)];
    for code in 0..6 {
        told.push(confirm(world, human, &challenge, Code(900_000 + code)));
    }
    told.push(answer(world, human, &challenge, &RIGHT));
    told.push(set(world, human, &challenge, NEW));
    told.push(resend(world, human, &challenge));
    world.wait_gap();
    told.push(bare(resend(world, human, &challenge)));
    told.push(confirm(world, human, &challenge, Code(900_009)));
    world.wait(world.book.otp_lifetime);
    told.push(confirm(world, human, &challenge, Code(900_009)));
    told
}

#[test]
fn nothing_tells_whether_the_account_exists() {
    let known = {
        let (mut world, human) = (World::new(), Human::new(1));
        world.make_account(&human);
        probe(&mut world, &human)
    };
    let (mut world, stranger) = (World::new(), Human::new(1));
    assert_eq!(probe(&mut world, &stranger), known);
    assert!(world.outbox.is_empty());
    let (mut world, mut human) = (World::new(), Human::new(1));
    world.make_account(&human);
    human.phone = Human::new(2).phone;
    assert_eq!(probe(&mut world, &human), known);
    assert_eq!(world.count(RESET), 0);
    // Who waits at a counter has no password that could be forgotten.
    let (mut world, human) = (World::new(), Human::new(1));
    world.grant_level2(&human);
    let sent = world.outbox.len();
    assert_eq!(probe(&mut world, &human), known);
    assert_eq!(world.outbox.len(), sent);
}

#[test]
fn the_codes_of_a_reset_keep_the_rules_of_codes() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let challenge = handle(request(&mut world, &human));
    let first = world.last_code(RESET);
    refused(confirm(&mut world, &human.on_phone_of(2), &challenge, first), Reason::HandleUnknown);
    let register = Operation::AccountConfirm { challenge: challenge.clone(), code: first };
    refused(world.by(&human, None, register), Reason::HandleUnknown);
    world.wait(world.book.otp_lifetime);
    refused(confirm(&mut world, &human, &challenge, first), Reason::CodeExpired);
    done(resend(&mut world, &human, &challenge));
    let second = world.last_code(RESET);
    for _ in 0..5 {
        refused(confirm(&mut world, &human, &challenge, wrong(second)), Reason::CodeWrong);
    }
    refused(confirm(&mut world, &human, &challenge, second), Reason::CodeVoid);
    world.wait_gap();
    let newer = handle(request(&mut world, &human));
    refused(resend(&mut world, &human, &challenge), Reason::CodeVoid);
    let third = world.last_code(RESET);
    done(confirm(&mut world, &human, &newer, third));
    refused(confirm(&mut world, &human, &newer, third), Reason::CodeUsed);
    refused(resend(&mut world, &human, &newer), Reason::StepOutOfOrder);
    done(request(&mut world, &human));
}

/// What a scene showed: true if the system under test misbehaved.
pub fn misbehaves(quirk: Quirk, mut world: World) -> bool {
    let human = Human::new(1);
    match quirk {
        Quirk::ResetTellsAccounts => !request(&mut world, &human).is_done(),
        Quirk::ResetWithoutAnswers => {
            world.make_level1(&human);
            world.activate(&human);
            let challenge = handle(request(&mut world, &human));
            let code = world.last_code(RESET);
            done(confirm(&mut world, &human, &challenge, code));
            set(&mut world, &human, &challenge, NEW).is_done()
        }
        _ => panic!("{quirk} has no scene here"),
    }
}

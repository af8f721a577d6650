//! One-time codes: the same rules for registration and activation.

use std::time::Duration;

use songsinh_contract::{Operation, Outcome, Reason, ResendPolicy, SmsPurpose, Token};

use super::world::{Human, World, done, handle, refused, wrong};

const REGISTER: SmsPurpose = SmsPurpose::Register;

fn resend(world: &mut World, human: &Human, challenge: &Token) -> Outcome {
    world.by(human, None, Operation::AccountResend { challenge: challenge.clone() })
}
fn again(world: &mut World, human: &Human) -> Outcome {
    world.by(human, None, Operation::AccountRegister { form: human.form(), scanned: None })
}

#[test]
fn a_code_lives_to_the_millisecond() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    let code = world.last_code(REGISTER);
    world.wait(world.book.otp_lifetime);
    refused(world.confirm(&human, &challenge, code), Reason::CodeExpired);
    world.wait_ms(-1);
    done(world.confirm(&human, &challenge, code));
    refused(world.confirm(&human, &challenge, code), Reason::CodeUsed);
}

#[test]
fn five_wrong_codes_void_and_a_resend_gives_five_more() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    for _ in 0..5 {
        let code = wrong(world.last_code(REGISTER));
        refused(world.confirm(&human, &challenge, code), Reason::CodeWrong);
    }
    let code = world.last_code(REGISTER);
    refused(world.confirm(&human, &challenge, code), Reason::CodeVoid);
    world.wait_gap();
    done(resend(&mut world, &human, &challenge));
    let code = world.last_code(REGISTER);
    for _ in 0..4 {
        refused(world.confirm(&human, &challenge, wrong(code)), Reason::CodeWrong);
    }
    done(world.confirm(&human, &challenge, code));
}

#[test]
fn fifteen_wrong_codes_an_hour_refuse_even_the_right_one_until_the_hour_has_rolled() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    let first_ms = world.now_ms;
    for round in 0..3 {
        if round > 0 {
            world.wait_gap();
            done(resend(&mut world, &human, &challenge));
        }
        let code = wrong(world.last_code(REGISTER));
        for _ in 0..5 {
            refused(world.confirm(&human, &challenge, code), Reason::CodeWrong);
        }
    }
    world.wait_gap();
    done(resend(&mut world, &human, &challenge));
    let code = world.last_code(REGISTER);
    refused(world.confirm(&human, &challenge, code), Reason::AttemptsExhausted);
    // The five of the first round roll out an hour after they came.
    world.now_ms = first_ms + 3_600_000 - 1;
    done(resend(&mut world, &human, &challenge));
    let code = world.last_code(REGISTER);
    refused(world.confirm(&human, &challenge, code), Reason::AttemptsExhausted);
    world.wait_ms(1);
    done(world.confirm(&human, &challenge, code));
}

#[test]
fn expired_and_void_challenges_count_no_tries() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    let code = world.last_code(REGISTER);
    world.wait(world.book.otp_lifetime);
    for _ in 0..20 {
        refused(world.confirm(&human, &challenge, wrong(code)), Reason::CodeExpired);
    }
    done(resend(&mut world, &human, &challenge));
    let code = world.last_code(REGISTER);
    for _ in 0..4 {
        refused(world.confirm(&human, &challenge, wrong(code)), Reason::CodeWrong);
    }
    done(world.confirm(&human, &challenge, code));
}

#[test]
fn a_resend_waits_for_the_gap_and_voids_the_older_code() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    let old = world.last_code(REGISTER);
    world.wait_gap();
    world.wait_ms(-1);
    refused(resend(&mut world, &human, &challenge), Reason::ResendTooSoon);
    world.wait_ms(1);
    done(resend(&mut world, &human, &challenge));
    let new = world.last_code(REGISTER);
    assert_ne!(old, new);
    refused(world.confirm(&human, &challenge, old), Reason::CodeWrong);
    done(world.confirm(&human, &challenge, new));
    refused(resend(&mut world, &human, &challenge), Reason::StepOutOfOrder);
}

#[test]
fn under_same_code_a_resend_repeats_and_does_not_lengthen() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.book.otp_resend_policy = ResendPolicy::SameCode;
    let challenge = world.register(&human);
    let code = world.last_code(REGISTER);
    for _ in 0..5 {
        refused(world.confirm(&human, &challenge, wrong(code)), Reason::CodeWrong);
    }
    world.wait_gap();
    let values = done(resend(&mut world, &human, &challenge));
    assert_eq!(values.expires_in, Some(Duration::from_secs(120)));
    assert_eq!(world.last_code(REGISTER), code);
    world.wait_ms(120_000);
    refused(world.confirm(&human, &challenge, code), Reason::CodeExpired);
    world.wait_ms(-1);
    done(world.confirm(&human, &challenge, code));
}

#[test]
fn five_resends_an_hour_the_first_code_not_counted() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    world.wait_gap();
    let first_resend_ms = world.now_ms;
    for _ in 0..5 {
        done(resend(&mut world, &human, &challenge));
        world.wait_gap();
    }
    refused(resend(&mut world, &human, &challenge), Reason::ResendTooMany);
    // Another challenge for the same number does not start the count anew.
    let other = handle(again(&mut world, &human));
    world.wait_gap();
    refused(resend(&mut world, &human, &other), Reason::ResendTooMany);
    world.now_ms = first_resend_ms + 3_600_000 - 1;
    refused(resend(&mut world, &human, &other), Reason::ResendTooMany);
    world.wait_ms(1);
    done(resend(&mut world, &human, &other));
    assert_eq!(world.count(REGISTER), 8);
}

#[test]
fn a_new_request_within_the_gap_is_a_resend_too_soon_unless_the_code_was_used() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    let code = world.last_code(REGISTER);
    world.wait_ms(59_999);
    refused(again(&mut world, &human), Reason::ResendTooSoon);
    done(world.confirm(&human, &challenge, code));
    done(again(&mut world, &human));
}

#[test]
fn a_newer_challenge_of_the_same_citizen_and_phone_voids_the_older_one() {
    let (mut world, human) = (World::new(), Human::new(1));
    let older = world.register(&human);
    let old = world.last_code(REGISTER);
    world.wait_gap();
    let newer = handle(again(&mut world, &human));
    let new = world.last_code(REGISTER);
    refused(world.confirm(&human, &older, old), Reason::CodeVoid);
    world.wait_gap();
    refused(resend(&mut world, &human, &older), Reason::CodeVoid);
    done(world.confirm(&human, &newer, new));
}

#[test]
fn another_phone_or_citizen_voids_nothing() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    let code = world.last_code(REGISTER);
    let mut elsewhere = human.clone();
    elsewhere.phone = Human::new(3).phone;
    world.register(&elsewhere);
    done(world.confirm(&human, &challenge, code));
}

#[test]
fn codes_are_bound_to_purpose_and_citizen() {
    let (mut world, human, other) = (World::new(), Human::new(1), Human::new(2));
    world.make_level1(&human);
    let registration_code = world.last_code(REGISTER);
    let activation = handle(world.request(&human));
    let code = world.last_code(SmsPurpose::Activate);
    if registration_code != code {
        let operation = Operation::ActivationConfirm { challenge: activation.clone(), code: registration_code };
        refused(world.by(&human, None, operation), Reason::CodeWrong);
    }
    refused(world.confirm(&human, &activation, code), Reason::HandleUnknown);
    let challenge = world.register(&other);
    if world.last_code(REGISTER) != code {
        refused(world.confirm(&other, &challenge, code), Reason::CodeWrong);
    }
    done(world.by(&human, None, Operation::ActivationConfirm { challenge: activation, code }));
}

#[test]
fn wrong_codes_of_registration_and_activation_add_up() {
    let (mut world, human) = (World::new(), Human::new(1));
    let challenge = world.register(&human);
    for round in 0..2 {
        let code = wrong(world.last_code(REGISTER));
        for _ in 0..5 {
            refused(world.confirm(&human, &challenge, code), Reason::CodeWrong);
        }
        world.wait_gap();
        done(resend(&mut world, &human, &challenge));
        assert!(round < 2);
    }
    let code = world.last_code(REGISTER);
    done(world.confirm(&human, &challenge, code));
    done(world.set_password(&human, &challenge));
    let session = world.login(&human);
    world.apply(&human, &session);
    world.wait_ms(2_000);
    world.settle_due();
    let activation = handle(world.request(&human));
    for _ in 0..5 {
        let code = wrong(world.last_code(SmsPurpose::Activate));
        let operation = Operation::ActivationConfirm { challenge: activation.clone(), code };
        refused(world.by(&human, None, operation), Reason::CodeWrong);
    }
    world.wait_gap();
    done(world.by(&human, None, Operation::ActivationResend { challenge: activation.clone() }));
    let code = world.last_code(SmsPurpose::Activate);
    let operation = Operation::ActivationConfirm { challenge: activation, code };
    refused(world.by(&human, None, operation), Reason::AttemptsExhausted);
}

//! The personal page: refresh, logout, unlock, notices, changes of password and passcode.

use songsinh_contract::{Operation, Outcome, Reason, Secret, SmsPurpose, Token};

use super::world::{Human, PASSWORD, World, done, refused};
use crate::quirks::Quirk;
use crate::rules::ProofClaim;

const NEW: &str = "Mat-Khau-9";

fn logged_in() -> (World, Human, Token, Token) {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_account(&human);
    let values = done(world.try_login(&human, PASSWORD));
    (world, human, values.session.unwrap(), values.refresh.unwrap())
}
fn refresh(world: &mut World, human: &Human, token: &Token) -> Outcome {
    world.by(human, None, Operation::SessionRefresh { refresh: token.clone() })
}
fn change(world: &mut World, human: &Human, session: &Token, old: &str, new: &str) -> Outcome {
    let operation = Operation::PasswordChange { old: Secret::new(old), new: Secret::new(new) };
    world.by(human, Some(session), operation)
}
fn passcode(world: &mut World, human: &Human, session: &Token, old: &str, new: &str) -> Outcome {
    let operation = Operation::PasscodeChange { old: Secret::new(old), new: Secret::new(new) };
    world.by(human, Some(session), operation)
}
fn unlock(world: &mut World, human: &Human) -> Outcome {
    world.by(human, None, Operation::SessionUnlock { number: human.number })
}

#[test]
fn the_terms_are_shown_to_anybody() {
    let (mut world, human) = (World::new(), Human::new(1));
    done(world.by(&human, None, Operation::ServiceTerms));
}

#[test]
fn a_refresh_token_serves_once_and_its_reuse_ends_the_login() {
    let (mut world, human, first, token) = logged_in();
    let values = done(refresh(&mut world, &human, &token));
    let (second, next) = (values.session.unwrap(), values.refresh.unwrap());
    refused(world.show(&human, &first), Reason::SessionMissing);
    done(world.show(&human, &second));
    let other = world.login(&human);
    refused(refresh(&mut world, &human, &token), Reason::RefreshUsed);
    refused(world.show(&human, &second), Reason::SessionMissing);
    refused(refresh(&mut world, &human, &next), Reason::RefreshUsed);
    done(world.show(&human, &other));
}

#[test]
fn a_refresh_token_is_kept_if_the_rulebook_says_so() {
    let (mut world, human, _, token) = logged_in();
    world.book.refresh_rotates = false;
    let first = done(refresh(&mut world, &human, &token)).session.unwrap();
    let second = done(refresh(&mut world, &human, &token)).session.unwrap();
    refused(world.show(&human, &first), Reason::SessionMissing);
    done(world.show(&human, &second));
}

#[test]
fn a_refresh_token_is_its_devices_alone() {
    let (mut world, human, session, token) = logged_in();
    refused(refresh(&mut world, &human.on_phone_of(2), &token), Reason::SessionForeignDevice);
    refused(refresh(&mut world, &human, &Token::new("f-1")), Reason::RefreshUsed);
    refused(refresh(&mut world, &human, &session), Reason::RefreshUsed);
    done(refresh(&mut world, &human, &token));
}

#[test]
fn the_age_of_a_session_counts_from_the_login() {
    let (mut world, human, _, mut token) = logged_in();
    let opened_ms = world.now_ms;
    let end_ms = opened_ms + 12 * 3_600_000;
    let mut session = None;
    while world.now_ms + 600_000 < end_ms {
        world.wait_ms(600_000);
        let values = done(refresh(&mut world, &human, &token));
        assert_eq!(values.expires_in.unwrap().as_millis(), u128::try_from(end_ms - world.now_ms).unwrap());
        (session, token) = (values.session, values.refresh.unwrap());
    }
    world.now_ms = end_ms - 1;
    done(world.show(&human, &session.clone().unwrap()));
    world.now_ms = end_ms;
    refused(world.show(&human, &session.unwrap()), Reason::SessionExpired);
    refused(refresh(&mut world, &human, &token), Reason::RefreshUsed);
}

#[test]
fn an_idle_session_is_not_refreshed() {
    let (mut world, human, _, token) = logged_in();
    world.wait_ms(900_000);
    refused(refresh(&mut world, &human, &token), Reason::RefreshUsed);
    world.wait_ms(-1);
    done(refresh(&mut world, &human, &token));
}

#[test]
fn a_bound_device_proves_its_key_for_a_refresh() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.make_level1(&human);
    world.activate(&human);
    let token = done(world.try_login(&human, PASSWORD)).refresh.unwrap();
    let operation = Operation::SessionRefresh { refresh: token };
    refused(world.call(human.device, None, ProofClaim::Missing, operation.clone()), Reason::ProofMissing);
    done(world.by(&human, None, operation));
}

#[test]
fn a_logout_ends_the_session_and_its_refresh_token_and_no_other() {
    let (mut world, human, session, token) = logged_in();
    let other = world.login(&human);
    refused(world.by(&human.on_phone_of(2), Some(&session), Operation::SessionLogout), Reason::SessionForeignDevice);
    done(world.by(&human, Some(&session), Operation::SessionLogout));
    refused(world.by(&human, Some(&session), Operation::SessionLogout), Reason::SessionMissing);
    refused(refresh(&mut world, &human, &token), Reason::RefreshUsed);
    done(world.show(&human, &other));
}

#[test]
fn the_bound_key_logs_in_while_the_switch_is_on() {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    let switch = |on| Operation::UnlockSwitch { on };
    refused(world.by(&human, Some(&session), switch(true)), Reason::NotActivated);
    refused(unlock(&mut world, &human), Reason::UnlockOff);
    world.activate(&human);
    refused(unlock(&mut world, &human), Reason::UnlockOff);
    done(world.by(&human, Some(&session), switch(true)));
    let operation = Operation::SessionUnlock { number: human.number };
    refused(world.call(human.device, None, ProofClaim::Missing, operation.clone()), Reason::ProofMissing);
    let foreign = world.proof(Human::new(2).key);
    refused(world.call(human.device, None, foreign, operation), Reason::ProofForeign);
    // Another phone, another citizen and an unknown one are answered alike.
    refused(unlock(&mut world, &human.on_phone_of(2)), Reason::UnlockOff);
    let stranger = Human { number: Human::new(2).number, ..human.clone() };
    refused(unlock(&mut world, &stranger), Reason::UnlockOff);
    let opened = done(unlock(&mut world, &human)).session.unwrap();
    done(world.show(&human, &opened));
    done(world.by(&human, Some(&opened), switch(false)));
    refused(unlock(&mut world, &human), Reason::UnlockOff);
}

#[test]
fn notices_are_listed_oldest_first() {
    let (mut world, human) = (World::new(), Human::new(1));
    world.approval.reject_share = 1.0;
    let session = world.make_level1(&human);
    world.approval.reject_share = 0.0;
    world.apply(&human, &session);
    world.wait_ms(2_000);
    world.settle_due();
    let values = done(world.by(&human, Some(&session), Operation::NoticeList));
    assert_eq!(values.notices, [SmsPurpose::Rejected, SmsPurpose::Approved]);
    refused(world.by(&human, None, Operation::NoticeList), Reason::SessionMissing);
}

#[test]
fn a_changed_password_ends_every_other_session() {
    let (mut world, human, session, token) = logged_in();
    let other = world.login(&human);
    done(change(&mut world, &human, &session, PASSWORD, NEW));
    done(world.show(&human, &session));
    refused(world.show(&human, &other), Reason::SessionMissing);
    refused(world.try_login(&human, PASSWORD), Reason::CredentialsWrong);
    let again = done(world.try_login(&human, NEW)).session.unwrap();
    done(world.show(&human, &again));
    done(refresh(&mut world, &human, &token));
}

#[test]
fn a_new_password_needs_the_old_one_and_the_policy() {
    let (mut world, human, session, _) = logged_in();
    refused(change(&mut world, &human, &session, "Mat-Khau-2", NEW), Reason::CredentialsWrong);
    refused(change(&mut world, &human, &session, PASSWORD, "matkhau9"), Reason::PasswordWeak);
    done(world.try_login(&human, PASSWORD));
    let operation = Operation::PasswordChange { old: Secret::new(PASSWORD), new: Secret::new(NEW) };
    refused(world.by(&human, None, operation), Reason::SessionMissing);
}

#[test]
fn wrong_old_passwords_count_as_wrong_logins_do() {
    let (mut world, human, session, _) = logged_in();
    for _ in 0..3 {
        refused(change(&mut world, &human, &session, "Mat-Khau-2", NEW), Reason::CredentialsWrong);
    }
    for _ in 0..2 {
        refused(world.try_login(&human, "Mat-Khau-2"), Reason::CredentialsWrong);
    }
    refused(change(&mut world, &human, &session, PASSWORD, NEW), Reason::Locked);
    refused(world.try_login(&human, PASSWORD), Reason::Locked);
    world.wait(world.book.login_lock);
    done(change(&mut world, &human, &session, PASSWORD, NEW));
}

#[test]
fn a_passcode_is_changed_by_the_old_one() {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    refused(passcode(&mut world, &human, &session, "135790", "246802"), Reason::NotActivated);
    world.activate(&human);
    for text in ["", "12345", "1234567", "12345a"] {
        refused(passcode(&mut world, &human, &session, "135790", text), Reason::PasscodeMalformed);
    }
    refused(passcode(&mut world, &human, &session, "000000", "246802"), Reason::PasscodeWrong);
    done(passcode(&mut world, &human, &session, "135790", "246802"));
    refused(passcode(&mut world, &human, &session, "135790", "246802"), Reason::PasscodeWrong);
    done(passcode(&mut world, &human, &session, "246802", "135790"));
}

#[test]
fn five_wrong_old_passcodes_lock_to_the_millisecond() {
    let (mut world, human) = (World::new(), Human::new(1));
    let session = world.make_level1(&human);
    world.activate(&human);
    for _ in 0..5 {
        refused(passcode(&mut world, &human, &session, "000000", "246802"), Reason::PasscodeWrong);
    }
    world.wait_ms(299_999);
    refused(passcode(&mut world, &human, &session, "135790", "246802"), Reason::UtilitiesLocked);
    world.wait_ms(1);
    done(passcode(&mut world, &human, &session, "135790", "246802"));
}

/// What a scene showed: true if the system under test misbehaved.
pub fn misbehaves(quirk: Quirk, mut world: World) -> bool {
    let human = Human::new(1);
    world.make_account(&human);
    let values = done(world.try_login(&human, PASSWORD));
    let (session, token) = (values.session.unwrap(), values.refresh.unwrap());
    match quirk {
        Quirk::OldSessionsSurvive => {
            let other = world.login(&human);
            done(change(&mut world, &human, &session, PASSWORD, NEW));
            world.show(&human, &other).is_done()
        }
        Quirk::RefreshReusable => {
            done(refresh(&mut world, &human, &token));
            refresh(&mut world, &human, &token).is_done()
        }
        _ => panic!("{quirk} has no scene here"),
    }
}

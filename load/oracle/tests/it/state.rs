//! What a call leaves behind for later ones: passcodes, passwords on the way, finished steps, switches, tickets, what is
//! known of officers, and what a refused call may have changed.

use crate::desk::*;
use crate::qr::{counter, screen, ticket};
use crate::support::*;
use songsinh_contract::*;

#[test]
fn the_passcode_set_twice_counts_and_of_two_either_may() {
    for (passcodes, entered, outcome, broken) in [
        (["123456", "123456"], "123456", done(), vec![]),
        (["123456", "123456"], "654321", done(), vec!["utility-needs-passcode"]),
        (["123456", "654321"], "123456", done(), vec![]),
        (["123456", "654321"], "654321", done(), vec![]),
        (["123456", "654321"], "123456", refused(Reason::PasscodeWrong), vec![]),
        (["123456", "654321"], "654321", refused(Reason::PasscodeWrong), vec![]),
    ] {
        let mut s = Story::new();
        s.approved().call(Operation::ServiceQuestions, listed()).activation(phone(0), "a", 222_222);
        s.enter("a", 222_222, done());
        for passcode in passcodes {
            s.passcode("a", passcode, done());
        }
        s.questions("a", done()).login(PASSWORD, session("t")).with("t");
        s.call(Operation::PasscodeEnter { passcode: Secret::new(entered) }, outcome.clone());
        assert_eq!(s.broken(), broken, "{passcodes:?} {entered} {outcome:?}");
    }
}

#[test]
fn the_password_of_an_activation_counts_from_its_last_step_and_before_that_perhaps() {
    let write = |finished: bool, last: Outcome| {
        let mut s = Story::of(3);
        s.officer().files().decides(true).person_acts(0).call(Operation::ServiceQuestions, listed());
        s.activation(phone(0), "a", 222_222).enter("a", 222_222, done());
        let (challenge, password) = (Token::new("a"), Secret::new(PASSWORD));
        s.call(Operation::ActivationSetPassword { challenge, password }, done()).passcode("a", "123456", done());
        if finished {
            s.questions("a", done());
        }
        s.login(PASSWORD, last).broken()
    };
    let wrong = || refused(Reason::CredentialsWrong);
    assert_eq!(write(false, session("s")), NONE);
    assert_eq!(write(false, wrong()), NONE);
    assert_eq!(write(true, session("s")), NONE);
    assert_eq!(write(true, wrong()), ["acknowledged-is-durable"]);
}

#[test]
fn whether_a_finished_activation_serves_again_after_a_release_is_left_open() {
    for last in [done(), refused(Reason::StepOutOfOrder)] {
        let mut s = Story::new();
        s.activated().login(PASSWORD, session("t")).with("t").call(Operation::DeviceRelease, done()).session = None;
        s.questions("a", last.clone());
        assert_eq!(s.findings(), vec![], "{last:?}");
    }
}

#[test]
fn whether_the_switch_for_the_devices_key_goes_along_to_a_new_phone_is_left_open() {
    for (moved, last, broken) in [
        (false, session("u"), vec![]),
        (false, refused(Reason::UnlockOff), vec!["login-needs-password"]),
        (true, session("u"), vec![]),
        (true, refused(Reason::UnlockOff), vec![]),
    ] {
        let mut s = Story::new();
        s.stands_in(Level::One).call(Operation::UnlockSwitch { on: true }, done());
        if moved {
            s.on(B).begin_move(PASSWORD, given("m")).on(A).move_code(shows_code(808_080)).on(B);
            s.move_confirm("m", 808_080, session("n"));
        }
        s.session = None;
        let number = s.number();
        s.call(Operation::SessionUnlock { number }, last.clone());
        assert_eq!(s.broken(), broken, "moved {moved}, {last:?}");
    }
}

#[test]
fn every_password_that_an_officer_was_let_in_with_is_remembered() {
    let login = |user: &str| Operation::OfficerLogin { user: user.into(), password: Secret::new("x") };
    for user in ["can-bo", "can-bo-2"] {
        let mut s = Story::of(3);
        s.officer().call(login("can-bo-2"), session("p"));
        s.call(login(user), refused(Reason::CredentialsWrong));
        assert_eq!(s.broken(), ["acknowledged-is-durable"], "{user}");
    }
    let mut s = Story::of(3);
    s.officer().call(login("can-bo-3"), refused(Reason::CredentialsWrong));
    assert_eq!(s.broken(), NONE);
}

#[test]
fn the_idle_life_counts_from_somewhere_in_the_last_use() {
    let over = || refused(Reason::SessionExpired);
    // Two uses that overlap: from 100 s to 200 s and from 120 s to 150 s after the login.
    for (age, outcome, broken) in [
        (1_019, over(), vec!["session-expires"]),
        (1_019, done(), vec![]),
        (1_020, over(), vec![]),
        (1_020, done(), vec![]),
        (1_099, over(), vec![]),
        (1_099, done(), vec![]),
        (1_100, over(), vec![]),
        (1_100, done(), vec!["session-expires"]),
    ] {
        let mut s = Story::new();
        s.logged_in();
        let login = s.now - SECOND;
        let at = |seconds: u64| login + seconds * SECOND;
        s.between(at(100), at(200), Operation::AccountShow, done());
        s.between(at(120), at(150), Operation::AccountShow, done()).now = at(age);
        s.show(outcome.clone());
        assert_eq!(s.broken(), broken, "{age} {outcome:?}");
    }
}

#[test]
fn of_two_tickets_with_one_id_the_newer_is_shown() {
    let mut s = counter();
    s.call(Operation::QrSwitch { on: true }, done()).call(Operation::QrMint, ticket("q"));
    s.call(Operation::QrMint, ticket("q"));
    (s.member, s.device, s.session) = (1, B, Some("o"));
    s.call(Operation::QrScan { qr: Box::new(screen("q")) }, done());
    assert_eq!(s.broken(), NONE);
}

#[test]
fn turning_the_switch_on_again_voids_nothing() {
    let mut s = counter();
    s.call(Operation::QrMint, ticket("q")).call(Operation::QrSwitch { on: true }, done());
    (s.member, s.device, s.session) = (1, B, Some("o"));
    s.call(Operation::QrScan { qr: Box::new(screen("q")) }, done());
    assert_eq!(s.broken(), NONE);
}

#[test]
fn the_order_in_which_people_turn_their_switches_makes_no_other_worlds() {
    let mut s = Story::of(6);
    let people = ["s0", "s1", "s2", "s3", "s4", "s5"].into_iter().zip(0xa..).enumerate();
    for (member, (token, device)) in people.clone() {
        (s.member, s.device) = (member, DeviceId(device));
        s.stands(Level::Two, Some(DeviceId(device))).login(PASSWORD, session(token));
    }
    let now = s.now;
    for (member, (token, device)) in people {
        (s.member, s.device, s.session) = (member, DeviceId(device), Some(token));
        s.between(now, now + SECOND, Operation::QrSwitch { on: true }, done());
    }
    let verdict = s.verdict();
    assert_eq!((verdict.findings, verdict.overflowed), (vec![], false));
}

#[test]
fn a_new_account_has_the_switch_turned_off() {
    for (outcome, broken) in [(ticket("q"), vec!["qr-needs-switch"]), (refused(Reason::SwitchOff), vec![])] {
        let mut s = Story::of(3);
        s.registered().officer().files().decides(true).person_acts(0).half_active().questions("a", done());
        s.login(PASSWORD, session("t")).with("t").call(Operation::QrMint, outcome.clone());
        assert_eq!(s.broken(), broken, "{outcome:?}");
    }
}

#[test]
fn a_refused_registration_that_took_the_phone_over_is_found_out() {
    let mut s = Story::new();
    s.approved()
        .after(61 * SECOND)
        .try_register(phone(1), refused(Reason::AccountExists))
        .request(phone(1), given("a"));
    assert_eq!(s.broken(), ["refusal-changes-nothing"]);
    // Without it the phone is simply not the account's.
    let mut s = Story::new();
    s.approved().request(phone(1), given("a"));
    assert_eq!(s.broken(), ["activate-needs-registered-phone"]);
}

#[test]
fn a_filing_without_a_session_is_told_with_the_account_that_it_is_about() {
    let mut s = Story::of(3);
    s.registered().person_acts(2).files();
    assert_eq!(s.broken(), ["level2-needs-counter"]);
    assert_eq!(s.findings()[0].story, [2, 3], "the password that made the account, and the filing");
}

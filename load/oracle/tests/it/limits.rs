//! Limits and messages, one short of them and one beyond.

use crate::desk::NONE;
use crate::support::*;
use songsinh_contract::*;
use songsinh_oracle::Tally;

/// So many wrong codes, five to a code, and then a new one.
pub fn wrong_codes(count: u32) -> Story {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    for n in 0..count {
        if n > 0 && n % 5 == 0 {
            s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
        }
        s.confirm("r", n, refused(Reason::CodeWrong));
    }
    s.after(61 * SECOND).resend("r", phone(0), 333_333);
    s
}

#[test]
fn the_right_code_after_fourteen_wrong_ones_and_after_fifteen() {
    for (count, outcome, broken) in [
        (14, done(), vec![]),
        (14, refused(Reason::CodeVoid), vec!["otp-attempts-limited"]),
        (15, refused(Reason::CodeVoid), vec![]),
        (15, done(), vec!["otp-attempts-limited"]),
    ] {
        let mut s = wrong_codes(count);
        s.confirm("r", 333_333, outcome.clone());
        assert_eq!(s.broken(), broken, "{count} {outcome:?}");
    }
}

#[test]
fn wrong_codes_of_more_than_an_hour_ago_count_no_more() {
    for (minutes, outcome, broken) in [
        (61, done(), vec![]),
        (61, refused(Reason::CodeVoid), vec!["otp-attempts-limited"]),
        (50, done(), vec!["otp-attempts-limited"]),
    ] {
        let mut s = wrong_codes(15);
        s.after(minutes * 60 * SECOND).register(phone(0), "q", 444_444).confirm("q", 444_444, outcome.clone());
        assert_eq!(s.broken(), broken, "{minutes} {outcome:?}");
    }
}

/// So many resends, a minute apart.
pub fn resends(count: u32) -> Story {
    let mut s = Story::new();
    s.register(phone(0), "r", 111_111);
    for n in 0..count {
        s.after(61 * SECOND).resend("r", phone(0), 222_000 + n);
    }
    s
}

#[test]
fn five_resends_are_given_within_an_hour_and_no_sixth() {
    for (count, outcome, broken) in [
        (4, done(), vec![]),
        (4, refused(Reason::ResendTooMany), vec!["otp-resend-limited"]),
        (5, refused(Reason::ResendTooMany), vec![]),
        (5, done(), vec!["otp-resend-limited"]),
    ] {
        let mut s = resends(count);
        s.after(61 * SECOND).try_resend("r", outcome.clone());
        assert_eq!(s.broken(), broken, "{count} {outcome:?}");
    }
}

#[test]
fn the_window_binds_the_last_step() {
    let week = 7 * 86_400 * SECOND;
    for (late, outcome, broken) in [
        (false, done(), vec![]),
        (false, refused(Reason::WindowClosed), vec!["activation-window"]),
        (true, done(), vec!["activation-window"]),
        (true, refused(Reason::WindowClosed), vec![]),
    ] {
        let mut s = Story::new();
        s.approved().after(week - 60 * SECOND).half_active();
        s.after(if late { 120 * SECOND } else { SECOND }).questions("a", outcome.clone());
        assert_eq!(s.broken(), broken, "{late} {outcome:?}");
    }
}

#[test]
fn level_2_pending_over_an_active_level_1_gets_the_second_message() {
    for (outcome, broken) in [
        (refused(Reason::AlreadyActivated), vec![]),
        (refused(Reason::NotIdentified), vec!["activate-once"]),
        // It may be approved already.
        (given("a"), vec![]),
    ] {
        let mut s = Story::of(3);
        s.stands(Level::One, Some(A)).officer().files().person_acts(0).request(phone(0), outcome.clone());
        assert_eq!(s.broken(), broken, "{outcome:?}");
        s.settings.message_texts = false;
        assert_eq!(s.broken(), NONE, "a stranger's words");
    }
}

#[test]
fn who_waits_for_approval_gets_the_first_message() {
    for (outcome, broken) in [
        (refused(Reason::NotIdentified), vec![]),
        (refused(Reason::AlreadyActivated), vec!["activate-app-account-refused"]),
        (refused(Reason::WindowClosed), vec![]),
    ] {
        let mut s = Story::new();
        s.applied().request(phone(0), outcome.clone());
        assert_eq!(s.broken(), broken, "{outcome:?}");
    }
}

#[test]
fn a_lock_is_not_lifted_by_a_reset_nor_its_count_by_a_code_sent_again() {
    // Four wrong passwords, a reset that is asked for and sent again, a fifth wrong one.
    for (outcome, broken) in [(refused(Reason::Locked), vec![]), (session("s"), vec!["login-lockout"])] {
        let mut s = Story::new();
        s.registered();
        for _ in 0..4 {
            s.login("Falsch-11", refused(Reason::CredentialsWrong));
        }
        s.resetting("x", 555_555).after(61 * SECOND);
        s.call(Operation::ResetResend { challenge: Token::new("x") }, done());
        s.message(phone(0), SmsPurpose::Reset, Some(666_666));
        s.login("Falsch-11", refused(Reason::CredentialsWrong)).login(PASSWORD, outcome.clone());
        assert_eq!(s.broken(), broken, "{outcome:?}");
    }
}

#[test]
fn one_code_for_two_purposes_makes_a_suspicion() {
    let mut tally = Tally::new();
    for same in [false, true, true, true] {
        let mut s = Story::new();
        s.approved().activation(phone(0), "a", if same { 111_111 } else { 222_222 });
        assert_eq!(s.broken(), NONE);
        tally.absorb(s.verdict());
    }
    let suspicions = tally.finish().suspicions;
    assert_eq!(suspicions.len(), 1, "{suspicions:?}");
    assert_eq!(suspicions[0].rule, Rule::OtpUnpredictable);
}

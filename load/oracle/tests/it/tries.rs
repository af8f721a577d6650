//! Which wrong codes, passwords and answers count, and for whom: some surely, some perhaps, some not at all. Where it is
//! not sure that a limit was reached, who is let in and who is refused are both right.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

const WRONG: &str = "Falsch-11";

fn wrong_codes(s: &mut Story, handle: &'static str, count: u32) {
    for code in 0..count {
        s.confirm(handle, code, refused(Reason::CodeWrong));
    }
}

fn wrong_passwords(s: &mut Story, count: u32) {
    for _ in 0..count {
        s.login(WRONG, refused(Reason::CredentialsWrong));
    }
}

/// Both ends of a story leave nothing to find.
fn either(what: &str, ends: [Outcome; 2], write: impl Fn(&mut Story, Outcome)) {
    for end in ends {
        let mut s = Story::of(3);
        write(&mut s, end.clone());
        assert_eq!(s.findings(), vec![], "{what}: {end:?}");
    }
}

fn let_in_or_locked() -> [Outcome; 2] {
    [session("s"), refused(Reason::Locked)]
}

#[test]
fn wrong_codes_for_a_replaced_challenge_count_no_tries() {
    // Ten that count, five for a challenge that a newer one replaced.
    let write = |last: Outcome| {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111);
        for code in [222_222, 333_333] {
            wrong_codes(&mut s, "r", 5);
            s.after(61 * SECOND).resend("r", phone(0), code);
        }
        s.after(61 * SECOND).register(phone(0), "q", 444_444);
        for code in 0..5 {
            s.confirm("r", code, refused(Reason::CodeVoid));
        }
        s.confirm("q", 444_444, last).broken()
    };
    assert_eq!(write(done()), NONE);
    assert_eq!(write(refused(Reason::AttemptsExhausted)), ["otp-attempts-limited"]);
}

#[test]
fn another_phones_codes_count_only_perhaps_and_its_right_ones_never() {
    let write = |code: u32, last: Outcome| {
        let mut s = Story::new();
        s.register(phone(0), "r", 111_111).on(B);
        for _ in 0..5 {
            s.confirm("r", code, refused(Reason::HandleUnknown));
        }
        s.on(A).confirm("r", 111_111, last).broken()
    };
    assert_eq!(write(5, done()), NONE);
    assert_eq!(write(5, refused(Reason::AttemptsExhausted)), NONE);
    assert_eq!(write(111_111, done()), NONE);
    assert_eq!(write(111_111, refused(Reason::AttemptsExhausted)), ["otp-attempts-limited"]);
}

#[test]
fn before_there_is_an_account_tries_count_for_citizen_and_phone() {
    let write = |member: usize, to: u32, last: Outcome| {
        let mut s = Story::of(2);
        s.register(phone(0), "r", 111_111);
        for round in 0..3 {
            if round > 0 {
                s.after(61 * SECOND).resend("r", phone(0), 222_222 + round);
            }
            wrong_codes(&mut s, "r", 5);
        }
        s.member = member;
        s.after(61 * SECOND).register(phone(to), "q", 444_444).confirm("q", 444_444, last).broken()
    };
    for (member, to, exhausted) in [(0, 0, true), (0, 1, false), (1, 0, false)] {
        let limit = |broken: bool| vec!["otp-attempts-limited"; usize::from(broken)];
        assert_eq!(write(member, to, done()), limit(exhausted), "{member} at {to}");
        assert_eq!(write(member, to, refused(Reason::AttemptsExhausted)), limit(!exhausted), "{member} at {to}");
    }
}

#[test]
fn wrong_passwords_of_before_there_was_an_account_may_count_or_not() {
    either("a lock of before", let_in_or_locked(), |s, end| {
        wrong_passwords(s, 5);
        s.registered().login(PASSWORD, end);
    });
    either("four of before and one of now", let_in_or_locked(), |s, end| {
        wrong_passwords(s, 4);
        s.registered();
        wrong_passwords(s, 1);
        s.login(PASSWORD, end);
    });
}

#[test]
fn after_a_lock_the_count_begins_anew_or_stands_where_it_was() {
    for attempts in [2, 5] {
        for more in [1, 2] {
            either("after a lock", let_in_or_locked(), |s, end| {
                s.book.login_attempts = attempts;
                s.registered();
                wrong_passwords(s, attempts);
                s.after(300 * SECOND);
                // Those after the first may have come while a new lock held.
                wrong_passwords(s, more);
                s.login(PASSWORD, end);
            });
        }
    }
}

#[test]
fn a_right_password_that_was_refused_for_another_cause_may_have_cleared_the_count() {
    for attempts in [2, 5] {
        either("a right one on another phone", let_in_or_locked(), |s, end| {
            s.book.login_attempts = attempts;
            s.activated();
            wrong_passwords(s, attempts - 1);
            s.on(B).login(PASSWORD, refused(Reason::BoundElsewhere)).on(A);
            wrong_passwords(s, 1);
            s.login(PASSWORD, end);
        });
    }
}

#[test]
fn a_wrong_old_password_counts_only_perhaps_where_the_refusal_has_another_cause() {
    either("the new one is weak too", let_in_or_locked(), |s, end| {
        s.stands_in(Level::One);
        for _ in 0..5 {
            s.change(WRONG, "kurz", refused(Reason::PasswordWeak));
        }
        s.login(PASSWORD, end);
    });
}

#[test]
fn a_right_login_clears_what_an_earlier_story_left() {
    let mut s = Story::new();
    s.stands(Level::App, None).login(PASSWORD, session("s")).login(PASSWORD, refused(Reason::Locked));
    assert_eq!(s.broken(), ["login-lockout"]);
}

/// Five times these answers to the questions of reset "p" from phone B, which asked for none; then the right ones.
fn answered_elsewhere(answer: &str, last: Outcome) -> Vec<&'static str> {
    let mut s = Story::new();
    s.stands(Level::One, Some(A)).resetting("p", 606_060).reset_code("p", 606_060, done()).on(B);
    for _ in 0..5 {
        s.reset_answers("p", answer, refused(Reason::HandleUnknown));
    }
    s.on(A).reset_answers("p", "mèo", last).broken()
}

#[test]
fn another_phones_answers_count_only_perhaps_and_its_right_ones_never() {
    let over = || refused(Reason::CodeVoid);
    assert_eq!(answered_elsewhere("chó", done()), NONE);
    assert_eq!(answered_elsewhere("chó", over()), NONE);
    assert_eq!(answered_elsewhere("mèo", done()), NONE);
    assert_eq!(answered_elsewhere("mèo", over()), ["otp-attempts-limited"]);
}

#[test]
fn answers_to_questions_that_nobody_knows_count_only_perhaps() {
    for end in [done(), refused(Reason::CodeVoid)] {
        let mut s = Story::new();
        s.stands(Level::One, Some(A));
        if let Prior::Standing(standing) = &mut s.facts.members[0].prior {
            standing.bound.as_mut().unwrap().questions.clear();
        }
        s.resetting("p", 606_060).reset_code("p", 606_060, done());
        for _ in 0..5 {
            s.reset_answers("p", "chó", refused(Reason::AnswersWrong));
        }
        s.reset_answers("p", "mèo", end.clone());
        assert_eq!(s.findings(), vec![], "{end:?}");
    }
}

//! Changes of password and passcode.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

#[test]
fn a_changed_password_ends_the_old_one_and_other_sessions() {
    use Reason as R;
    tell(&[
        ("changed", &[], |s| {
            s.stands_in(Level::One).login(PASSWORD, session("t")).change(PASSWORD, OTHER, done()).shown();
            s.with("t").show(refused(R::SessionMissing)).login(PASSWORD, refused(R::CredentialsWrong));
            s.login(OTHER, session("u"));
        }),
        ("the other session lives on", &["password-change-ends-sessions"], |s| {
            s.stands_in(Level::One).login(PASSWORD, session("t")).change(PASSWORD, OTHER, done()).with("t").shown();
        }),
        ("the session that changed it ends", &["password-change-ends-sessions"], |s| {
            s.stands_in(Level::One).change(PASSWORD, OTHER, done()).show(refused(R::SessionMissing));
        }),
        ("the old password works", &["password-change-ends-sessions"], |s| {
            s.stands_in(Level::One).change(PASSWORD, OTHER, done()).login(PASSWORD, session("t"));
        }),
        ("the new one does not", &["acknowledged-is-durable"], |s| {
            s.stands_in(Level::One).change(PASSWORD, OTHER, done()).login(OTHER, refused(R::CredentialsWrong));
        }),
        ("a wrong old one", &["login-needs-password"], |s| {
            s.stands_in(Level::One).change("Falsch-11", OTHER, done());
        }),
        ("a weak new one", &["password-policy"], |s| {
            s.stands_in(Level::One).change(PASSWORD, "kurz", done());
        }),
        ("refused, and changed all the same", &["refusal-changes-nothing"], |s| {
            s.stands_in(Level::One).change(PASSWORD, "kurz", refused(R::PasswordWeak)).login("kurz", session("t"));
        }),
        ("without session", &["steps-in-order"], |s| {
            s.stands_in(Level::One).session = None;
            s.change(PASSWORD, OTHER, done());
        }),
        ("lost, and then either password", &[], |s| {
            s.stands_in(Level::One).change(PASSWORD, OTHER, lost()).login(OTHER, session("t"));
        }),
        ("lost, and then the old one", &[], |s| {
            s.stands_in(Level::One).change(PASSWORD, OTHER, lost()).login(PASSWORD, session("t"));
        }),
    ]);
}

#[test]
fn wrong_old_passwords_count_to_the_lock() {
    for (age, outcome, broken) in [
        (299_999, refused(Reason::Locked), 0),
        (300_000, refused(Reason::Locked), 1),
        (299_999, session("t"), 1),
        (300_000, session("t"), 0),
    ] {
        let mut s = Story::new();
        s.stands_in(Level::One);
        for _ in 0..5 {
            s.change("Falsch-11", OTHER, refused(Reason::CredentialsWrong));
        }
        s.after(age).login(PASSWORD, outcome);
        assert_eq!(s.broken(), vec!["login-lockout"; broken], "{age}");
    }
}

#[test]
fn two_changes_at_once_leave_one_password() {
    for (second, broken) in [
        (refused(Reason::CredentialsWrong), vec![]),
        (refused(Reason::SessionMissing), vec![]),
        (done(), vec!["password-change-ends-sessions"]),
    ] {
        let mut s = Story::new();
        s.stands_in(Level::One).login(PASSWORD, session("t"));
        let change = |new| Operation::PasswordChange { old: Secret::new(PASSWORD), new: Secret::new(new) };
        let now = s.now;
        s.between(now, now + 50, change(OTHER), done());
        s.with("t").between(now + 10, now + 40, change("Mat-Khau-3"), second);
        assert_eq!(s.broken(), broken);
    }
}

#[test]
fn a_passcode_is_changed_by_its_old_one() {
    fn change(s: &mut Story, old: &str, new: &str, outcome: Outcome) {
        s.call(Operation::PasscodeChange { old: Secret::new(old), new: Secret::new(new) }, outcome);
    }
    use Reason as R;
    tell(&[
        ("changed", &[], |s| {
            change(s.stands_in(Level::Two), "123456", "654321", done());
            s.call(Operation::PasscodeEnter { passcode: Secret::new("123456") }, refused(R::PasscodeWrong));
            s.call(Operation::PasscodeEnter { passcode: Secret::new("654321") }, done());
        }),
        ("the old one still opens", &["utility-needs-passcode"], |s| {
            change(s.stands_in(Level::Two), "123456", "654321", done());
            s.call(Operation::PasscodeEnter { passcode: Secret::new("123456") }, done());
        }),
        ("a wrong old one", &["utility-needs-passcode"], |s| {
            change(s.stands_in(Level::Two), "111111", "654321", done())
        }),
        ("five digits", &["activate-needs-passcode"], |s| change(s.stands_in(Level::Two), "123456", "65432", done())),
        ("a right one is refused", &["utility-needs-passcode"], |s| {
            change(s.stands_in(Level::Two), "123456", "654321", refused(R::PasscodeWrong));
        }),
        ("before activation", &["utility-needs-activation"], |s| {
            change(s.stands_in(Level::App), "123456", "654321", done())
        }),
    ]);
}

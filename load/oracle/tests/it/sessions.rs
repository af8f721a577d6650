//! Refresh, logout, unlock; and accounts that an earlier story left behind.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

#[test]
fn a_story_begins_in_the_middle() {
    use Reason as R;
    tell(&[
        ("an active account logs in and shows itself", &[], |s| {
            s.stands_in(Level::One).shown();
        }),
        ("its password is refused", &["acknowledged-is-durable"], |s| {
            s.stands(Level::One, Some(A)).login(PASSWORD, refused(R::CredentialsWrong));
        }),
        ("another password is accepted", &["login-needs-password"], |s| {
            s.stands(Level::One, Some(A)).login(OTHER, session("s"));
        }),
        ("another phone logs in", &["account-one-device"], |s| {
            s.stands(Level::One, Some(A)).on(B).login(PASSWORD, session("s"));
        }),
        ("a second account", &["register-one-account-per-citizen"], |s| {
            s.stands(Level::App, None).try_register(phone(1), given("q"));
        }),
        ("wrong passwords of an earlier story may count", &[], |s| {
            s.stands(Level::App, None).login(OTHER, refused(R::CredentialsWrong)).login(PASSWORD, refused(R::Locked));
        }),
        ("five minutes later the lock of an earlier story is over", &["login-lockout"], |s| {
            s.stands(Level::App, None).call(Operation::ServiceHealth, done());
            s.after(301 * SECOND).login(PASSWORD, refused(R::Locked));
        }),
        ("messages of the earlier story are not this one's", &[], |s| {
            s.stands(Level::App, None).call(Operation::ServiceHealth, done());
            s.message(phone(0), SmsPurpose::Register, Some(111_111)).messages[0].accepted = Moment(5);
        }),
        ("a late notice of the earlier story", &[], |s| {
            s.stands_in(Level::One).message(phone(0), SmsPurpose::Approved, None);
        }),
        ("a notice half a minute later", &["approval-sends-sms"], |s| {
            s.stands_in(Level::One).after(31 * SECOND).shown().message(phone(0), SmsPurpose::Approved, None);
        }),
        ("a notice to a phone that nobody had", &["approval-sends-sms"], |s| {
            s.stands_in(Level::One).message(phone(3), SmsPurpose::Approved, None);
        }),
        ("a late notice of the earlier story, and a filing's own", &[], |s| {
            s.stands(Level::One, Some(A)).officer().files().message(phone(0), SmsPurpose::Approved, None);
            s.decides(true);
        }),
        ("a late code of the earlier story", &[], |s| {
            s.stands_in(Level::One).message(phone(0), SmsPurpose::Activate, Some(222_222));
        }),
        ("a code three minutes later", &["sms-only-for-challenges"], |s| {
            s.stands_in(Level::One).after(181 * SECOND).shown();
            s.message(phone(0), SmsPurpose::Activate, Some(222_222));
        }),
        ("a late code of the earlier story, and a call's own", &[], |s| {
            s.stands(Level::App, None).reset(phone(0), "p").message(phone(0), SmsPurpose::Reset, Some(1));
            s.message(phone(0), SmsPurpose::Reset, Some(606_060)).reset_code("p", 606_060, done());
            s.reset_password("p", OTHER, done());
        }),
        ("the session of an earlier story is not known", &[], |s| {
            s.stands(Level::One, Some(A)).with("old").shown();
        }),
        ("an activated one asks again", &["activate-once"], |s| {
            s.stands(Level::Two, Some(A)).request(phone(0), given("a"));
        }),
    ]);
}

#[test]
fn a_refresh_token_serves_once_on_its_device() {
    use Reason as R;
    tell(&[
        ("refreshed twice", &[], |s| {
            s.stands_in(Level::One).refresh("f", opened("t", "g")).with("t").shown().refresh("g", opened("u", "h"));
            s.with("u").shown();
        }),
        ("a fresh token is refused", &["session-expires"], |s| {
            s.stands_in(Level::One).refresh("f", refused(R::RefreshUsed));
        }),
        ("a token that nobody gave", &["session-expires"], |s| {
            s.logged_in().refresh("x", opened("t", "g"));
        }),
        ("a used token is refused, and the family is over", &[], |s| {
            s.stands_in(Level::One).refresh("f", opened("t", "g")).refresh("f", refused(R::RefreshUsed));
            s.with("t").show(refused(R::SessionMissing)).refresh("g", refused(R::RefreshUsed));
        }),
        ("a used token is accepted", &["session-expires"], |s| {
            s.stands_in(Level::One).refresh("f", opened("t", "g")).refresh("f", opened("u", "h"));
        }),
        ("whether the family lives on after a reuse is left open", &[], |s| {
            s.stands_in(Level::One).refresh("f", opened("t", "g")).refresh("f", refused(R::RefreshUsed));
            s.with("t").shown();
        }),
        ("another device refreshes", &["session-bound-to-device"], |s| {
            s.logged_in().login(PASSWORD, opened("t", "g")).on(B).refresh("g", opened("u", "h"));
        }),
        ("another device is refused", &[], |s| {
            s.logged_in().login(PASSWORD, opened("t", "g")).on(B).refresh("g", refused(R::SessionForeignDevice));
        }),
        ("a refresh whose answer was lost, tried again", &[], |s| {
            s.stands_in(Level::One).refresh("f", lost()).refresh("f", refused(R::RefreshUsed));
        }),
    ]);
}

#[test]
fn refresh_tokens_need_not_rotate() {
    use Reason as R;
    fn lasting(s: &mut Story) -> &mut Story {
        s.book.refresh_rotates = false;
        s.stands_in(Level::One)
    }
    tell(&[
        ("the same token comes back and serves again", &[], |s| {
            lasting(s)
                .refresh("f", opened("t", "f"))
                .with("t")
                .shown()
                .refresh("f", opened("u", "f"))
                .with("u")
                .shown();
        }),
        ("no token comes back", &[], |s| {
            lasting(s).refresh("f", session("t")).with("t").refresh("f", session("u")).with("u").shown();
        }),
        ("a new token comes, the old one serves all the same", &[], |s| {
            lasting(s).refresh("f", opened("t", "g")).refresh("f", opened("u", "h")).with("u").shown();
        }),
        ("the old one serves, and ends the session that came meanwhile", &[], |s| {
            lasting(s).refresh("f", opened("t", "g")).refresh("f", opened("u", "h")).with("t");
            s.show(refused(R::SessionMissing)).with("u").shown();
        }),
        ("the old one is refused", &[], |s| {
            lasting(s).refresh("f", opened("t", "f")).refresh("f", refused(R::RefreshUsed)).with("t").shown();
        }),
        ("another device uses it", &["session-bound-to-device"], |s| {
            s.book.refresh_rotates = false;
            s.logged_in().login(PASSWORD, opened("t", "g")).refresh("g", opened("u", "g")).on(B);
            s.refresh("g", opened("v", "g"));
        }),
        ("a token that nobody gave", &["session-expires"], |s| {
            s.book.refresh_rotates = false;
            s.logged_in().refresh("x", opened("t", "x"));
        }),
        ("after the password was changed", &["password-change-ends-sessions"], |s| {
            lasting(s).refresh("f", opened("t", "f")).login(PASSWORD, opened("z", "y")).with("z");
            s.change(PASSWORD, OTHER, done()).refresh("f", opened("u", "f"));
        }),
    ]);
    for book in [true, false] {
        let mut s = Story::new();
        s.book.refresh_rotates = book;
        s.stands_in(Level::One).refresh("f", opened("t", "f")).with("t").refresh("f", opened("u", "f"));
        assert_eq!(!s.broken().is_empty(), book);
    }
}

#[test]
fn a_refreshed_session_lives_from_its_login_on() {
    for (age, accepted, broken) in
        [(12 * HOUR - 1, true, false), (12 * HOUR, true, true), (12 * HOUR - 1, false, true), (12 * HOUR, false, false)]
    {
        let mut s = Story::new();
        s.stands_in(Level::One);
        let login = s.now - SECOND;
        let (mut token, mut refresh) = ("s", "f".to_owned());
        // Used all the time, refreshed every ten minutes.
        for n in 1..=71_u64 {
            s.now = login + n * 600 * SECOND;
            let (next, new) = (["t", "u"][n as usize % 2], format!("f{n}"));
            let fresh = if n % 2 == 0 { format!("{next}{n}") } else { format!("{next}-{n}") };
            s.refresh(&refresh, opened(&fresh, &new));
            token = Box::leak(fresh.into_boxed_str());
            refresh = new;
        }
        s.with(token).now = login + age;
        let answer = if accepted {
            told(Level::One, Application::Approved, Activation::Activated)
        } else {
            refused(Reason::SessionExpired)
        };
        s.show(answer);
        assert_eq!(!s.broken().is_empty(), broken, "{age} {accepted} {:?}", s.broken());
    }
}

#[test]
fn of_two_simultaneous_refreshes_one_wins() {
    let refresh = || Operation::SessionRefresh { refresh: Token::new("f") };
    for (second, broken) in [(refused(Reason::RefreshUsed), vec![]), (opened("u", "h"), vec!["session-expires"])] {
        let mut s = Story::new();
        s.stands_in(Level::One);
        let now = s.now;
        s.between(now, now + 50, refresh(), opened("t", "g")).between(now + 10, now + 40, refresh(), second);
        assert_eq!(s.broken(), broken);
    }
}

#[test]
fn a_session_ends_with_the_logout() {
    tell(&[
        ("logged out", &[], |s| {
            s.stands_in(Level::One).call(Operation::SessionLogout, done()).show(refused(Reason::SessionMissing));
            s.refresh("f", refused(Reason::RefreshUsed));
        }),
        ("it lives on", &["session-expires"], |s| {
            s.stands_in(Level::One).call(Operation::SessionLogout, done()).shown();
        }),
        ("its refresh token lives on", &["session-expires"], |s| {
            s.stands_in(Level::One).call(Operation::SessionLogout, done()).refresh("f", opened("t", "g"));
        }),
        ("a lost logout", &[], |s| {
            s.stands_in(Level::One).call(Operation::SessionLogout, lost()).show(refused(Reason::SessionMissing));
        }),
    ]);
}

#[test]
fn the_key_of_the_bound_device_logs_in_where_that_is_on() {
    use Reason as R;
    fn unlock(s: &mut Story, outcome: Outcome) -> &mut Story {
        let number = s.number();
        s.call(Operation::SessionUnlock { number }, outcome)
    }
    tell(&[
        ("on", &[], |s| {
            s.stands_in(Level::One).call(Operation::UnlockSwitch { on: true }, done());
            unlock(s, opened("t", "g")).with("t").shown();
        }),
        ("on, and refused", &["login-needs-password"], |s| {
            s.stands_in(Level::One).call(Operation::UnlockSwitch { on: true }, done());
            unlock(s, refused(R::UnlockOff));
        }),
        ("off", &["login-needs-password"], |s| {
            s.stands_in(Level::One).call(Operation::UnlockSwitch { on: false }, done());
            unlock(s, opened("t", "g"));
        }),
        ("without proof", &["device-key-proof"], |s| {
            s.stands_in(Level::One).call(Operation::UnlockSwitch { on: true }, done()).proof = ProofShown::Missing;
            unlock(s, opened("t", "g"));
        }),
        ("by another phone", &["account-one-device"], |s| {
            s.stands_in(Level::One).call(Operation::UnlockSwitch { on: true }, done()).on(B);
            unlock(s, opened("t", "g"));
        }),
        ("before activation", &["device-key-proof"], |s| {
            s.stands_in(Level::App);
            unlock(s, opened("t", "g"));
        }),
    ]);
}

//! Logins, locks, changes of the password, sessions, and what the account's own page tells.

use crate::desk::*;
use crate::support::*;
use songsinh_contract::*;

#[test]
fn a_login_from_a_phone_without_proof_may_be_refused() {
    use Reason as R;
    tell(&[
        ("of an app account", &[], |s| {
            s.stands(Level::App, None).proof = ProofShown::Missing;
            s.login(PASSWORD, refused(R::ProofMissing));
        }),
        ("and may be accepted", &[], |s| {
            s.stands(Level::App, None).proof = ProofShown::Missing;
            s.login(PASSWORD, session("t"));
        }),
        ("its own proof", &["device-key-proof"], |s| {
            s.stands(Level::App, None).login(PASSWORD, refused(R::ProofMissing));
        }),
        ("so may a call of its session", &[], |s| {
            s.stands_in(Level::App).proof = ProofShown::Missing;
            s.show(refused(R::ProofMissing));
        }),
        ("or be answered", &[], |s| {
            s.stands_in(Level::App).proof = ProofShown::Missing;
            s.show(app());
        }),
        ("a call of its session with its own proof", &["device-key-proof"], |s| {
            s.stands_in(Level::App).show(refused(R::ProofMissing));
        }),
    ]);
}

#[test]
fn a_refused_proof_of_the_bound_key_is_held_against_the_rule_of_the_word() {
    use Reason as R;
    for (reason, rule) in [
        (R::ProofMissing, "device-key-proof"),
        (R::ProofForeign, "device-key-proof"),
        (R::ProofStale, "device-key-proof"),
        (R::ProofReplayed, "device-key-proof"),
        (R::BoundElsewhere, "account-one-device"),
    ] {
        let mut s = Story::new();
        s.stands_in(Level::One).show(refused(reason));
        assert_eq!(s.broken(), [rule], "{reason}");
    }
}

#[test]
fn whom_the_target_may_have_known_before_may_log_in() {
    for outcome in [session("t"), refused(Reason::CredentialsWrong)] {
        let mut s = Story::new();
        s.facts.members[0].prior = Prior::Unknown;
        s.login(PASSWORD, outcome.clone());
        assert_eq!(s.broken(), NONE, "{outcome:?}");
    }
    // Who did is not judged from then on.
    let mut s = Story::new();
    s.facts.members[0].prior = Prior::Unknown;
    s.login(PASSWORD, session("t")).with("t").show(refused(Reason::SessionMissing));
    assert_eq!(s.broken(), NONE);
}

#[test]
fn nobodys_number_logs_nobody_in() {
    for (outcome, broken) in [(session("t"), 1), (refused(Reason::CredentialsWrong), 0)] {
        let mut s = Story::new();
        let (number, password) = (CitizenNumber::from_parts(8, 0, 99, 1), Secret::new(PASSWORD));
        s.registered().call(Operation::SessionLogin { number, password }, outcome.clone());
        assert_eq!(s.broken(), vec!["login-needs-password"; broken], "{outcome:?}");
    }
}

#[test]
fn an_earlier_storys_lock_may_last_for_five_minutes() {
    for (age, broken) in [(299_999, 0), (300_000, 1)] {
        let mut s = Story::new();
        let begin = s.now;
        s.stands(Level::App, None).call(Operation::ServiceHealth, done()).now = begin + age;
        s.login(PASSWORD, refused(Reason::Locked));
        assert_eq!(s.broken(), vec!["login-lockout"; broken], "{age}");
    }
}

#[test]
fn a_login_while_locked_is_shown_with_the_call_that_locked() {
    let mut s = Story::new();
    s.logged_in();
    for _ in 0..5 {
        s.change("Falsch-11", OTHER, refused(Reason::CredentialsWrong));
    }
    let fifth = s.last().seq;
    s.login(PASSWORD, session("t"));
    assert_eq!(s.broken(), ["login-lockout"]);
    let story = s.findings().remove(0).story;
    assert!(story.contains(&fifth), "{story:?}");
}

#[test]
fn whether_a_lock_holds_for_changes_of_the_password_is_left_open() {
    use Reason as R;
    fn locked(s: &mut Story) -> &mut Story {
        s.logged_in();
        for _ in 0..5 {
            s.change("Falsch-11", OTHER, refused(R::CredentialsWrong));
        }
        s
    }
    /// In a session that the phone's key opened: wrong passwords of the earlier story may count still.
    fn by_key(s: &mut Story) -> &mut Story {
        let number = s.stands(Level::One, Some(A)).number();
        s.call(Operation::SessionUnlock { number }, session("t")).with("t")
    }
    tell(&[
        ("changed", &[], |s| {
            locked(s).change(PASSWORD, OTHER, done());
        }),
        ("refused", &[], |s| {
            locked(s).change(PASSWORD, OTHER, refused(R::Locked));
        }),
        ("refused after an earlier story", &[], |s| {
            by_key(s).change(PASSWORD, OTHER, refused(R::Locked));
        }),
        ("refused though nothing locked", &["login-lockout"], |s| {
            s.logged_in().change(PASSWORD, OTHER, refused(R::Locked));
        }),
        ("refused though a right password came since", &["login-lockout"], |s| {
            s.stands_in(Level::One).change(PASSWORD, OTHER, refused(R::Locked));
        }),
    ]);
}

#[test]
fn whether_locked_utilities_keep_the_passcode_from_being_changed_is_left_open() {
    use Reason as R;
    fn change(s: &mut Story, wrong: u32, outcome: Outcome) {
        s.stands_in(Level::Two);
        for _ in 0..wrong {
            s.call(Operation::PasscodeEnter { passcode: Secret::new("111111") }, refused(R::PasscodeWrong));
        }
        let (old, new) = (Secret::new("123456"), Secret::new("654321"));
        s.call(Operation::PasscodeChange { old, new }, outcome);
    }
    tell(&[
        ("changed", &[], |s| change(s, 5, done())),
        ("refused", &[], |s| change(s, 5, refused(R::UtilitiesLocked))),
        ("called wrong", &[], |s| change(s, 5, refused(R::PasscodeWrong))),
    ]);
}

#[test]
fn whether_the_same_password_is_a_new_one_is_left_open() {
    use Reason as R;
    tell(&[
        ("taken", &[], |s| {
            s.logged_in().change(PASSWORD, PASSWORD, done());
        }),
        ("called weak", &[], |s| {
            s.logged_in().change(PASSWORD, PASSWORD, refused(R::PasswordWeak));
        }),
        ("a strong new one is called weak", &["password-policy"], |s| {
            s.logged_in().change(PASSWORD, OTHER, refused(R::PasswordWeak));
        }),
    ]);
}

#[test]
fn a_session_that_no_answer_gave_is_an_earlier_storys_or_nobodys() {
    tell(&[
        ("an earlier story's may be over", &[], |s| {
            s.stands(Level::One, Some(A)).with("old").show(refused(Reason::SessionMissing));
        }),
        ("where no story went before it is nobody's", &["no-personal-data-leak"], |s| {
            s.registered().with("old").show(app());
        }),
        ("one that is given only later is not the earlier story's", &["no-personal-data-leak"], |s| {
            s.stands(Level::App, None).with("t").show(app());
            s.session = None;
            s.login(PASSWORD, session("t"));
        }),
    ]);
}

#[test]
fn what_is_told_of_applications_is_true() {
    use {Activation as Act, Application as App};
    fn two_filed(s: &mut Story) -> &mut Story {
        s.activated().officer().files().person_acts(0).login(PASSWORD, session("t")).with("t")
    }
    tell(&[
        ("nothing was filed, and nothing is told", &[], |s| {
            s.logged_in().show(told(Level::App, App::None, Act::None));
        }),
        ("nothing was filed, and something waits", &["steps-in-order"], |s| {
            s.logged_in().show(told(Level::App, App::Pending, Act::None));
        }),
        ("nothing was filed, and a notice came", &["steps-in-order"], |s| {
            s.logged_in().show(told(Level::App, App::None, Act::Notified));
        }),
        ("what was filed waits", &[], |s| {
            s.applied().with("s").show(told(Level::App, App::Pending, Act::None));
        }),
        ("what was filed is gone", &["acknowledged-is-durable"], |s| {
            s.applied().with("s").show(told(Level::App, App::None, Act::None));
        }),
        ("what was approved waits", &["acknowledged-is-durable"], |s| {
            s.approved().with("s").show(told(Level::App, App::Pending, Act::None));
        }),
        ("there is no account any more", &["acknowledged-is-durable"], |s| {
            s.logged_in().show(told(Level::None, App::None, Act::None));
        }),
        ("level 2 waits over level 1", &[], |s| {
            two_filed(s).show(told(Level::One, App::Pending, Act::Activated));
        }),
        ("level 2 waits, and the answer speaks of level 1", &[], |s| {
            two_filed(s).show(told(Level::One, App::Approved, Act::Activated));
        }),
        ("level 2 waits, and nothing is told of either", &["acknowledged-is-durable"], |s| {
            two_filed(s).show(told(Level::One, App::None, Act::Activated));
        }),
    ]);
}
